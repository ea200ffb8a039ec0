import { type Item, itemPartition } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import { type Caller, type Context, type Operation, scopes } from '../operation.ts';
import { sessionOf } from '../workbook/session.ts';
import { type LocatedPermission, locatePermission, type PermissionReference } from './getPermission.ts';
import { isExpired, linkRow, permissionKind, rowOfLinkId } from './link.ts';
import { isVisible, permissionsOf } from './readPermissions.ts';

/**
 * 204, and the link leads nowhere from now on. 403 `accessDenied` for an inherited permission, `ownerStays` for the
 * owner's; 404 `permissionNotFound` once it is gone (F4.2).
 * @see https://learn.microsoft.com/graph/api/permission-delete
 */
export const deletePermission: Operation<PermissionReference, LocatedPermission, undefined> = {
  name: 'deletePermission',
  scopes: scopes.write,
  result: { statuses: [204] },
  locate: locatePermission,
  async run(call, context) {
    const { target, caller } = call;
    const session = await sessionOf(call, context);
    const row = await rowOf(target.permissionId, target.item, caller, context);
    const key = row === undefined ? undefined : { partition: itemPartition(caller.tenant, target.item), row };
    const rows = context.store.rows(permissionKind);
    const stored = key && (await rows.get(key));
    const isThere = stored?.value.id === target.permissionId && isVisible(stored.value, session);
    if (!key || !stored || !isThere || isExpired(stored.value, context.clock())) {
      const others = await permissionsOf(target, caller, session, context);
      const other = others.find(({ id }) => id === target.permissionId);
      if (!other) throw new GraphError('permissionNotFound');
      throw new GraphError('inheritedFrom' in other ? 'accessDenied' : 'ownerStays');
    }
    // With its ETag: had it been replaced meanwhile by a new link, that one would not be the one to go.
    if (!(await rows.remove(key, stored.etag))) throw new GraphError('permissionNotFound');
    return { status: 204 };
  },
};

/** Where a permission of this id may lie: the id tells it, unless a seed has chosen the id. */
async function rowOf(id: string, item: Item, caller: Caller, context: Context): Promise<string | undefined> {
  const told = rowOfLinkId(id);
  if (!context.isSeeded) return told;
  const links = context.store.rows(permissionKind).list(itemPartition(caller.tenant, item));
  for await (const { value } of links) if (value.id === id) return linkRow(value);
  return told;
}
