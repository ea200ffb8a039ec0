import { GraphError } from '../errors.ts';
import { itemPartition } from '../drive/item.ts';
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

/** How long a session lives between two calls, in milliseconds (F8 [doc]). */
const idleLimit = { persistent: 5 * 60_000, nonPersistent: 7 * 60_000 };

const isAlive = ({ persistChanges, usedAt }: Session, now: Date): boolean =>
  usedAt + (persistChanges ? idleLimit.persistent : idleLimit.nonPersistent) > now.getTime();

export const sessionKey = ({ item }: Pick<Located, 'item'>, { tenant }: Caller, id: string): Key => ({
  partition: itemPartition(tenant, item),
  row: id,
});

/** Long and opaque, with `&` and `=` inside, as real ones have (F8). */
export const newSessionId = ({ newId, newSecret }: Context): string =>
  `cluster=MOCK&session=12.${Buffer.from(newSecret(6)).toString('hex')}.A1.1.U5.${newId()}14.0.0.0en-US`;

interface Asking {
  readonly target: Pick<Located, 'item'>;
  readonly caller: Caller;
  readonly header: (name: string) => string | null;
}

/**
 * The session that the request's `Workbook-Session-Id` names, renewed by this call; undefined without the header.
 *
 * @throws GraphError `sessionNotFound` when it is unknown, closed, expired or another workbook's; `sessionNotYours`
 */
export async function sessionOf({ target, caller, header }: Asking, context: Context): Promise<Session | undefined> {
  const id = header('workbook-session-id')?.trim();
  if (!id) return undefined;
  const rows = context.store.rows(sessionKind);
  const key = sessionKey(target, caller, id);
  const stored = await rows.get(key);
  const now = context.clock();
  if (!stored || !isAlive(stored.value, now)) throw new GraphError('sessionNotFound');
  if (stored.value.user !== caller.user?.id) throw new GraphError('sessionNotYours');
  const session = { ...stored.value, usedAt: now.getTime() };
  // Refused means that another call has renewed it, or closed it, in this moment.
  await rows.replace(key, session, stored.etag);
  return session;
}

/** The session a call on sessions themselves is about. @throws GraphError `sessionRequired` without the header */
export async function requiredSessionOf(asking: Asking, context: Context): Promise<Session> {
  const session = await sessionOf(asking, context);
  if (!session) throw new GraphError('sessionRequired');
  return session;
}
