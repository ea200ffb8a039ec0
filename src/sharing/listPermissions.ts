import { type Located, locateItem } from '../drive/locate.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { sessionOf } from '../workbook/session.ts';
import { permissionsOptions } from './queryOptions.ts';
import { permissionsOf } from './readPermissions.ts';

/**
 * The owner's, the item's own and the inherited permissions (F4.1).
 * @see https://learn.microsoft.com/graph/api/driveitem-list-permissions
 */
export const listPermissions: Operation<ItemReference, Located, undefined> = {
  name: 'listPermissions',
  scopes: scopes.read,
  query: permissionsOptions,
  locate: locateItem,
  async run(call, context) {
    const { target, caller } = call;
    const session = await sessionOf(call, context);
    const value = await permissionsOf(target, caller, session, context);
    return { status: 200, metadata: `#${target.reference.odata.self}/permissions`, body: { value } };
  },
};
