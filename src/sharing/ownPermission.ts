import { itemPartition } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import type { Call, Context } from '../operation.ts';
import type { Key } from '../store/store.ts';
import { sessionOf } from '../workbook/session.ts';
import type { LocatedPermission } from './getPermission.ts';
import { isExpired, type Kept, permissionKind } from './kept.ts';
import { checkMatch, permissionETag } from './permissionETag.ts';
import { isVisible, permissionsOf } from './readPermissions.ts';
import { rowOfPermission } from './rowOfPermission.ts';

/** A permission that can be changed: what is kept, where, and its ETag there. */
export interface OwnPermission {
  readonly key: Key;
  readonly kept: Kept;
  readonly etag: string;
}

/**
 * The permission of this id that lies on the item itself, in the version that `If-Match` asks for.
 *
 * @throws GraphError `accessDenied` for an inherited one, `ownerStays` for an owner's, `permissionNotFound`,
 * `etagMismatch` (F4.2)
 */
export async function ownPermission<Body>(
  call: Call<LocatedPermission, Body>,
  context: Context,
): Promise<OwnPermission> {
  const { target, caller, header } = call;
  const session = await sessionOf(call, context);
  const row = await rowOfPermission(target.permissionId, target.item, caller.tenant, context);
  const key = { partition: itemPartition(caller.tenant, target.item), row };
  const stored = await context.store.rows(permissionKind).get(key);
  const kept = stored?.value.kind === 'redemption' ? undefined : stored?.value;
  const isThere = kept?.id === target.permissionId && isVisible(kept, session) && !isExpired(kept, context.clock());
  if (!stored || !kept || !isThere) {
    const others = await permissionsOf(target, caller, session, context);
    const other = others.find(({ body }) => body.id === target.permissionId);
    if (!other) throw new GraphError('permissionNotFound');
    throw new GraphError('inheritedFrom' in other.body ? 'accessDenied' : 'ownerStays');
  }
  checkMatch(header('if-match'), permissionETag(kept));
  return { key, kept, etag: stored.etag };
}
