import { type Located, locateItem } from '../drive/locate.ts';
import { GraphError } from '../errors.ts';
import { type Caller, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { sessionOf } from '../workbook/session.ts';
import { findOwn } from './ownPermission.ts';
import { isKnown, permissionETag } from './permissionETag.ts';
import { permissionOptions } from './queryOptions.ts';
import { permissionsOf, toShown } from './readPermissions.ts';

/** A permission, as an address names it. */
export interface PermissionReference extends ItemReference {
  readonly permissionId: string;
}

export interface LocatedPermission extends Located {
  readonly permissionId: string;
}

/** The item a permission hangs on, and the id that was asked for. */
export async function locatePermission(
  reference: PermissionReference,
  caller: Caller,
  context: Context,
): Promise<LocatedPermission> {
  return { ...(await locateItem(reference, caller, context)), permissionId: reference.permissionId };
}

/** What stands behind `$metadata` for one permission of an item (F4.2 [seen]). */
export const entityMetadata = ({ odata }: ItemReference): string => `#${odata.self}/permissions/$entity`;

/**
 * One permission, own or inherited; 304 where the caller has it already; 404 `permissionNotFound`.
 * @see https://learn.microsoft.com/graph/api/permission-get
 */
export const getPermission: Operation<PermissionReference, LocatedPermission, undefined> = {
  name: 'getPermission',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200, 304], type: 'permission' },
  query: permissionOptions,
  locate: locatePermission,
  async run(call, context) {
    const { target, caller, header } = call;
    const session = await sessionOf(call, context);
    // Whoever could have made it sees it as it is. What others may see of it depends on what lies beside it.
    const isMaker = target.access.rights.has('share');
    const own = isMaker ? await findOwn(target, caller.tenant, session, context) : undefined;
    const found = own
      ? { body: toShown(own.kept), etag: permissionETag(own.kept) }
      : (await permissionsOf(target, caller, session, context)).find(({ body }) => body.id === target.permissionId);
    if (!found) throw new GraphError('permissionNotFound');
    const headers = { ETag: found.etag };
    if (isKnown(header('if-none-match'), found.etag)) return { status: 304, headers };
    return { status: 200, headers, metadata: entityMetadata(target.reference), body: found.body };
  },
};
