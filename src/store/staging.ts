import { compare } from '../compare.ts';
import { encodeKey } from './keys.ts';
import { memoryStore } from './memoryStore.ts';
import { isRefused } from './refusal.ts';
import type { Key, Kind, Rows, Step, Store, Stored } from './store.ts';

/** Thrown by the first write where somebody else was faster with what has been staged: whoever goes by it has to look again. */
export class Overtaken extends Error {}

// Classes, and no closures: every request has a staging of its own, and asks it for the rows of several kinds.

/**
 * Two stores for one request, in which nothing is written that the request does not ask for before it has been decided
 * that the request is not refused: until its first own write, or `settle`.
 */
export class Staging {
  /** What has been staged stands in it as if it were kept. The first write through it keeps that before. */
  readonly store: Store;
  /** A transaction in it stages: nothing is kept yet. Once something has been written, there is nothing left to wait for. */
  readonly unasked: Store;
  readonly kept: Store;
  /** Whether the store is asked if a staged transaction would be refused; else only those who stage have looked. */
  readonly looks: boolean;
  /** Holds what is staged, and nothing but that. */
  aside: Store | undefined;
  hasBegun = false;
  #waiting: (() => Promise<number | undefined>)[] = [];
  #settling: Promise<void> | undefined;

  constructor(kept: Store, looks: boolean) {
    this.kept = kept;
    this.looks = looks;
    this.store = new AskedStore(this);
    this.unasked = new UnaskedStore(this);
  }

  /** Keeps what has been staged. One after the other; after a failure all of them fail. @throws Overtaken */
  settle(): Promise<void> | undefined {
    if (this.#waiting.length > 0)
      this.#settling = this.#settling ? this.#settling.then(() => this.keepAll()) : this.keepAll();
    return this.#settling;
  }

  /** Does the request's own write, when what has been staged is kept. @throws Overtaken */
  write<Done>(act: () => Promise<Done>): Promise<Done> {
    const settling = this.settle();
    if (settling) return settling.then(() => this.begin(act));
    return this.begin(act);
  }

  private begin<Done>(act: () => Promise<Done>): Promise<Done> {
    this.hasBegun = true;
    return act();
  }

  /** Something is staged, and this will keep it. */
  wait(keep: () => Promise<number | undefined>): void {
    this.#waiting.push(keep);
  }

  private async keepAll(): Promise<void> {
    for (const keep of this.#waiting) if ((await keep()) !== undefined) throw new Overtaken();
    this.#waiting = [];
    this.aside = undefined;
  }
}

class AskedStore implements Store {
  readonly isShared: boolean;
  protected readonly staging: Staging;

  constructor(staging: Staging) {
    this.isShared = staging.kept.isShared;
    this.staging = staging;
  }

  rows<T extends object>(kind: Kind<T>): Rows<T> {
    return new AskedRows(kind, this.staging);
  }

  clear(...which: Parameters<Store['clear']>): Promise<boolean> {
    return this.staging.write(() => this.staging.kept.clear(...which));
  }

  /** What is staged is in no count. */
  tally(...which: Parameters<Store['tally']>): ReturnType<Store['tally']> {
    return this.staging.kept.tally(...which);
  }

  close(): Promise<void> {
    return this.staging.kept.close();
  }
}

class AskedRows<T extends object> implements Rows<T> {
  protected readonly kind: Kind<T>;
  protected readonly staging: Staging;
  protected readonly own: Rows<T>;

  constructor(kind: Kind<T>, staging: Staging) {
    this.kind = kind;
    this.staging = staging;
    this.own = staging.kept.rows(kind);
  }

  insert(key: Key, value: T): ReturnType<Rows<T>['insert']> {
    return this.staging.write(() => this.own.insert(key, value));
  }

  get(key: Key): Promise<Stored<T> | undefined> {
    const staged = this.staged();
    return staged ? eitherOf(staged, this.own, key) : this.own.get(key);
  }

  async *list(partition: string, prefix?: string): AsyncGenerator<Stored<T>> {
    const held = await all(this.staged()?.list(partition, prefix));
    if (held.length === 0) return yield* this.own.list(partition, prefix);
    const beside = await all(this.own.list(partition, prefix));
    const isNew = ({ row }: Stored<T>): boolean => !held.some((each) => each.row === row);
    yield* [...held, ...beside.filter(isNew)].toSorted(byKey);
  }

  replace(key: Key, value: T, etag: string): Promise<Stored<T> | undefined> {
    return this.staging.write(() => this.own.replace(key, value, etag));
  }

  remove(key: Key, etag?: string): Promise<boolean> {
    return this.staging.write(() => this.own.remove(key, etag));
  }

  async transact(partition: string, steps: readonly Step<T>[]): Promise<number | undefined> {
    const staged = this.staged();
    // What is refused by something staged is refused without keeping it.
    for (const [at, { do: verb, row }] of staged ? steps.entries() : [])
      if (verb === 'insert' && (await staged?.get({ partition, row }))) return at;
    return this.staging.write(() => this.own.transact(partition, steps));
  }

  protected staged(): Rows<T> | undefined {
    return this.staging.aside?.rows(this.kind);
  }
}

class UnaskedStore extends AskedStore {
  override rows<T extends object>(kind: Kind<T>): Rows<T> {
    return new UnaskedRows(kind, this.staging);
  }
}

class UnaskedRows<T extends object> extends AskedRows<T> {
  override async transact(partition: string, steps: readonly Step<T>[]): Promise<number | undefined> {
    const { staging, own } = this;
    if (staging.hasBegun) return own.transact(partition, steps);
    const stored = staging.looks ? await Promise.all(steps.map(({ row }) => this.get({ partition, row }))) : undefined;
    const refused = stored ? steps.findIndex((step, at) => isRefused(step, stored[at])) : -1;
    if (refused >= 0) return refused;
    staging.aside ??= memoryStore();
    const values = steps.flatMap((step) => ('value' in step ? [{ ...step, do: 'insert' as const }] : []));
    const taken = await staging.aside.rows(this.kind).transact(partition, values);
    if (taken !== undefined) return steps.findIndex(({ row }) => row === values[taken]?.row);
    staging.wait(() => own.transact(partition, steps));
    return undefined;
  }
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
