import * as z from 'zod';

import { listNotifications } from '../sharing/notification.ts';
import { contextOf, controlOf } from './control.ts';
import type { ControlOperation, Told } from './operation.ts';

type Notifications = Awaited<ReturnType<typeof listNotifications>>;

const identity = z.object({ id: z.string(), displayName: z.string() });
const notification = z
  .looseObject({
    id: z.string(),
    createdDateTime: z.iso.datetime(),
    to: z.object({ displayName: z.string(), email: z.string().exactOptional(), id: z.string().exactOptional() }),
    from: z.object({ application: identity, user: identity.exactOptional() }),
    message: z.string().exactOptional(),
    webUrl: z.string(),
    permissionId: z.string(),
    driveId: z.string(),
    itemId: z.string(),
    itemName: z.string(),
  })
  .meta({ id: 'notification' });

export const getNotifications: ControlOperation<undefined, Told<{ value: Notifications }>> = {
  summary: 'The mails that sharing would have sent',
  result: { status: 200, body: z.object({ value: z.array(notification) }) },
  async run({ tenant }, given) {
    const context = contextOf(given, await controlOf(tenant, given));
    return { status: 200, body: { value: await listNotifications(tenant, context) } };
  },
};
