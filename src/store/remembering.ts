import type { Store, Stored } from './store.ts';

/** Rows that are held. */
const most = 1000;

/**
 * The store, in which a row that never changes (`Kind.constant`) is read but once. For as long as it is taken for
 * granted which generation of a tenant counts, and no longer: with another generation, such a row is another. Where
 * something is missing in its partition, that may be because all of it has been swept: then it is read anew.
 */
export function remembering(store: Store): Store {
  const known = new Map<string, Stored<unknown>>();
  return {
    ...store,
    rows<T extends object>(kind: Parameters<typeof store.rows<T>>[0]) {
      const rows = store.rows(kind);
      if (kind.constant === undefined) return rows;
      return {
        ...rows,
        async get(key) {
          const name = `${kind.table}|${key.partition}`;
          const isConstant = key.row === kind.constant;
          // What is held was read as a row of this kind.
          const held = isConstant ? (known.get(name) as Stored<T> | undefined) : undefined;
          if (held) return held;
          const stored = await rows.get(key);
          if (!stored) known.delete(name);
          else if (isConstant) {
            if (known.size >= most) known.clear();
            known.set(name, stored);
          }
          return stored;
        },
      };
    },
  };
}
