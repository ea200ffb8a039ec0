import type { Shared } from '@microsoft/microsoft-graph-types';

import type { Sharing } from '../access.ts';
import { itemPartition } from '../drive/item.ts';
import { isExpired, permissionKind } from './kept.ts';
import { isVisible } from './readPermissions.ts';

/** With whom an item is shared (F7); absent where it only inherits permissions (F4.1 [seen]). */
export const sharedFacet: Sharing['sharedFacet'] = async (item, tenant, { store, clock }) => {
  const now = clock();
  let shared: { readonly scope: string } | undefined;
  // Grants, then links, the widest first (`linkRow`), then what of them has been redeemed. No more is read than it takes.
  for await (const { value } of store.rows(permissionKind).list(itemPartition(tenant, item))) {
    if (value.kind === 'redemption') break;
    if (isExpired(value, now) || !isVisible(value, undefined)) continue;
    if (value.kind === 'link') return { scope: value.scope } satisfies Shared;
    shared = { scope: 'users' } satisfies Shared;
  }
  return shared;
};
