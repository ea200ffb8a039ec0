import * as z from 'zod';

import type { Ceiling } from '../ceiling.ts';
import { GraphError } from '../errors.ts';
import { type Item, itemPartition } from '../drive/item.ts';
import type { Located } from '../drive/locate.ts';
import type { Caller, Context } from '../operation.ts';
import type { Key, Kind } from '../store/store.ts';

/** A workbook session as it is kept (F8). */
export interface Session {
  readonly id: string;
  readonly user: string;
  readonly persistChanges: boolean;
  /** The moment of its last call, in milliseconds. */
  readonly usedAt: number;
}

export const sessionKind: Kind<Session> = { table: 'sessions', json: [] };

/** So many sessions of a workbook may be open at once. [guess] on the number. */
export const openSessions: Ceiling = { of: sessionKind.table, most: 100 };

/** How long a session lives between two calls, in milliseconds (F8 [doc]). */
const idleLimit = { persistent: 5 * 60_000, nonPersistent: 7 * 60_000 };

export const isAlive = ({ persistChanges, usedAt }: Session, now: Date): boolean =>
  usedAt + (persistChanges ? idleLimit.persistent : idleLimit.nonPersistent) > now.getTime();

type Place = Pick<Item, 'driveId' | 'id'>;

export const sessionKey = (workbook: Place, tenant: string, id: string): Key => ({
  partition: itemPartition(tenant, workbook),
  row: id,
});

/** Long and opaque, with `&` and `=` inside, as real ones have (F8). Its last part tells which workbook it is of. */
export function newSessionId({ driveId, id }: Place, { newId, newSecret }: Context): string {
  const place = Buffer.from(JSON.stringify([driveId, id])).toString('base64url');
  return `cluster=MOCK&session=12.${Buffer.from(newSecret(6)).toString('hex')}.A1.1.U5.${newId()}14.0.0.0en-US.${place}`;
}

/** The workbook that a session id is of. */
function placeOf(sessionId: string): Place | undefined {
  const text = Buffer.from(sessionId.slice(sessionId.lastIndexOf('.') + 1), 'base64url').toString();
  try {
    const [driveId, id] = placeSchema.parse(JSON.parse(text));
    return { driveId, id };
  } catch {
    return undefined;
  }
}

const placeSchema = z.tuple([z.string(), z.string()]);

interface Asking {
  readonly target: Pick<Located, 'item'>;
  readonly caller: Caller;
  readonly header: (name: string) => string | null;
}

/**
 * The session that the request's `Workbook-Session-Id` names, renewed by this call; undefined without the header.
 *
 * @throws GraphError `sessionNotFound` when it is unknown, closed or expired; `sessionNotYours` when it is another
 * workbook's or user's
 */
export function sessionOf(asking: Asking, context: Context): Promise<Session> | undefined {
  const id = asking.header('workbook-session-id')?.trim();
  return id ? renewed(id, asking, context) : undefined;
}

async function renewed(id: string, { target, caller }: Asking, context: Context): Promise<Session> {
  const rows = context.store.rows(sessionKind);
  const key = sessionKey(target.item, caller.tenant, id);
  const stored = await rows.get(key);
  const now = context.clock();
  if (!stored || !isAlive(stored.value, now)) {
    const elsewhere = await sessionElsewhere(id, caller.tenant, context);
    throw new GraphError(elsewhere && isAlive(elsewhere, now) ? 'sessionNotYours' : 'sessionNotFound');
  }
  if (stored.value.user !== caller.user?.id) throw new GraphError('sessionNotYours');
  const session = { ...stored.value, usedAt: now.getTime() };
  // Refused means that another call has renewed it, or closed it, in this moment.
  await rows.replace(key, session, stored.etag);
  return session;
}

/** The session of this id, of whichever workbook it is. */
async function sessionElsewhere(id: string, tenant: string, { store }: Context): Promise<Session | undefined> {
  const place = placeOf(id);
  return place && (await store.rows(sessionKind).get(sessionKey(place, tenant, id)))?.value;
}

/** The session a call on sessions themselves is about. @throws GraphError `sessionRequired` without the header */
export async function requiredSessionOf(asking: Asking, context: Context): Promise<Session> {
  const session = await sessionOf(asking, context);
  if (!session) throw new GraphError('sessionRequired');
  return session;
}
