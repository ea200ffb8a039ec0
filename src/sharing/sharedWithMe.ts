import type { DriveItem } from '@microsoft/microsoft-graph-types';

import { locateDrive, type LocatedDrive, lookForItem } from '../drive/locate.ts';
import { present } from '../drive/present.ts';
import { childOptions } from '../drive/queryOptions.ts';
import { GraphError } from '../errors.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { DriveReference } from '../reference.ts';
import { wholeSeconds } from '../schema.ts';
import { type Received, receivedKind, receivedPartition } from './received.ts';

/**
 * What other people have shared with the owner of the drive, each with the item where it is (F7).
 * @see https://learn.microsoft.com/graph/api/drive-sharedwithme
 */
export const sharedWithMe: Operation<DriveReference, LocatedDrive, undefined> = {
  name: 'sharedWithMe',
  scopes: scopes.read,
  needs: 'read',
  result: { statuses: [200], type: 'driveItem', many: true },
  query: childOptions,
  locate: locateDrive,
  async run(call, context) {
    const { target, caller } = call;
    const { user } = caller;
    // What is shared with somebody else is theirs to know.
    if (!user || target.drive.owner.id !== user.id) throw new GraphError('accessDenied');
    const value = [];
    const partition = receivedPartition(caller.tenant, user.id);
    for await (const { value: received } of context.store.rows(receivedKind).list(partition)) {
      const item = await itemOf(received, call, context);
      if (item) value.push(item);
    }
    return { status: 200, metadata: '#Collection(microsoft.graph.driveItem)', body: { value } };
  },
};

/** The item, if it is still there and still shared. */
async function itemOf(
  { driveId, itemId, sharedBy, sharedDateTime }: Received,
  call: Call<LocatedDrive>,
  context: Context,
) {
  const { caller, origin } = call;
  const place = await lookForItem(driveId, { anchor: { at: 'item', id: itemId }, path: [] }, caller, context);
  if (!place || place.drive.owner.id === caller.user?.id) return undefined;
  const access = await context.sharing.accessTo(place, caller, context);
  if (!access.rights.has('read')) return undefined;
  const { drive, item } = place;
  const shown: DriveItem = await present(item, drive, { caller, origin, target: { access } }, context);
  const { id, name, size, webUrl, file, folder, fileSystemInfo, createdDateTime, lastModifiedDateTime } = shown;
  const { kind, ...owner } = drive.owner;
  const remoteItem = {
    id,
    name,
    size,
    webUrl,
    ...(file ? { file } : { folder }),
    fileSystemInfo,
    createdDateTime,
    lastModifiedDateTime,
    parentReference: { driveId: drive.id, driveType: drive.driveType },
    shared: {
      ...shown.shared,
      // `group` is an open property of an identitySet (F3.1).
      owner: { [kind === 'user' ? 'user' : 'group']: owner },
      sharedDateTime: wholeSeconds(sharedDateTime),
      ...(sharedBy && { sharedBy: { user: sharedBy } }),
    },
  };
  return { ...shown, remoteItem };
}
