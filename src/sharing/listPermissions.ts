import { type Located, locateItem } from '../drive/locate.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { sessionOf } from '../workbook/session.ts';
import { isKnown, permissionETag } from './permissionETag.ts';
import { permissionsOptions } from './queryOptions.ts';
import { permissionsOf } from './readPermissions.ts';

/**
 * The owner's, the item's own and the inherited permissions; 304 where the caller has them already (F4.1).
 * @see https://learn.microsoft.com/graph/api/driveitem-list-permissions
 */
export const listPermissions: Operation<ItemReference, Located, undefined> = {
  name: 'listPermissions',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200, 304], type: 'permission', many: true },
  query: permissionsOptions,
  locate: locateItem,
  async run(call, context) {
    const { target, caller, header } = call;
    const session = await sessionOf(call, context);
    const shown = await permissionsOf(target, caller, session, context);
    const headers = { ETag: permissionETag(shown.map(({ etag }) => etag)) };
    if (isKnown(header('if-none-match'), headers.ETag)) return { status: 304, headers };
    const metadata = `#${target.reference.odata.self}/permissions`;
    return { status: 200, headers, metadata, body: { value: shown.map(({ body }) => body) } };
  },
};
