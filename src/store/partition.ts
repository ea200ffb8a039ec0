import { compare } from '../compare.ts';
import { encodeKey, keptStart } from './keys.ts';
import type { Stored } from './store.ts';

interface Place {
  readonly key: string;
  readonly row: string;
}

/**
 * The rows of one partition in memory, found by their key, and listed in the order of their encoded keys as Table
 * Storage lists them. The order is made when somebody lists, of what is new since: whoever only adds pays nothing for it.
 */
export class Partition<T> extends Map<string, Stored<T>> {
  #ordered: readonly Place[] = [];
  #added: string[] = [];

  override set(row: string, stored: Stored<T>): this {
    const before = this.size;
    super.set(row, stored);
    if (this.size > before) this.#added.push(row);
    return this;
  }

  /** The rows that begin with the prefix, as they stand when each one's turn comes. */
  *startingWith(prefix: string): Generator<Stored<T>> {
    const start = encodeKey(prefix).slice(0, keptStart);
    const places = this.#order();
    for (let at = firstFrom(places, start); at < places.length; at += 1) {
      const { key, row } = places[at] ?? { key: '', row: '' };
      if (!key.startsWith(start)) return;
      const stored = row.startsWith(prefix) ? this.get(row) : undefined;
      if (stored) yield stored;
    }
  }

  #order(): readonly Place[] {
    if (this.#added.length > 0) {
      // One that was removed and added again stands in both.
      const added = new Set(this.#added);
      const before = this.#ordered.filter(({ row }) => this.has(row) && !added.has(row));
      const after = [...added].filter((row) => this.has(row)).map((row) => ({ key: encodeKey(row), row }));
      this.#ordered = merged(before, after.toSorted(byKey));
      this.#added = [];
    }
    return this.#ordered;
  }
}

const byKey = (a: Place, b: Place): number => compare(a.key, b.key);

/** The index of the first place whose key is not before this one. */
function firstFrom(places: readonly Place[], key: string): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.key ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merged(some: readonly Place[], others: readonly Place[]): Place[] {
  const all: Place[] = [];
  let [at, next] = [0, 0];
  for (let [one, other] = [some[0], others[0]]; one || other; [one, other] = [some[at], others[next]]) {
    if (one && (!other || byKey(one, other) <= 0)) {
      all.push(one);
      at += 1;
    } else if (other) {
      all.push(other);
      next += 1;
    }
  }
  return all;
}
