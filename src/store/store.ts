/** Where a row lies, in Table Storage's own terms. Both parts may be any text: the store encodes what a key cannot hold. */
export interface Key {
  readonly partition: string;
  readonly row: string;
}

/** A value with its row key and the ETag of the version that was read or written. */
export interface Stored<T> {
  readonly row: string;
  readonly value: T;
  readonly etag: string;
}

/** One thing kept: the table it lies in, and which properties of the value are kept as a JSON column, being no scalar or bytes. */
export interface Kind<T> {
  readonly table: string;
  readonly json: readonly (T extends unknown ? keyof T & string : never)[];
  /** The row of a partition, if there is one, that stays as it was written for as long as the partition's generation counts. */
  readonly constant?: string;
}

/** A step of an entity group transaction. `require` changes nothing, and fails when there is no such row. */
export type Step<T> =
  | { readonly do: 'insert'; readonly row: string; readonly value: T }
  | { readonly do: 'replace'; readonly row: string; readonly value: T; readonly etag: string }
  | { readonly do: 'remove'; readonly row: string }
  | { readonly do: 'require'; readonly row: string };

/**
 * The rows of one kind. What the two stores promise is what Table Storage keeps and no more; `test/contract/store.ts` says it in cases.
 * A refusal (taken, gone, changed) is an answer; a store that is out of reach throws GraphError `storeUnavailable` and
 * never answers "not found". A value beyond Table Storage's limits throws GraphError `tooLargeToStore`, and nothing is written.
 */
export interface Rows<T> {
  /** Adds the value unless the key is taken; answers what lies there now. Of many equal calls exactly one is `created`. */
  insert: (key: Key, value: T) => Promise<Stored<T> & { readonly created: boolean }>;
  get: (key: Key) => Promise<Stored<T> | undefined>;
  /** Every row of the partition whose row key starts with `prefix`, in the order of the encoded keys, read page by page as it is consumed. */
  list: (partition: string, prefix?: string) => AsyncIterable<Stored<T>>;
  /** Undefined, and nothing changed, when the row is gone or its ETag is another. */
  replace: (key: Key, value: T, etag: string) => Promise<Stored<T> | undefined>;
  /** False, and nothing changed, when the row is gone or, with an ETag, its ETag is another. */
  remove: (key: Key, etag?: string) => Promise<boolean>;
  /**
   * All steps or none, in one partition, each row at most once, at most 100 steps (Table Storage's limit).
   * Answers undefined when done, else the index of the first step that was refused; then nothing has changed.
   */
  transact: (partition: string, steps: readonly Step<T>[]) => Promise<number | undefined>;
}

export interface Tally {
  readonly rows: number;
  readonly sum: number;
}

/** A place to keep things: Table Storage or memory. */
export interface Store {
  /** Whether other processes may see what lies here. */
  readonly isShared: boolean;
  /** The rows of a kind. A table is created when something is first written to it. */
  rows: <T extends object>(kind: Kind<T>) => Rows<T>;
  /**
   * Removes every row whose partition key starts with the prefix, in all of these kinds' tables. `goOn` is asked before
   * each step; once it says no, nothing more is removed, and the answer is false.
   */
  clear: (kinds: readonly Kind<never>[], partitionPrefix: string, goOn?: () => boolean) => Promise<boolean>;
  /** How many rows there are whose keys start so, and the sum of a number that each has. No other column is read. */
  tally: (kind: Kind<never>, start: Key, column?: string) => Promise<Tally>;
  close: () => Promise<void>;
}
