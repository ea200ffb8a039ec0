import { randomUUID } from 'node:crypto';

import { odata, RestError, type TableClient, type TableEntityResult, type TransactionAction } from '@azure/data-tables';

import { GraphError } from '../errors.ts';
import { fromEntity, toEntity, writeIdOf } from './entity.ts';
import { encodeKey } from './keys.ts';
import type { Key, Kind, Rows, Step, Store, Stored, Tally } from './store.ts';

type Entity = TableEntityResult<Record<string, unknown>>;

/** Table Storage's limit for an entity group transaction. */
const mostSteps = 100;

/** Keeps everything in Table Storage; `clientOf` opens a table. */
export function tableStore(clientOf: (table: string) => TableClient): Store {
  const clients = new Map<string, TableClient>();
  const client = (table: string): TableClient => {
    const known = clients.get(table) ?? clientOf(table);
    clients.set(table, known);
    return known;
  };
  return {
    isShared: true,
    rows: (kind) => tableRows(client(kind.table), kind),
    async clear(kinds, partitionPrefix, goOn = () => true) {
      for (const { table } of kinds) if (!(await clear(client(table), encodeKey(partitionPrefix), goOn))) return false;
      return true;
    },
    tally: ({ table }, start, column) => tally(client(table), start, column),
    async close() {},
  };
}

const keysOf = ({ partition, row }: Key) => [encodeKey(partition), encodeKey(row)] as const;

function tableRows<T extends object>(table: TableClient, kind: Kind<T>): Rows<T> {
  async function find(key: Key): Promise<Entity | undefined> {
    const [partitionKey, rowKey] = keysOf(key);
    return unless(['ResourceNotFound', 'TableNotFound'], table.getEntity(partitionKey, rowKey));
  }

  async function get(key: Key): Promise<Stored<T> | undefined> {
    const entity = await find(key);
    return entity && fromEntity(kind, entity);
  }

  return {
    get,

    async insert(key, value) {
      const writeId = randomUUID();
      const entity = toEntity(kind, key, value, writeId);
      for (;;) {
        const made = await unless(
          ['EntityAlreadyExists'],
          withTable(table, () => table.createEntity(entity)),
        );
        if (made) return { row: key.row, value, etag: made.etag ?? '', created: true };
        const found = await find(key);
        // The SDK repeats a call whose answer was lost: then the row that is in the way is the one that this call has made.
        if (found) return { ...fromEntity(kind, found), created: writeIdOf(found) === writeId };
      }
    },

    async *list(partition, prefix = '') {
      const [from, to] = [encodeKey(prefix), `${encodeKey(prefix)}\u007F`];
      const filter = odata`PartitionKey eq ${encodeKey(partition)} and RowKey ge ${from} and RowKey lt ${to}`;
      for await (const entity of entities(table, filter)) yield fromEntity(kind, entity);
    },

    async replace(key, value, etag) {
      const writeId = randomUUID();
      const entity = toEntity(kind, key, value, writeId);
      const refusals = ['UpdateConditionNotSatisfied', 'ResourceNotFound', 'TableNotFound'];
      const done = await unless(refusals, table.updateEntity(entity, 'Replace', { etag }));
      if (done) return { row: key.row, value, etag: done.etag ?? '' };
      // As above: the condition that a repeated call does not meet is that of the row before its own write.
      const found = await find(key);
      return found && writeIdOf(found) === writeId ? { row: key.row, value, etag: found.etag } : undefined;
    },

    async remove(key, etag = '*') {
      const [partitionKey, rowKey] = keysOf(key);
      const refusals = ['UpdateConditionNotSatisfied', 'ResourceNotFound', 'TableNotFound'];
      return (await unless(refusals, table.deleteEntity(partitionKey, rowKey, { etag }))) !== undefined;
    },

    async transact(partition, steps) {
      if (steps.length > mostSteps) throw new RangeError(`A transaction has ${mostSteps} steps at the most`);
      const writeId = randomUUID();
      const actions = steps.map((step) => toAction(kind, partition, step, writeId));
      const refused = await refusedStep(withTable(table, () => submitWhole(table, actions)));
      const step = refused === undefined ? undefined : steps[refused];
      if (step?.do !== 'insert' && step?.do !== 'replace') return refused;
      // As above: a repeated transaction is refused by its own rows.
      const found = await find({ partition, row: step.row });
      return found && writeIdOf(found) === writeId ? undefined : refused;
    },
  };
}

