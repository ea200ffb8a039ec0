import type { TableEntity, TableEntityResult } from '@azure/data-tables';

import { encodeKey } from './keys.ts';
import { checkLimits } from './limits.ts';
import type { Kind, Stored } from './store.ts';

/** An entity's columns besides the value's: the row key before it was encoded, and which write has put the row there. */
interface OwnColumns {
  readonly row_: string;
  readonly writeId_: string;
}

/** A value as an entity: a scalar or bytes in a column of their own, the rest as JSON text, so that Storage Explorer can show it. */
export function toEntity<T extends object>(
  kind: Kind<T>,
  { partition, row }: { partition: string; row: string },
  value: T,
  writeId: string,
): TableEntity {
  checkLimits(value, kind);
  const columns = Object.entries(value).flatMap(([name, held]: [string, unknown]) => {
    if (held === undefined) return [];
    if (kind.json.includes(name as never)) return [[name, JSON.stringify(held)]];
    // The SDK takes every whole number for an Int32.
    if (typeof held === 'number') return [[name, { type: 'Double', value: String(held) }]];
    // The SDK sends the whole buffer of bytes that are but a view of it.
    return [[name, held instanceof Uint8Array ? new Uint8Array(held) : held]];
  });
  const own: OwnColumns = { row_: row, writeId_: writeId };
  return { partitionKey: encodeKey(partition), rowKey: encodeKey(row), ...Object.fromEntries(columns), ...own };
}

/** What `toEntity` made of a value, back again. */
export function fromEntity<T extends object>(
  kind: Kind<T>,
  entity: TableEntityResult<Record<string, unknown>>,
): Stored<T> {
  const { partitionKey: _, rowKey: __, etag, timestamp: ___, row_, writeId_: ____, ...columns } = entity;
  const value = Object.fromEntries(
    Object.entries(columns).flatMap(([name, held]) => {
      if (name.startsWith('odata.')) return [];
      return [[name, kind.json.includes(name as never) ? JSON.parse(String(held)) : held]];
    }),
  );
  // What was written was a T, and only this app writes to these tables.
  return { row: String(row_), value: value as T, etag };
}

export const writeIdOf = (entity: TableEntityResult<Record<string, unknown>>): unknown => entity['writeId_'];
