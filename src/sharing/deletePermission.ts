import { itemPartition } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import { sessionOf } from '../workbook/session.ts';
import { type LocatedPermission, locatePermission, type PermissionReference } from './getPermission.ts';
import { isExpired, permissionKind, rowOfLinkId } from './link.ts';
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
    const row = rowOfLinkId(target.permissionId);
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
