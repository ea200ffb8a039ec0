import { type Item, itemPartition } from '../drive/item.ts';
import type { Context } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import type { Grant } from './grant.ts';
import type { Link } from './link.ts';
import type { Redemption } from './redemption.ts';

/** Everything kept on an item that somebody may do something by. Partition: `itemPartition`. */
export const permissionKind: Kind<Link | Grant | Redemption> = {
  table: 'permissions',
  json: ['grantees', 'grantee', 'application', 'createdBy'],
};

/** What shows as a permission. */
export type Kept = Link | Grant;

/** From this moment on it is as if it had been deleted. */
export const isExpired = ({ expirationDateTime }: Pick<Kept, 'expirationDateTime'>, now: Date): boolean =>
  expirationDateTime !== undefined && Date.parse(expirationDateTime) <= now.getTime();

/** All that lies on the item itself and has not expired: one query. */
export async function keptOn(item: Item, tenant: string, { store, clock }: Context): Promise<(Kept | Redemption)[]> {
  const kept: (Kept | Redemption)[] = [];
  const now = clock();
  for await (const { value } of store.rows(permissionKind).list(itemPartition(tenant, item)))
    if (value.kind === 'redemption' || !isExpired(value, now)) kept.push(value);
  return kept;
}
