import { fullAccess } from '../access.ts';
import { childOf } from '../drive/locate.ts';
import { type ConflictBehavior, insertNamed, itemOf } from '../drive/change.ts';
import { type FileFacts, hasContent, newDownloadSecret } from '../drive/content.ts';
import { type Drive, driveKey, driveKind } from '../drive/drive.ts';
import { checkIfMatch, eTagOf, type Item } from '../drive/item.ts';
import { mimeTypeOf } from '../drive/mimeType.ts';
import { newFile } from '../drive/newItem.ts';
import { overwriteFile } from '../drive/overwriteFile.ts';
import { present } from '../drive/present.ts';
import { hashOfRing } from '../drive/quickXorHash.ts';
import { GraphError, isRefusal } from '../errors.ts';
import { merged } from '../merged.ts';
import type { Answer, Context } from '../operation.ts';
import type { Stored } from '../store/store.ts';
import { inRoom } from '../tenants/room.ts';
import { tidyUp } from '../tidy.ts';
import { uploadKey, uploadKind, type UploadSession } from './session.ts';

/** Where a completed upload goes: where its session says, or another place that its owner has found for it. */
export type Destination = Pick<UploadSession, 'parentId' | 'name' | 'behavior' | 'itemId' | 'ifMatch'>;

/**
 * Makes a file of a session all of whose bytes have come: 201 and a new one, 200 and the one whose bytes were replaced.
 * The session ends with it; where the file is refused it stays, for another try (F7). It stays too where storage fails:
 * another try makes the same file, or finds it made.
 *
 * @throws GraphError `uploadSessionIncomplete`, `uploadSessionNotFound` where another call completes or cancels it,
 * `nameAlreadyExists`, `itemNotFound`, `etagMismatch`, `quotaLimitReached`
 */
export async function complete(
  { value: session, etag }: Stored<UploadSession>,
  destination: Destination,
  origin: string,
  context: Context,
): Promise<Answer> {
  if (session.received !== session.total) throw new GraphError('uploadSessionIncomplete');
  const { tenant } = session.caller;
  // Bytes that are gone are those of a file that was made long ago, and then replaced or deleted.
  if (session.completing && !(await hasContent(session.contentId, tenant, context)))
    throw new GraphError('uploadSessionNotFound');
  // From here on nobody sweeps the bytes away.
  const rows = context.store.rows(uploadKind);
  const begun = await rows.replace(uploadKey(tenant, session), { ...session, completing: true }, etag);
  if (!begun) throw new GraphError('uploadSessionNotFound');
  return finish(begun, destination, { origin, isFirst: !session.completing }, context);
}

/** As `complete`, where the session says that its completion has begun: by this call, the first to try, or by one that has failed. */
export async function finish(
  { value: session, etag }: Stored<UploadSession>,
  destination: Destination,
  { origin, isFirst }: { readonly origin: string; readonly isFirst: boolean },
  context: Context,
): Promise<Answer> {
  const { caller, driveId } = session;
  const rows = context.store.rows(uploadKind);
  const key = uploadKey(caller.tenant, session);
  const drive = await driveOf(session, context);
  const { item, isNew } = await write(session, destination, drive, context).catch(async (failure: unknown) => {
    const { completing: _, ...open } = session;
    // Others that have begun may be about to write.
    if (isFirst && isRefusal(failure)) await tidyUp(context, () => rows.replace(key, open, etag));
    throw failure;
  });
  const asked = { caller, origin, target: { access: fullAccess } };
  // Nobody selects anything of what an upload URL answers.
  const { sharepointIds: _, ...body } = await present(item, drive, asked, context);
  // Last of all, so that a repetition is understood until it has been answered.
  await tidyUp(context, () => rows.remove(key, etag));
  const Location = `${origin}/v1.0/drives/${driveId}/items/${item.id}`;
  return {
    status: isNew ? 201 : 200,
    headers: { ETag: eTagOf(item), ...(isNew && { Location }) },
    metadata: `#drives('${encodeURIComponent(driveId).replaceAll('!', '%21')}')/items/$entity`,
    body,
  };
}

async function driveOf({ caller, driveId }: UploadSession, { store }: Context): Promise<Drive> {
  const drive = (await store.rows(driveKind).get(driveKey(caller.tenant, driveId)))?.value;
  if (drive?.kind !== 'drive') throw new GraphError('itemNotFound');
  return drive;
}

interface Written {
  readonly item: Item;
  readonly isNew: boolean;
}

async function write(session: UploadSession, to: Destination, drive: Drive, context: Context): Promise<Written> {
  const { caller, description, fileSystemInfo } = session;
  const { tenant } = caller;
  const { parentId, name, behavior, ifMatch = null } = to;
  const told = { ...(description !== undefined && { description }), ...(fileSystemInfo && { fileSystemInfo }) };
  const facts = factsOf(session, name, context);
  const overwrite = async (existing: Item): Promise<Written> => {
    const content = { ...facts, mimeType: mimeTypeOf(existing.name), ...told };
    const check = (current: Item): void => checkIfMatch(ifMatch, current);
    const item = await overwriteFile(existing, content, caller, context, check);
    // The new bytes have their room since they came.
    context.tenants.release(tenant, { bytes: existing.size });
    return { item, isNew: false };
  };

  if (to.itemId !== undefined) {
    const addressed = await itemOf({ id: to.itemId, driveId: drive.id }, tenant, context);
    if (addressed.kind === 'folder') throw new GraphError('itemNotFound');
    return overwrite(addressed);
  }
  const given = { drive, parentId, name, facts: merged(facts, told), guid: session.fileGuid };
  const blank = newFile(given, caller, context);
  if (behavior !== 'replace') return add(blank, behavior, tenant, context);
  return replaceOrAdd(blank, overwrite, drive, tenant, context);
}

/** Whatever stands under the name by then: while it changes from one moment to the next, it is looked at again. */
async function replaceOrAdd(
  blank: Item,
  overwrite: (existing: Item) => Promise<Written>,
  drive: Drive,
  tenant: string,
  context: Context,
): Promise<Written> {
  const parent = { id: blank.parentId ?? '' };
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const existing = await childOf(parent, blank.name, drive, tenant, context);
    if (existing?.kind === 'folder') throw new GraphError('nameAlreadyExists');
    const written = await (existing ? overwrite(existing) : add(blank, 'fail', tenant, context)).catch(
      passed(existing),
    );
    if (written) return written;
  }
  throw new GraphError('editConflict');
}

const add = async (blank: Item, behavior: ConflictBehavior, tenant: string, context: Context): Promise<Written> => ({
  item: await inRoom({ items: 1 }, tenant, context, () => insertNamed(blank, behavior, tenant, context)),
  isNew: true,
});

/** Undefined where what was looked at is another thing by now. */
const passed =
  (existing: Item | undefined) =>
  (refused: unknown): undefined => {
    const isPassed =
      refused instanceof GraphError && refused.what === (existing ? 'itemNotFound' : 'nameAlreadyExists');
    if (!isPassed) throw refused;
  };

const factsOf = (session: UploadSession, name: string, context: Context): FileFacts => ({
  size: session.received,
  mimeType: mimeTypeOf(name),
  quickXorHash: hashOfRing(session.ring, session.received),
  downloadSecret: newDownloadSecret(context),
  contentId: session.contentId,
  contentParts: session.parts,
});
