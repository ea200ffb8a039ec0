import { createHmac } from 'node:crypto';

import { GraphError } from '../errors.ts';
import { isSame } from '../isSame.ts';
import type { Context } from '../operation.ts';
import type { Kind, Step } from '../store/store.ts';
import { tidyUp } from '../tidy.ts';
import type { Item } from './item.ts';
import { mimeTypeOf } from './mimeType.ts';
import { quickXorHash } from './quickXorHash.ts';

/**
 * A piece of a file's content. One content is one partition: `{tenant}|{content id}`, its rows numbered; where it came
 * in parts, each has rows of its own: `{part}|{number}`.
 */
interface Chunk {
  readonly bytes: Uint8Array;
}

export const contentKind: Kind<Chunk> = { table: 'contents', json: [] };

/** Up to this many bytes stay in the item's own row, and cost no further table operation. */
const inlineBytes = 32 * 1024;
/** Table Storage's limit for one property. */
const chunkBytes = 64 * 1024;
/** A transaction may carry 4 MiB, of which base64 takes a third. */
const chunksPerTransaction = 40;

const partitionOf = (tenant: string, contentId: string): string => `${tenant}|${contentId}`;

/** What follows from a file's bytes, and where they are: with the item, or under an id of their own. */
export type FileFacts = Required<Pick<Item, 'size' | 'mimeType' | 'quickXorHash' | 'downloadSecret'>> &
  Pick<Item, 'content' | 'contentId' | 'contentParts'>;

/**
 * Keeps a file's bytes. Where they are too many for the item's row they lie under a new id, so that readers have the
 * old content whole until the item points to the new one.
 */
export async function keepContent(
  name: string,
  content: Uint8Array,
  tenant: string,
  context: Context,
): Promise<FileFacts> {
  const contentId = content.length <= inlineBytes ? undefined : context.newId();
  if (contentId !== undefined) await keepChunks({ contentId, prefix: '' }, content, tenant, context);
  return {
    size: content.length,
    mimeType: mimeTypeOf(name),
    quickXorHash: quickXorHash(content),
    downloadSecret: newDownloadSecret(context),
    ...(contentId === undefined ? { content } : { contentId }),
  };
}

export const newDownloadSecret = ({ newSecret }: Context): string => Buffer.from(newSecret(16)).toString('base64url');

/** Where chunks lie: a content, or one part of it. */
interface Place {
  readonly contentId: string;
  readonly prefix: string;
}

const rowOf = ({ prefix }: Place, number: number): string => prefix + String(number).padStart(6, '0');

const partPrefix = (part: string): string => `${part}|`;

async function keepChunks(place: Place, content: Uint8Array, tenant: string, { store }: Context): Promise<void> {
  const rows = store.rows(contentKind);
  const steps: Step<Chunk>[] = [];
  for (let at = 0; at < content.length; at += chunkBytes)
    steps.push({
      do: 'insert',
      row: rowOf(place, at / chunkBytes),
      value: { bytes: content.slice(at, at + chunkBytes) },
    });
  for (let at = 0; at < steps.length; at += chunksPerTransaction)
    await rows.transact(partitionOf(tenant, place.contentId), steps.slice(at, at + chunksPerTransaction));
}

/** Keeps one part of a content, under a name that no other part of it has. */
export const keepPart = (
  { contentId, part }: { readonly contentId: string; readonly part: string },
  bytes: Uint8Array,
  tenant: string,
  context: Context,
): Promise<void> => keepChunks({ contentId, prefix: partPrefix(part) }, bytes, tenant, context);

/** Forgets a part that has come to nothing. */
export async function removePart(
  { contentId, part }: { readonly contentId: string; readonly part: string },
  tenant: string,
  context: Context,
): Promise<void> {
  const rows = context.store.rows(contentKind);
  const partition = partitionOf(tenant, contentId);
  await tidyUp(context, async () => {
    for await (const { row } of rows.list(partition, partPrefix(part))) await rows.remove({ partition, row });
  });
}

