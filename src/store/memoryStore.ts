import { checkLimits } from './limits.ts';
import { Partition } from './partition.ts';
import { isRefused } from './refusal.ts';
import type { Kind, Rows, Store, Stored } from './store.ts';

/** Keeps everything in this process, and behaves as Table Storage does. */
export function memoryStore(): Store {
  const tables = new Map<string, Map<string, Partition<unknown>>>();
  /** Every request asks for those of several kinds. */
  const made = new WeakMap<object, unknown>();
  let changes = 0;
  /** The ETag of what was changed last, and of every row that was added since: no row had it that was there before. */
  let etag = 'W/"0"';
  const nextEtag = (): string => (etag = `W/"${(changes += 1)}"`);

  function tableOf({ table }: Pick<Kind<never>, 'table'>): Map<string, Partition<unknown>> {
    let partitions = tables.get(table);
    if (!partitions) tables.set(table, (partitions = new Map()));
    return partitions;
  }

  function rows<T extends object>(kind: Kind<T>): Rows<T> {
    // What was made for this kind.
    const known = made.get(kind) as Rows<T> | undefined;
    if (known) return known;
    const own = rowsOf(kind);
    made.set(kind, own);
    return own;
  }

  function rowsOf<T extends object>(kind: Kind<T>): Rows<T> {
    const partitions = tableOf(kind);
    // Every value in this table came in through this kind or one that shares its table.
    const partitionOf = (name: string) => partitions.get(name) as Partition<T> | undefined;

    function put(partition: string, stored: Stored<T>): Stored<T> {
      let held = partitionOf(partition);
      if (!held) partitions.set(partition, (held = new Partition<T>()));
      held.set(stored.row, stored);
      return stored;
    }

    function take(partition: string, row: string): void {
      const held = partitionOf(partition);
      held?.delete(row);
      nextEtag();
      if (held?.size === 0) partitions.delete(partition);
    }

    return {
      async insert({ partition, row }, value) {
        const stored = partitionOf(partition)?.get(row);
        if (stored) return { created: false, ...stored };
        checkLimits(value, kind);
        return { created: true, ...put(partition, { row, value, etag }) };
      },
      get: ({ partition, row }) => Promise.resolve(partitionOf(partition)?.get(row)),
      async *list(partition, prefix = '') {
        yield* partitionOf(partition)?.startingWith(prefix) ?? [];
      },
      async replace({ partition, row }, value, expected) {
        if (isRefused({ do: 'replace', row, value, etag: expected }, partitionOf(partition)?.get(row)))
          return undefined;
        checkLimits(value, kind);
        return put(partition, { row, value, etag: nextEtag() });
      },
      async remove({ partition, row }, expected = '*') {
        const stored = partitionOf(partition)?.get(row);
        if (!stored || (expected !== '*' && expected !== stored.etag)) return false;
        take(partition, row);
        return true;
      },
      async transact(partition, steps) {
        for (const step of steps) if ('value' in step) checkLimits(step.value, kind);
        const refused = steps.findIndex((step) => isRefused(step, partitionOf(partition)?.get(step.row)));
        if (refused >= 0) return refused;
        for (const step of steps) {
          const { row } = step;
          if (step.do === 'insert') put(partition, { row, value: step.value, etag });
          if (step.do === 'replace') put(partition, { row, value: step.value, etag: nextEtag() });
          if (step.do === 'remove') take(partition, row);
        }
        return undefined;
      },
    };
  }

  return {
    isShared: false,
    rows,
    async clear(kinds, partitionPrefix, goOn = () => true) {
      for (const kind of kinds) {
        const partitions = tableOf(kind);
        for (const partition of partitions.keys()) {
          if (!partition.startsWith(partitionPrefix)) continue;
          if (!goOn()) return false;
          partitions.delete(partition);
          nextEtag();
        }
      }
      return true;
    },
    async tally(kind, { partition: partitionPrefix, row: rowPrefix }, column) {
      let [count, sum] = [0, 0];
      for (const [partition, held] of tableOf(kind)) {
        if (!partition.startsWith(partitionPrefix)) continue;
        for (const [row, { value }] of held) {
          if (!row.startsWith(rowPrefix)) continue;
          count += 1;
          sum += numberIn(value, column);
        }
      }
      return { rows: count, sum };
    },
    async close() {
      for (const partitions of tables.values()) partitions.clear();
      nextEtag();
    },
  };
}

function numberIn(value: unknown, column: string | undefined): number {
  if (column === undefined || typeof value !== 'object' || value === null) return 0;
  const held: unknown = Object.entries(value).find(([name]) => name === column)?.[1];
  return typeof held === 'number' ? held : 0;
}
