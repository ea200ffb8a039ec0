import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import type { Key, Rows } from '../store/store.ts';
import type { Room } from './usage.ts';

/**
 * Keeps something, if the tenant has room for it; nothing is kept where it has none. The room is given back when nothing
 * has come of it: when `write` throws, or `isKept` says so of what it answers. `write` itself asks for no room: where
 * it is scarce, whoever asks waits for those who write.
 *
 * @throws GraphError `quotaLimitReached`
 */
export async function inRoom<Result>(
  room: Room,
  tenant: string,
  { tenants }: Context,
  write: () => Promise<Result>,
  isKept: (result: Result) => boolean = () => true,
): Promise<Result> {
  if (!tenants.isLimited) return write();
  const end = await tenants.reserve(tenant, room);
  if (!end) throw new GraphError('quotaLimitReached');
  let done = false;
  try {
    const result = await write();
    done = isKept(result);
    return result;
  } finally {
    end(done);
  }
}

type Inserted<T> = ReturnType<Rows<T>['insert']>;

/** Inserts a row, if the tenant has room for it. One that is there needs none, and is found. @throws GraphError `quotaLimitReached` */
export function insertInRoom<T>(
  room: Room,
  tenant: string,
  context: Context,
  rows: Rows<T>,
  key: Key,
  value: T,
): Inserted<T> {
  const insert = (): Inserted<T> => rows.insert(key, value);
  if (!context.tenants.isLimited) return insert();
  const inserted = inRoom(room, tenant, context, insert, ({ created }) => created);
  return inserted.catch(async (thrown: unknown) => {
    const found = thrown instanceof GraphError && thrown.what === 'quotaLimitReached' && (await rows.get(key));
    if (!found) throw thrown;
    return { ...found, created: false };
  });
}

/** As a transaction answers: undefined is done, a number the step that was refused. */
export const isDone = (refusal: unknown): boolean => refusal === undefined;
