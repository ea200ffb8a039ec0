import type { UploadSession as UploadSessionResource } from '@microsoft/microsoft-graph-types';

import type { Ceiling } from '../ceiling.ts';
import type { ConflictBehavior } from '../drive/change.ts';
import { removeContent } from '../drive/content.ts';
import { drivePartition } from '../drive/drive.ts';
import type { FileSystemInfo } from '../drive/item.ts';
import { GraphError } from '../errors.ts';
import { isSame } from '../isSame.ts';
import type { Caller, Context } from '../operation.ts';
import { countRows } from '../store/countRows.ts';
import type { Key, Kind, Stored } from '../store/store.ts';

/**
 * An upload that is under way, as it is kept. Its bytes lie where those of a file do, under a content id of their own;
 * in the end the file points there.
 */
export interface UploadSession {
  readonly id: string;
  /** The part of its URL by which whoever has it is let in. */
  readonly secret: string;
  /** Who began it: the file will be theirs. */
  readonly caller: Caller;
  readonly driveId: string;
  /** The file that gets other bytes, where one was addressed by its id; else the folder and name of the file to come. */
  readonly itemId?: string;
  readonly parentId: string;
  readonly name: string;
  readonly behavior: ConflictBehavior;
  /** Which version may be replaced. */
  readonly ifMatch?: string;
  readonly deferCommit: boolean;
  readonly description?: string;
  readonly fileSystemInfo?: FileSystemInfo;
  /** How large the file will be: at the most, while only announced; exactly, once a fragment has come. */
  readonly announced?: number;
  readonly total?: number;
  /** So many bytes have come, without a gap. */
  readonly received: number;
  /** Which parts of the content they are, in order. */
  readonly parts: readonly string[];
  /** Their hash as far as it has come. */
  readonly ring: Uint8Array;
  readonly contentId: string;
  /** The GUID of the file to come: whoever completes the session, and however often, makes but this one. */
  readonly fileGuid: string;
  /** Set from when a completion begins: from then on a file may point to the bytes. */
  readonly completing?: true;
  /** In milliseconds. */
  readonly expiresAt: number;
}

/** The sessions of a drive are one partition, so that those which have expired are found. */
export const uploadKind: Kind<UploadSession> = { table: 'uploads', json: ['caller', 'fileSystemInfo', 'parts'] };

export const uploadKey = (tenant: string, { driveId, id }: Pick<UploadSession, 'driveId' | 'id'>): Key => ({
  partition: drivePartition(tenant, driveId),
  row: id,
});

/** How long a session waits for its next fragment, in milliseconds: 15 minutes [seen]; each fragment begins them anew [doc]. */
export const idleMilliseconds = 15 * 60_000;

/** The largest file that comes in fragments, in bytes. It ends where an answer of the Functions host does, 100 MB and more. */
export const largestFile = 100 * 1024 * 1024;

const path = '/_api/v2.0/uploadSession';
export const uploadRoute = path.slice(1);

/** The URL that takes fragments from whoever has it. */
export function uploadUrlOf({ caller, driveId, id, secret }: UploadSession, origin: string): string {
  const claim = Buffer.from(JSON.stringify([caller.tenant, driveId, id])).toString('base64url');
  return `${origin}${path}?tempauth=${claim}.${secret}`;
}

/**
 * The session of a URL. What it was is not told: unknown, cancelled, expired, done, or another's secret.
 *
 * @param tempauth the parameter of that name in the URL
 * @throws GraphError `uploadSessionNotFound`
 */
export async function findSession(tempauth: string, context: Context): Promise<Stored<UploadSession>> {
  const stored = await sessionBehind(tempauth, context);
  if (!stored) throw new GraphError('uploadSessionNotFound');
  if (isExpired(stored.value, context)) {
    await removeSession(stored, context);
    throw new GraphError('uploadSessionNotFound');
  }
  // Whoever uploads for hours makes no other call.
  await context.tenants.enter(stored.value.caller.tenant);
  return stored;
}

/** The session of a URL that has its secret, be it that it has expired. */
export async function sessionBehind(tempauth: string, { store }: Context): Promise<Stored<UploadSession> | undefined> {
  const [claim = '', secret = ''] = tempauth.split('.');
  const named = readClaim(claim);
  const stored = named && (await store.rows(uploadKind).get(uploadKey(named.tenant, named)));
  return stored && isSame(secret, stored.value.secret) ? stored : undefined;
}

/** The tenant that the URL of a session tells of: it has no token to tell. */
export const tenantOfUpload = (tempauth: string): string | undefined => readClaim(tempauth.split('.')[0] ?? '')?.tenant;

function readClaim(claim: string): { tenant: string; driveId: string; id: string } | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(claim, 'base64url').toString());
    if (!Array.isArray(parts)) return undefined;
    const [tenant, driveId, id]: unknown[] = parts;
    const isWhole = typeof tenant === 'string' && typeof driveId === 'string' && typeof id === 'string';
    return isWhole ? { tenant, driveId, id } : undefined;
  } catch {
    return undefined;
  }
}

const isExpired = ({ expiresAt }: UploadSession, { clock }: Context): boolean => expiresAt <= clock().getTime();

/**
 * Ends a session that comes to nothing. The row goes first: who has removed it decides what becomes of the bytes. They
 * stay where a completion has begun and failed, since a file may point to them.
 */
export async function removeSession({ value, etag }: Stored<UploadSession>, context: Context): Promise<boolean> {
  const { tenant } = value.caller;
  const isOurs = await context.store.rows(uploadKind).remove(uploadKey(tenant, value), etag);
  if (!isOurs) return false;
  if (!value.completing) {
    await removeContent(value, tenant, context);
    context.tenants.release(tenant, { bytes: value.received });
  }
  return true;
}

/** So many sessions of a drive may be open at once. [guess]: Graph tells of no such limit, and of 507 where there is no room. */
export const openUploads: Ceiling = { of: uploadKind.table, most: 200 };

/** How many sessions of a drive are open. Nobody asks for one that was given up: it is swept away in passing. */
export async function countOpen(tenant: string, driveId: string, context: Context): Promise<number> {
  const isOpen = (session: UploadSession): boolean => !isExpired(session, context);
  return countRows(
    context.store.rows(uploadKind),
    drivePartition(tenant, driveId),
    context,
    isOpen,
    async (expired) => {
      for (const stored of expired) await removeSession(stored, context);
    },
  );
}

/** @see https://learn.microsoft.com/graph/api/resources/uploadsession */
export const toUploadSession = ({ expiresAt, received, total }: UploadSession) =>
  ({
    expirationDateTime: new Date(expiresAt).toISOString(),
    nextExpectedRanges: received === total ? [] : [`${received}-`],
  }) satisfies UploadSessionResource;