/** Whether there are bytes under this id. */
export async function hasContent(contentId: string, tenant: string, { store }: Context): Promise<boolean> {
  for await (const _ of store.rows(contentKind).list(partitionOf(tenant, contentId))) return true;
  return false;
}

/** The bytes of a file from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A file's bytes, or some of them. @throws GraphError `editConflict` where the content has been replaced meanwhile */
export async function contentOf(
  item: Item,
  tenant: string,
  context: Context,
  { start, end }: ByteRange = { start: 0, end: item.size - 1 },
): Promise<Uint8Array> {
  const wanted = new Uint8Array(end - start + 1);
  let at = 0;
  for await (const bytes of chunksOf(item, tenant, context)) {
    const [from, to] = [Math.max(start, at), Math.min(end + 1, at + bytes.length)];
    if (from < to) wanted.set(bytes.subarray(from - at, to - at), from - start);
    at += bytes.length;
    if (at > end) return wanted;
  }
  if (at <= end) throw new GraphError('editConflict');
  return wanted;
}

/** One after the other, so that no more than one is held. */
async function* chunksOf(
  { content, contentId, contentParts }: Item,
  tenant: string,
  { store }: Context,
): AsyncGenerator<Uint8Array> {
  if (contentId === undefined) {
    yield content ?? new Uint8Array();
    return;
  }
  const rows = store.rows(contentKind);
  for (const prefix of contentParts?.map(partPrefix) ?? [''])
    for await (const { value } of rows.list(partitionOf(tenant, contentId), prefix)) yield value.bytes;
}

/** Forgets bytes that no item points to any more. */
export async function removeContent(
  { contentId }: Pick<Item, 'contentId'>,
  tenant: string,
  context: Context,
): Promise<void> {
  if (contentId === undefined) return;
  // An id of the mock's own making: no partition of another begins with it.
  await tidyUp(context, () => context.store.clear([contentKind], partitionOf(tenant, contentId)));
}

/** How long a download URL is good for; real ones last about an hour. */
const downloadMilliseconds = 3_600_000;

/** A URL that gives the bytes to whoever has it, for a while (F7: "pre-authenticated"). Signed with a secret of the item. */
export function downloadUrlOf(item: Item, tenant: string, origin: string, now: Date): string {
  const claim = Buffer.from(
    JSON.stringify([tenant, item.driveId, item.id, now.getTime() + downloadMilliseconds]),
  ).toString('base64url');
  return `${origin}/_layouts/15/download.aspx?UniqueId=${item.guid}&tempauth=${claim}.${signatureOf(claim, item)}`;
}

const signatureOf = (claim: string, { downloadSecret = '' }: Item): string =>
  createHmac('sha256', downloadSecret).update(claim).digest('base64url');

/** The tenant, drive and item that a download URL tells of, if it is one and not too old; whether it is true is for `isSigned`. */
export function readDownload(
  tempauth: string,
  now: Date,
): { tenant: string; driveId: string; itemId: string } | undefined {
  try {
    const claim: unknown = JSON.parse(Buffer.from(tempauth.split('.')[0] ?? '', 'base64url').toString());
    if (!Array.isArray(claim)) return undefined;
    const [tenant, driveId, itemId, expires]: unknown[] = claim;
    const isWhole = typeof tenant === 'string' && typeof driveId === 'string' && typeof itemId === 'string';
    return isWhole && typeof expires === 'number' && expires > now.getTime() ? { tenant, driveId, itemId } : undefined;
  } catch {
    return undefined;
  }
}

/** The tenant whose clock decides on a download URL: it has no token to tell. */
export const tenantOfDownload = (tempauth: string): string | undefined => readDownload(tempauth, new Date(0))?.tenant;

export function isSigned(tempauth: string, item: Item): boolean {
  const [claim = '', signature = ''] = tempauth.split('.');
  return item.downloadSecret !== undefined && isSame(signature, signatureOf(claim, item));
}
