import { allRights } from '../access.ts';
import { childOf } from '../drive/locate.ts';
import { type ConflictBehavior, insertNamed } from '../drive/change.ts';
import { type FileFacts, newDownloadSecret } from '../drive/content.ts';
import { type Drive, driveKey, driveKind, drivePartition, isItem } from '../drive/drive.ts';
import { checkIfMatch, eTagOf, type Item, itemRow } from '../drive/item.ts';
import { mimeTypeOf } from '../drive/mimeType.ts';
import { newFile } from '../drive/newItem.ts';
import { overwriteFile } from '../drive/overwriteFile.ts';
import { present } from '../drive/present.ts';
import { hashOfRing } from '../drive/quickXorHash.ts';
import { GraphError } from '../errors.ts';
import type { Answer, Context } from '../operation.ts';
import type { Stored } from '../store/store.ts';
import { inRoom } from '../tenants/room.ts';
import { uploadKey, uploadKind, type UploadSession } from './session.ts';

/** Where a completed upload goes: where its session says, or another place that its owner has found for it. */
export type Destination = Pick<UploadSession, 'parentId' | 'name' | 'behavior' | 'itemId' | 'ifMatch'>;

/**
 * Makes a file of a session all of whose bytes have come: 201 and a new one, 200 and the one whose bytes were replaced.
 * The session ends with it; where the file is refused it stays, for another try (F7).
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
  const { caller, driveId } = session;
  const rows = context.store.rows(uploadKind);
  const key = uploadKey(caller.tenant, session);
  const drive = await driveOf(session, context);
  // Of all that would complete or end it, the one that removes the row may: bytes a file points to are never swept away.
  if (!(await rows.remove(key, etag))) throw new GraphError('uploadSessionNotFound');
  try {
    const { item, isNew } = await write(session, destination, drive, context);
    const root = `${origin}/v1.0`;
    const Location = `${root}/drives/${driveId}/items/${item.id}`;
    return {
      status: isNew ? 201 : 200,
      headers: { ETag: eTagOf(item), ...(isNew && { Location }) },
      metadata: `#drives('${encodeURIComponent(driveId).replaceAll('!', '%21')}')/items/$entity`,
      body: await present(item, drive, { caller, origin, target: { access: { rights: allRights } } }, context),
    };
  } catch (refused) {
    // Refused means that nothing was written. After any other failure nobody knows.
    if (refused instanceof GraphError && (refused.row.status < 500 || refused.row.isMeant))
      await rows.insert(key, session);
    throw refused;
  }
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
    const partition = drivePartition(tenant, drive.id);
    const addressed = (await context.store.rows(driveKind).get({ partition, row: itemRow(to.itemId) }))?.value;
    if (!isItem(addressed) || addressed.kind === 'folder') throw new GraphError('itemNotFound');
    return overwrite(addressed);
  }
  const blank = { ...newFile({ drive, parentId, name, facts }, caller, context), ...told };
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
