import { belowCeiling, type Ceiling } from '../ceiling.ts';
import type { Located } from '../drive/locate.ts';
import type { Call, Context, Identity } from '../operation.ts';
import { countRows } from '../store/countRows.ts';
import type { Kind, Step } from '../store/store.ts';
import type { Grantee } from './grantee.ts';

/** The mail that Graph would send. None leaves: it is kept, and a test reads it. */
export interface Notification {
  readonly id: string;
  readonly createdDateTime: string;
  readonly to: Pick<Grantee, 'displayName' | 'email' | 'id'>;
  readonly from: { readonly application: Identity; readonly user?: Identity };
  readonly message?: string;
  /** What the mail leads to. */
  readonly webUrl: string;
  readonly permissionId: string;
  readonly driveId: string;
  readonly itemId: string;
  readonly itemName: string;
}

/** One partition a tenant; rows count the time down, so that a list begins with the newest. */
export const notificationKind: Kind<Notification> = { table: 'notifications', json: ['to', 'from'] };

const partitionOf = (tenant: string): string => tenant;

/** So many are kept, the newest; so many lie there at the most until the oldest are cleared away. */
const kept = 500;
const lying: Ceiling = { of: notificationKind.table, most: 2 * kept };

/** After every date there is. */
const endOfTime = 9_999_999_999_999;

interface Mail extends Pick<Notification, 'permissionId' | 'webUrl'> {
  readonly to: Grantee;
  readonly message: string | undefined;
}

/** Keeps what people would be told: what they have been given, by whom, and the words that go with it. */
export async function notify(
  mails: readonly Mail[],
  { target: { drive, item }, caller: { app, user, tenant } }: Pick<Call<Located>, 'target' | 'caller'>,
  context: Context,
): Promise<void> {
  const now = context.clock();
  const from = { application: app, ...(user && { user: { id: user.id, displayName: user.displayName } }) };
  const steps = mails.map(({ to: { displayName, email, id }, permissionId, webUrl, message }): Step<Notification> => {
    const notification = {
      id: context.newId(),
      createdDateTime: now.toISOString(),
      to: { displayName, ...(email !== undefined && { email }), ...(id !== undefined && { id }) },
      from,
      ...(message !== undefined && { message }),
      webUrl,
      permissionId,
      driveId: drive.id,
      itemId: item.id,
      itemName: item.name,
    };
    const row = `${String(endOfTime - now.getTime()).padStart(13, '0')}|${notification.id}`;
    return { do: 'insert', row, value: notification };
  });
  if (steps.length === 0) return;
  const partition = partitionOf(tenant);
  const rows = context.store.rows(notificationKind);
  const write = async (): Promise<true> => {
    await rows.transact(partition, steps);
    return true;
  };
  const look = (): Promise<number> => countRows(rows, partition, context, (_, newer) => newer < kept);
  // The oldest make way, and no mail is refused.
  if (!(await belowCeiling(lying, partition, context, look, write, steps.length))) await write();
}

/** What would have been sent in a tenant, the newest first, and of the last ones no more than are kept. */
export async function* notificationsOf(tenant: string, { store }: Context): AsyncGenerator<Notification> {
  let count = 0;
  for await (const { value } of store.rows(notificationKind).list(partitionOf(tenant))) {
    if ((count += 1) > kept) return;
    yield value;
  }
}
