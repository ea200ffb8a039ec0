import { compare } from '../compare.ts';
import { encodeKey } from './keys.ts';
import { memoryStore } from './memoryStore.ts';
import { isRefused } from './refusal.ts';
import type { Key, Kind, Rows, Store, Stored } from './store.ts';

/** Thrown by the first write where somebody else was faster with what has been staged: whoever goes by it has to look again. */
export class Overtaken extends Error {}

export interface Staging {
  /** What has been staged stands in it as if it were kept. The first write through it keeps that before. */
  readonly store: Store;
  /** A transaction in it stages: nothing is kept yet. Once something has been written, there is nothing left to wait for. */
  readonly unasked: Store;
  /** Keeps what has been staged. @throws Overtaken */
  readonly settle: () => Promise<void> | undefined;
}

/**
 * A store for one request, in which nothing is written that the request does not ask for before it has been decided
 * that the request is not refused: until its first own write, or `settle`.
 *
 * @param looks whether the store is asked if a staged transaction would be refused; else only those who stage have looked
 */
export function stage(kept: Store, looks: boolean): Staging {
  /** Holds what is staged, and nothing but that. */
  let aside: Store | undefined;
  let waiting: (() => Promise<number | undefined>)[] = [];
  let settling: Promise<void> | undefined;
  let hasBegun = false;

  async function keepAll(): Promise<void> {
    for (const keep of waiting) if ((await keep()) !== undefined) throw new Overtaken();
    waiting = [];
    aside = undefined;
  }

  // One after the other; after a failure all of them fail.
  function settle(): Promise<void> | undefined {
    if (waiting.length > 0) settling = settling ? settling.then(keepAll) : keepAll();
    return settling;
  }

  async function begin(): Promise<void> {
    await settle();
    hasBegun = true;
  }

  function rows<T extends object>(kind: Kind<T>): Rows<T> {
    const own = kept.rows(kind);
    const staged = () => aside?.rows(kind);
    return {
      async insert(key, value) {
        await begin();
        return own.insert(key, value);
      },
      get: (key) => (aside ? eitherOf(aside.rows(kind), own, key) : own.get(key)),
      async *list(partition, prefix) {
        const held = await all(staged()?.list(partition, prefix));
        if (held.length === 0) return yield* own.list(partition, prefix);
        const beside = await all(own.list(partition, prefix));
        const isNew = ({ row }: Stored<T>): boolean => !held.some((each) => each.row === row);
        yield* [...held, ...beside.filter(isNew)].toSorted(byKey);
      },
      async replace(key, value, etag) {
        await begin();
        return own.replace(key, value, etag);
      },
      async remove(key, etag) {
        await begin();
        return own.remove(key, etag);
      },
      async transact(partition, steps) {
        // What is refused by something staged is refused without keeping it.
        for (const [at, { do: verb, row }] of aside ? steps.entries() : [])
          if (verb === 'insert' && (await staged()?.get({ partition, row }))) return at;
        await begin();
        return own.transact(partition, steps);
      },
    };
  }

  function unaskedRows<T extends object>(kind: Kind<T>): Rows<T> {
    const view = rows(kind);
    return {
      ...view,
      async transact(partition, steps) {
        if (hasBegun) return kept.rows(kind).transact(partition, steps);
        const stored = looks ? await Promise.all(steps.map(({ row }) => view.get({ partition, row }))) : undefined;
        const refused = stored ? steps.findIndex((step, at) => isRefused(step, stored[at])) : -1;
        if (refused >= 0) return refused;
        aside ??= memoryStore();
        const values = steps.flatMap((step) => ('value' in step ? [{ ...step, do: 'insert' as const }] : []));
        const taken = await aside.rows(kind).transact(partition, values);
        if (taken !== undefined) return steps.findIndex(({ row }) => row === values[taken]?.row);
        waiting.push(() => kept.rows(kind).transact(partition, steps));
        return undefined;
      },
    };
  }

  const { isShared, clear, tally, close } = kept;
  return {
    store: {
      isShared,
      rows,
      async clear(...which) {
        await begin();
        return clear(...which);
      },
      // What is staged is in no count.
      tally,
      close,
    },
    unasked: { isShared, rows: unaskedRows, clear, tally, close },
    settle,
  };
}

const eitherOf = async <T>(staged: Rows<T>, kept: Rows<T>, key: Key): Promise<Stored<T> | undefined> =>
  (await staged.get(key)) ?? kept.get(key);

async function all<T>(rows: AsyncIterable<T> | undefined): Promise<T[]> {
  const list: T[] = [];
  for await (const row of rows ?? []) list.push(row);
  return list;
}

const byKey = ({ row: one }: { row: string }, { row: other }: { row: string }): number =>
  compare(encodeKey(one), encodeKey(other));
