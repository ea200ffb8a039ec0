import type { Context } from './operation.ts';

/** What may lie in a partition of short-lived rows: no quota counts them, and nobody shall fill it up with them. */
export interface Ceiling {
  /** Which rows these are: the name of their table. */
  readonly of: string;
  readonly most: number;
}

/** What one instance knows of a partition. */
interface Known {
  /** Until when it goes by that, in milliseconds. */
  until: number;
  /** So many may be added before it looks again. */
  left: number;
  isFull: boolean;
  /** What is being written at this moment, which a look may see or not. */
  pending: number;
  looking?: Promise<void> | undefined;
}

/** So long is a look good for, in milliseconds: then what has run out meanwhile is cleared away. A full partition is soon looked at again. */
const lives = { room: 60_000, full: 1000 };

/** Of the room that a look has found, one instance takes this part without another: others may have found the same. */
const part = 0.1;

/** Partitions that are remembered. A hint: of one that is forgotten, the store is asked. */
const mostKnown = 1000;

const known = new WeakMap<object, Map<string, Known>>();

function knownOf(name: string, { base, store }: Context): Known {
  const own = base?.store ?? store;
  const held = known.get(own) ?? new Map<string, Known>();
  known.set(own, held);
  const found = held.get(name);
  if (found) return found;
  const [oldest] = held.size >= mostKnown ? held.keys() : [];
  if (oldest !== undefined) held.delete(oldest);
  const fresh = { until: 0, left: 0, isFull: false, pending: 0 };
  held.set(name, fresh);
  return fresh;
}

/**
 * Adds rows to a partition, unless it is full; undefined where it is. Several instances pass the ceiling by what they
 * have found room for at once, a tenth of it each at the most.
 *
 * @param look clears away what has run out, and answers how many rows there are
 */
export async function belowCeiling<Result>(
  { of, most }: Ceiling,
  partition: string,
  context: Context,
  look: () => Promise<number>,
  write: () => Promise<Result>,
  rows = 1,
): Promise<Result | undefined> {
  const place = knownOf(`${of}|${partition}`, context);
  // The deployment's own clock: that of a tenant may stand still.
  const { clock } = context.base ?? context;
  const isFresh = (): boolean => clock().getTime() < place.until;
  while (!isFresh() || place.left <= 0) {
    if (isFresh() && place.isFull) return undefined;
    await (place.looking ??= lookAgain().finally(() => (place.looking = undefined)));
  }
  place.left -= rows;
  place.pending += rows;
  try {
    return await write();
  } finally {
    place.pending -= rows;
  }

  async function lookAgain(): Promise<void> {
    const room = most - (await look()) - place.pending;
    place.isFull = room <= 0;
    place.left = Math.max(0, Math.ceil(room * part));
    place.until = clock().getTime() + (place.isFull ? lives.full : lives.room);
  }
}
