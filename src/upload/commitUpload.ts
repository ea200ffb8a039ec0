import * as z from 'zod';

import { behaviorWithin, conflictBehavior } from '../drive/conflictBehavior.ts';
import { checkName } from '../drive/item.ts';
import { type Destination, locateDestination } from '../drive/locate.ts';
import { admit } from '../access.ts';
import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import { complete } from './complete.ts';
import { findSession } from './session.ts';

const body = z.looseObject({
  name: z.string().exactOptional(),
  '@microsoft.graph.conflictBehavior': conflictBehavior.exactOptional(),
  '@microsoft.graph.sourceUrl': z.string(),
});

/**
 * 201 or 200 and the file of an upload whose bytes have all come, under the name and in the folder that are given now:
 * how a client goes on when its last fragment met a name that was taken.
 *
 * @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession#handle-upload-errors
 */
export const commitUpload: Operation<ItemReference, Destination, z.output<typeof body>> = {
  name: 'commitUpload',
  scopes: scopes.write,
  needs: 'add',
  body,
  result: { statuses: [201, 200], type: 'driveItem' },
  locate: locateDestination,
  async run({ target, caller, body: asked, header, origin }, context) {
    const { drive, parent, item } = target;
    const stored = await findSession(tempauthIn(asked['@microsoft.graph.sourceUrl']), context);
    if (stored.value.caller.tenant !== caller.tenant || stored.value.driveId !== drive.id)
      throw new GraphError('uploadSessionNotFound');
    // The page leads to the folder; clients also send what they created the session at, which ends in the name.
    const folder = item?.kind === 'folder' ? item : parent;
    if (folder && folder.kind !== 'folder') throw new GraphError('invalidRequest');
    const name = checkName(asked.name ?? target.name ?? item?.name ?? stored.value.name);
    const parentId = folder?.id ?? item?.parentId ?? stored.value.parentId;
    const ifMatch = header('if-match');
    const access = item?.kind === 'folder' ? target.access : await target.accessToFolder();
    admit(access, 'add');
    const behavior = behaviorWithin(access, asked['@microsoft.graph.conflictBehavior'] ?? stored.value.behavior);
    return complete(stored, { parentId, name, behavior, ...(ifMatch !== null && { ifMatch }) }, origin, context);
  },
};

function tempauthIn(sourceUrl: string): string {
  try {
    return new URL(sourceUrl).searchParams.get('tempauth') ?? '';
  } catch {
    throw new GraphError('invalidRequest');
  }
}
