import { type Item, itemPartition } from '../drive/item.ts';
import type { Context, User } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import { insertInRoom } from '../tenants/room.ts';
import type { Link } from './link.ts';
import { noteReceived } from './received.ts';

/** Somebody has redeemed a link, and may from now on reach the item without it, for as long as there is the link (F6.2). */
export interface Redemption {
  readonly kind: 'redemption';
  /** The id of the link's permission. A link made anew has another, and has to be redeemed again. */
  readonly linkId: string;
  readonly userId: string;
}

/** Redemptions alone, by their row; `permissionKind` has all that lies in this table. */
const redemptionKind: Kind<Redemption> = { table: 'permissions', json: [] };

export const redemptionsPrefix = (linkId: string): string => `redemption|${linkId}|`;

const redemptionRow = ({ linkId, userId }: Pick<Redemption, 'linkId' | 'userId'>): string =>
  redemptionsPrefix(linkId) + userId;

/** From now on the user reaches what the link is for without it. To redeem it again changes nothing. */
export async function redeem(
  { id: linkId, createdBy }: Pick<Link, 'id' | 'createdBy'>,
  { id: userId }: Pick<User, 'id'>,
  { item, tenant }: { readonly item: Pick<Item, 'driveId' | 'id'>; readonly tenant: string },
  context: Context,
): Promise<void> {
  const redemption = { kind: 'redemption', linkId, userId } as const;
  const key = { partition: itemPartition(tenant, item), row: redemptionRow(redemption) };
  await insertInRoom({ links: 1 }, tenant, context, context.store.rows(redemptionKind), key, redemption);
  await noteReceived([{ kind: 'user', id: userId }], { item, tenant, sharedBy: createdBy }, context);
}
