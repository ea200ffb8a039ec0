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
  const own: OwnColumns = { row_: row, writeId_: writeId };
  const entity: TableEntity = { partitionKey: encodeKey(partition), rowKey: encodeKey(row), ...own };
  for (const [name, held] of Object.entries(value))
    if (held !== undefined) entity[name] = kind.json.includes(name as never) ? JSON.stringify(held) : toColumn(held);
  return entity;
}

function toColumn(held: unknown): unknown {
  // The SDK takes every whole number for an Int32.
  if (typeof held === 'number') return { type: 'Double', value: String(held) };
  // The SDK sends the whole buffer of bytes that are but a view of it.
  return held instanceof Uint8Array ? new Uint8Array(held) : held;
}

const notOfValue = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'row_', 'writeId_']);

/** What `toEntity` made of a value, back again. */
export function fromEntity<T extends object>(
  kind: Kind<T>,
  entity: TableEntityResult<Record<string, unknown>>,
): Stored<T> {
  const value: Record<string, unknown> = {};
  for (const [name, held] of Object.entries(entity))
    if (!notOfValue.has(name) && !name.startsWith('odata.'))
      value[name] = kind.json.includes(name as never) ? JSON.parse(String(held)) : held;
  // What was written was a T, and only this app writes to these tables.
  return { row: String(entity['row_']), value: value as T, etag: entity.etag };
}

export const writeIdOf = (entity: TableEntityResult<Record<string, unknown>>): unknown => entity['writeId_'];
