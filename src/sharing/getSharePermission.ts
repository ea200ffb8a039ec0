import { itemWebUrl } from '../drive/webUrl.ts';
import { type Operation, scopes } from '../operation.ts';
import { type LocatedShare, locateShare, type ShareAddress } from './locateShare.ts';
import { toExistingAccess, toPermission, withoutSecrets } from './permission.ts';

/**
 * The permission of the link itself; for the plain URL of an item the existing access that it stands for (F6.2).
 * @see https://learn.microsoft.com/graph/api/permission-get
 */
export const getSharePermission: Operation<ShareAddress, LocatedShare, undefined> = {
  name: 'permission',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200, 304], type: 'permission' },
  locate: locateShare,
  async run({ target, caller, origin }, context) {
    const { drive, shared: item, link, access, reference } = target;
    const permission = link
      ? toPermission(link, 'creating')
      : toExistingAccess(await itemWebUrl({ drive, item }, caller.tenant, origin, context));
    const body = access.rights.has('share') ? permission : withoutSecrets(permission);
    return { status: 200, metadata: `#${reference.odata}/permission/$entity`, body };
  },
};
