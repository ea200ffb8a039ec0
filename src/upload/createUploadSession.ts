import * as z from 'zod';

import { admit } from '../access.ts';
import { belowCeiling } from '../ceiling.ts';
import type { ConflictBehavior } from '../drive/change.ts';
import { behaviorWithin, conflictBehavior } from '../drive/conflictBehavior.ts';
import { fileSystemInfo, newIn } from '../drive/fileSystemInfo.ts';
import { checkIfMatch, checkName, namesVersion } from '../drive/item.ts';
import { type Destination, locateDestination } from '../drive/locate.ts';
import { descriptionSchema } from '../drive/description.ts';
import { emptyRing } from '../drive/quickXorHash.ts';
import { GraphError } from '../errors.ts';
import { type Call, type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import {
  countOpen,
  idleMilliseconds,
  largestFile,
  openUploads,
  toUploadSession,
  uploadKey,
  uploadKind,
  type UploadSession,
  uploadUrlOf,
} from './session.ts';

const item = z
  .looseObject({
    '@microsoft.graph.conflictBehavior': conflictBehavior.exactOptional(),
    description: descriptionSchema.exactOptional(),
    fileSize: z.int().nonnegative().exactOptional(),
    fileSystemInfo: fileSystemInfo.exactOptional(),
    name: z.string().exactOptional(),
  })
  .meta({ id: 'driveItemUploadableProperties' });

const body = z.strictObject({ item: item.exactOptional(), deferCommit: z.boolean().exactOptional() }).optional();

type Body = z.output<typeof body>;

/**
 * 200 and a URL that takes the bytes of a file in fragments: of a new one at a path, or of the one that is addressed.
 *
 * @throws GraphError `nameAlreadyExists`, `etagMismatch`, `fileTooLarge`, `invalidName`, `invalidRequest`,
 * `quotaLimitReached` where too many are open
 * @see https://learn.microsoft.com/graph/api/driveitem-createuploadsession
 */
export const createUploadSession: Operation<ItemReference, Destination, Body> = {
  name: 'createUploadSession',
  scopes: scopes.write,
  needs: 'add',
  body,
  result: { statuses: [200], type: 'uploadSession' },
  locate: locateDestination,
  async run(call, context) {
    const { caller, target, origin } = call;
    const begun = newSession(call, context);
    // Another file beside the one that is there is the folder's matter, other bytes for it the file's.
    if (target.item && begun.behavior === 'rename') admit(await target.accessToFolder(), 'add');
    if (target.item && begun.behavior !== 'rename') admit(target.access, 'write');
    const session = target.item ? begun : { ...begun, behavior: behaviorWithin(target.access, begun.behavior) };
    const key = uploadKey(caller.tenant, session);
    const made = await belowCeiling(
      openUploads,
      key.partition,
      context,
      () => countOpen(caller.tenant, target.drive.id, context),
      () => context.store.rows(uploadKind).insert(key, session),
    );
    if (!made) throw new GraphError('quotaLimitReached');
    const uploadUrl = uploadUrlOf(session, origin);
    return {
      status: 200,
      metadata: '#microsoft.graph.uploadSession',
      body: { uploadUrl, ...toUploadSession(session) },
    };
  },
};

type Creation = Call<Destination, Body>;

function newSession(call: Creation, context: Context): UploadSession {
  const { item: told = {}, deferCommit = false } = call.body ?? {};
  const { fileSize, description } = told;
  const place = placeOf(call, told);
  if (fileSize !== undefined && fileSize > largestFile) throw new GraphError('fileTooLarge');
  const ifMatch = call.header('if-match');
  const times = newIn(told.fileSystemInfo ?? {});
  return {
    id: context.newId(),
    secret: Buffer.from(context.newSecret(24)).toString('base64url'),
    caller: call.caller,
    driveId: call.target.drive.id,
    ...place,
    ...(ifMatch !== null && { ifMatch }),
    deferCommit,
    ...(description !== undefined && { description }),
    ...(Object.keys(times).length > 0 && { fileSystemInfo: times }),
    ...(fileSize !== undefined && { announced: fileSize }),
    received: 0,
    parts: [],
    ring: emptyRing(),
    contentId: context.newId(),
    fileGuid: context.newId(),
    expiresAt: context.clock().getTime() + idleMilliseconds,
  };
}

type Place = Pick<UploadSession, 'itemId' | 'parentId' | 'name' | 'behavior'>;

/** Where the file will be. Everything that is known to be in its way is said now, and again when it comes to that. */
function placeOf({ target, header }: Creation, told: z.output<typeof item>): Place {
  const { item: existing, parent } = target;
  const asked = told['@microsoft.graph.conflictBehavior'];
  // Who addresses a file by its id means that file; at a path the default is `fail` [doc].
  const behavior: ConflictBehavior = asked ?? (parent ? 'fail' : 'replace');
  const parentId = parent?.id ?? existing?.parentId;
  const name = target.name ?? existing?.name;
  if (parentId === undefined || name === undefined || (parent && parent.kind !== 'folder'))
    throw new GraphError('invalidRequest');
  // "The {item-path} must contain the name of the item" [doc].
  if (told.name !== undefined && told.name.toLowerCase() !== name.toLowerCase()) throw new GraphError('invalidRequest');
  const [ifMatch, ifNoneMatch] = [header('if-match'), header('if-none-match')];
  if (existing) checkIfMatch(ifMatch, existing);
  if (existing && ifNoneMatch !== null && namesVersion(ifNoneMatch, existing)) throw new GraphError('etagMismatch');
  if (existing && (behavior === 'fail' || (existing.kind === 'folder' && behavior === 'replace')))
    throw new GraphError('nameAlreadyExists');
  const isThatFile = existing && !parent && behavior === 'replace';
  return { ...(isThatFile && { itemId: existing.id }), parentId, name: checkName(name), behavior };
}
