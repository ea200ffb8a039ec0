import { type Located, locateItem } from '../drive/locate.ts';
import { GraphError } from '../errors.ts';
import { type Caller, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { sessionOf } from '../workbook/session.ts';
import { permissionOptions } from './queryOptions.ts';
import { permissionsOf } from './readPermissions.ts';

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

/**
 * One permission, own or inherited; 404 `permissionNotFound`.
 * @see https://learn.microsoft.com/graph/api/permission-get
 */
export const getPermission: Operation<PermissionReference, LocatedPermission, undefined> = {
  name: 'getPermission',
  scopes: scopes.read,
  query: permissionOptions,
  locate: locatePermission,
  async run(call, context) {
    const { target, caller } = call;
    const session = await sessionOf(call, context);
    const all = await permissionsOf(target, caller, session, context);
    const body = all.find(({ id }) => id === target.permissionId);
    if (!body) throw new GraphError('permissionNotFound');
    return { status: 200, metadata: `#${target.reference.odata.self}/permissions/$entity`, body };
  },
};
