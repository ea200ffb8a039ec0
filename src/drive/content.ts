import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Context } from '../operation.ts';
import type { Kind, Step } from '../store/store.ts';
import type { Item } from './item.ts';
import { mimeTypeOf } from './mimeType.ts';
import { quickXorHash } from './quickXorHash.ts';

/** A piece of a file's content. One content is one partition: `{tenant}|{content id}`, its rows numbered. */
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
  Pick<Item, 'content' | 'contentId'>;

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
  const facts = {
    size: content.length,
    mimeType: mimeTypeOf(name),
    quickXorHash: quickXorHash(content),
    downloadSecret: Buffer.from(context.newSecret(16)).toString('base64url'),
  };
  if (content.length <= inlineBytes) return { ...facts, content };
  const contentId = context.newId();
  const rows = context.store.rows(contentKind);
  const steps: Step<Chunk>[] = [];
  for (let at = 0; at < content.length; at += chunkBytes)
    steps.push({ do: 'insert', row: rowOf(at / chunkBytes), value: { bytes: content.slice(at, at + chunkBytes) } });
  for (let at = 0; at < steps.length; at += chunksPerTransaction)
    await rows.transact(partitionOf(tenant, contentId), steps.slice(at, at + chunksPerTransaction));
  return { ...facts, contentId };
}

const rowOf = (number: number): string => String(number).padStart(6, '0');

/** A file's bytes. */
export async function contentOf({ content, contentId }: Item, tenant: string, context: Context): Promise<Uint8Array> {
  if (contentId === undefined) return content ?? new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const { value } of context.store.rows(contentKind).list(partitionOf(tenant, contentId)))
    chunks.push(value.bytes);
  return Buffer.concat(chunks);
}

/**
 * Forgets bytes that no item points to any more. The change that they were for is done, or refused, by then: where
 * storage fails they stay, out of everybody's reach, and the call is none the worse.
 */
export async function removeContent(
  { contentId }: Pick<Item, 'contentId'>,
  tenant: string,
  context: Context,
): Promise<void> {
  if (contentId === undefined) return;
  const rows = context.store.rows(contentKind);
  const partition = partitionOf(tenant, contentId);
  try {
    for await (const { row } of rows.list(partition)) await rows.remove({ partition, row });
  } catch (failure) {
    context.report(failure);
  }
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

export function isSigned(tempauth: string, item: Item): boolean {
  const [claim = '', signature = ''] = tempauth.split('.');
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(claim, item))];
  return item.downloadSecret !== undefined && given.length === right.length && timingSafeEqual(given, right);
}