function toAction<T extends object>(
  kind: Kind<T>,
  partition: string,
  step: Step<T>,
  writeId: string,
): TransactionAction {
  const { row } = step;
  const keys = { partitionKey: encodeKey(partition), rowKey: encodeKey(row) };
  switch (step.do) {
    case 'insert':
      return ['create', toEntity(kind, { partition, row }, step.value, writeId)];
    case 'replace':
      return ['update', toEntity(kind, { partition, row }, step.value, writeId), 'Replace', { etag: step.etag }];
    case 'remove':
      return ['delete', keys];
    case 'require':
      // Merging nothing into a row leaves it as it is, and is refused where there is none.
      return ['update', keys, 'Merge', { etag: '*' }];
  }
}

/** Every entity of a filter, page by page; a table that is not there has none. */
async function* entities(table: TableClient, filter: string, select?: string[]): AsyncGenerator<Entity> {
  const pages = table.listEntities({ queryOptions: { filter, ...(select && { select }) } }).byPage();
  for (;;) {
    const page = await unless(['TableNotFound'], pages.next());
    if (!page || page.done) return;
    yield* page.value;
  }
}

async function tally(table: TableClient, start: Key, column: string | undefined): Promise<Tally> {
  const [partition, row] = keysOf(start);
  const filter = odata`PartitionKey ge ${partition} and PartitionKey lt ${`${partition}\u007F`} and RowKey ge ${row} and RowKey lt ${`${row}\u007F`}`;
  let [rows, sum] = [0, 0];
  for await (const entity of entities(table, filter, ['RowKey', ...(column === undefined ? [] : [column])])) {
    rows += 1;
    const held = column === undefined ? 0 : entity[column];
    if (typeof held === 'number') sum += held;
  }
  return { rows, sum };
}

async function clear(table: TableClient, prefix: string, goOn: () => boolean): Promise<boolean> {
  const filter = odata`PartitionKey ge ${prefix} and PartitionKey lt ${`${prefix}\u007F`}`;
  let batch: TransactionAction[] = [];
  let partition: string | undefined;
  const flush = async (): Promise<boolean> => {
    while (batch.length > 0) {
      if (!goOn()) return false;
      const refused = await refusedStep(submitWhole(table, batch));
      // A row that somebody else has removed meanwhile keeps none of the others.
      batch = refused === undefined ? [] : batch.toSpliced(refused, 1);
    }
    return true;
  };
  for await (const { partitionKey = '', rowKey = '' } of entities(table, filter, ['PartitionKey', 'RowKey'])) {
    if ((partitionKey !== partition || batch.length === mostSteps) && !(await flush())) return false;
    partition = partitionKey;
    batch.push(['delete', { partitionKey, rowKey }]);
  }
  return flush();
}

/** The error code in Table Storage's own words; the SDK has it in three places. */
function codeOf({ code, details, response }: RestError): string | undefined {
  const known = details as { errorCode?: string; odataError?: { code?: string } } | undefined;
  return known?.odataError?.code ?? known?.errorCode ?? response?.headers.get('x-ms-error-code') ?? code;
}

/** A refusal is an answer: undefined. Everything else means that the store is out of reach, and nothing is known. */
async function unless<Result>(refusals: readonly string[], call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (cause) {
    if (cause instanceof RestError && refusals.includes(codeOf(cause) ?? '')) return undefined;
    throw cause instanceof GraphError ? cause : new GraphError('storeUnavailable', { cause });
  }
}

/** The SDK takes an answer that is cut short for a success, be it a refusal that was cut: each action has its own answer. */
async function submitWhole(table: TableClient, actions: TransactionAction[]): Promise<void> {
  const { subResponses } = await table.submitTransaction(actions);
  const done = subResponses.filter(({ status }) => status >= 200 && status < 300).length;
  if (done !== actions.length) throw new Error(`Storage has answered ${done} of ${actions.length} actions`);
}

/** Which step of a transaction was refused; its index stands before the colon of the message. */
async function refusedStep(call: Promise<unknown>): Promise<number | undefined> {
  try {
    await call;
    return undefined;
  } catch (cause) {
    const refusals = ['EntityAlreadyExists', 'ResourceNotFound', 'UpdateConditionNotSatisfied'];
    const [, index] =
      cause instanceof RestError && refusals.includes(codeOf(cause) ?? '') ? (/^(\d+):/.exec(cause.message) ?? []) : [];
    if (index !== undefined) return Number(index);
    throw cause instanceof GraphError ? cause : new GraphError('storeUnavailable', { cause });
  }
}

/** Writes, and makes the table when it turns out that it is missing: no start has to wait for tables that are there. */
async function withTable<Result>(table: TableClient, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (cause) {
    if (!(cause instanceof RestError) || codeOf(cause) !== 'TableNotFound') throw cause;
    await table.createTable();
    return write();
  }
}
