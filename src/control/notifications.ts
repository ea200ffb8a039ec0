import { listNotifications } from '../sharing/notification.ts';
import { contextOf, controlOf } from './control.ts';
import type { ControlOperation, Told } from './operation.ts';

type Notifications = Awaited<ReturnType<typeof listNotifications>>;

export const getNotifications: ControlOperation<undefined, Told<{ value: Notifications }>> = {
  summary: 'The mails that sharing would have sent',
  async run({ tenant }, given) {
    const context = contextOf(given, await controlOf(tenant, given));
    return { status: 200, body: { value: await listNotifications(tenant, context) } };
  },
};
