import * as z from 'zod';

import { lazy } from '../lazy.ts';
import { type Notification, notificationsOf } from '../sharing/notification.ts';
import { contextOf, controlOf } from './control.ts';
import { checked } from './input.ts';
import type { ControlOperation, Told } from './operation.ts';
import { type Page, pageOf, pageSchemaOf } from './page.ts';

const identity = lazy(() => z.object({ id: z.string(), displayName: z.string() }));
const notification = lazy(() =>
  z
    .looseObject({
      id: z.string(),
      createdDateTime: z.iso.datetime(),
      to: z.object({ displayName: z.string(), email: z.string().exactOptional(), id: z.string().exactOptional() }),
      from: z.object({ application: identity(), user: identity().exactOptional() }),
      message: z.string().exactOptional(),
      webUrl: z.string(),
      permissionId: z.string(),
      driveId: z.string(),
      itemId: z.string(),
      itemName: z.string(),
    })
    .meta({ id: 'notification' }),
);

const questions = lazy(() =>
  z.strictObject({
    /** How many of them. */
    top: z.coerce.number().int().min(1).max(500).default(100),
    /** Only those before this one, by its id. */
    before: z.string().exactOptional(),
  }),
);

export const getNotifications: ControlOperation<undefined, Told<Page<Notification>>> = {
  summary: 'The mails that sharing would have sent, the newest first',
  query: questions,
  result: { status: 200, body: lazy(() => pageSchemaOf(notification())) },
  async run({ tenant, query, origin }, given) {
    const { top, before } = checked(questions(), Object.fromEntries(query));
    const context = contextOf(given, await controlOf(tenant, given));
    const value: Notification[] = [];
    let isBefore = before === undefined;
    let isMore = false;
    for await (const each of notificationsOf(tenant, context)) {
      if (isBefore && value.length === top) {
        isMore = true;
        break;
      }
      if (isBefore) value.push(each);
      else isBefore = each.id === before;
    }
    const others = new URLSearchParams({ top: String(top) });
    return { status: 200, body: pageOf(value, isMore, `${origin}/_mock/notifications`, others) };
  },
};
