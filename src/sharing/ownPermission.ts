import { itemPartition } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import type { Call, Context } from '../operation.ts';
import type { Key } from '../store/store.ts';
import { type Session, sessionOf } from '../workbook/session.ts';
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
  const own = await findOwn(target, caller.tenant, session, context);
  if (!own) {
    const others = await permissionsOf(target, caller, session, context);
    const other = others.find(({ body }) => body.id === target.permissionId);
    if (!other) throw new GraphError('permissionNotFound');
    throw new GraphError('inheritedFrom' in other.body ? 'accessDenied' : 'ownerStays');
  }
  checkMatch(header('if-match'), permissionETag(own.kept));
  return own;
}

/** The same, if there is one: one point read, since the id tells its row. */
export async function findOwn(
  { permissionId, item }: LocatedPermission,
  tenant: string,
  session: Session | undefined,
  context: Context,
): Promise<OwnPermission | undefined> {
  const row = await rowOfPermission(permissionId, item, tenant, context);
  const key = { partition: itemPartition(tenant, item), row };
  const stored = await context.store.rows(permissionKind).get(key);
  const kept = stored?.value.kind === 'redemption' ? undefined : stored?.value;
  const isThere = kept?.id === permissionId && isVisible(kept, session) && !isExpired(kept, context.clock());
  return stored && isThere ? { key, kept, etag: stored.etag } : undefined;
}
