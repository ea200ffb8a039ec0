import type { SharedDriveItem } from '@microsoft/microsoft-graph-types';

import { identityOf } from '../directory/directory.ts';
import { type Operation, scopes } from '../operation.ts';
import { type LocatedShare, locateShare, type ShareAddress } from './locateShare.ts';

/**
 * What a share is of, and whose (F6.2).
 * @see https://learn.microsoft.com/graph/api/shares-get
 */
export const getShare: Operation<ShareAddress, LocatedShare, undefined> = {
  name: 'shares',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: 'sharedDriveItem' },
  locate: locateShare,
  async run({ target: { drive, shared, reference } }) {
    const body = {
      id: reference.key,
      name: shared.name,
      // `group` is an open property of an identitySet (F3.1).
      owner: { [drive.owner.kind === 'user' ? 'user' : 'group']: identityOf(drive.owner) },
    } satisfies SharedDriveItem;
    return { status: 200, metadata: '#shares/$entity', body };
  },
};
