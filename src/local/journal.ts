import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { Server } from 'node:http';

// Azurite keeps its tables in memory and writes all of them to disk every five seconds (Loki's autosave): a process that
// is killed in between would lose what it has acknowledged. So each change is also appended to a journal before its
// request is answered, and the journal is played back at the next start. An append costs the same however much there
// is; the page cache outlives the process, so nothing is synced: this is about processes that die, not machines.

type Document = Readonly<Record<string, unknown>>;

/** What is used of Loki. */
interface Collection {
  readonly name: string;
  readonly on: (event: 'insert' | 'update' | 'delete', listener: (document: Document) => void) => void;
  readonly findOne: (query: Document) => Document | null;
  readonly insert: (document: Document) => void;
  readonly remove: (document: Document) => void;
}

export interface Database {
  readonly collections: readonly Collection[];
  readonly getCollection: (name: string) => Collection | null;
  addCollection: (name: string, options?: object) => Collection;
  readonly saveDatabase: () => void;
  readonly persistenceAdapter: {
    saveDatabase: (name: string, text: string, done: (failure?: unknown) => void) => void;
  };
}

/** A line of the journal. Each says what is so from then on: to play it back once more changes nothing. */
type Entry =
  | { readonly make: string; readonly options?: object }
  | { readonly in: string; readonly put: Document }
  | { readonly in: string; readonly drop: Document };

/**
 * Plays back what the journal has, and keeps it from now on: it is on disk before a request of this server is answered,
 * and goes once the tables are.
 *
 * @throws SyntaxError for a journal that cannot be read
 * @returns what ends it, once no save is under way
 */
export function keepJournal(database: Database, server: Server, file: string): () => Promise<void> {
  const entries = entriesOf(file);
  replay(database, entries);
  const journal = openJournal(file, entries);
  follow(database, journal.add);
  server.prependListener('request', (_, response) => {
    const writeHead = response.writeHead.bind(response);
    Object.assign(response, {
      writeHead(...head: Parameters<typeof writeHead>) {
        journal.write();
        return writeHead(...head);
      },
    });
  });
  const adapter = database.persistenceAdapter;
  const save = adapter.saveDatabase.bind(adapter);
  let saved = Promise.resolve();
  adapter.saveDatabase = (name, text, done) => {
    journal.write();
    const covered = journal.size();
    saved = new Promise((resolve) =>
      save(name, text, (failure) => {
        if (!failure) journal.cut(covered);
        done(failure);
        resolve();
      }),
    );
  };
  database.saveDatabase();
  return async () => {
    await saved;
    journal.close();
  };
}

/** A last line without an end was being written when the process died: nobody has been told of it. */
function entriesOf(file: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (missing) {
    if (missing instanceof Error && 'code' in missing && missing.code === 'ENOENT') return [];
    throw missing;
  }
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line): Entry => JSON.parse(line));
}

function replay(database: Database, entries: readonly Entry[]): void {
  for (const entry of entries) {
    if ('make' in entry) {
      if (!database.getCollection(entry.make)) database.addCollection(entry.make, entry.options);
      continue;
    }
    const collection = database.getCollection(entry.in);
    if (!collection) continue;
    const there = collection.findOne('put' in entry ? keyOf(entry.put) : entry.drop);
    if (there) collection.remove(there);
    if ('put' in entry) collection.insert(entry.put);
  }
}

/** Tells of every change. */
function follow(database: Database, add: (entry: Entry) => void): void {
  const listenTo = (collection: Collection): Collection => {
    const put = ({ $loki: _loki, meta: _meta, ...document }: Document): void =>
      add({ in: collection.name, put: document });
    collection.on('insert', put);
    collection.on('update', put);
    collection.on('delete', (document) => add({ in: collection.name, drop: keyOf(document) }));
    return collection;
  };
  database.collections.forEach(listenTo);
  const make = database.addCollection.bind(database);
  database.addCollection = (name, options) => {
    add({ make: name, ...(options && { options }) });
    return listenTo(make(name, options));
  };
}

/** What tells entities, tables and accounts from their like. Loki's own numbers are others after each start. */
const keyOf = (document: Document): Document =>
  Object.fromEntries(
    ['PartitionKey', 'RowKey', 'account', 'table', 'accountName'].flatMap((name) =>
      document[name] === undefined ? [] : [[name, document[name]]],
    ),
  );

function openJournal(file: string, kept: readonly Entry[]) {
  let pending = '';
  let size = 0;
  let descriptor = renew(kept.map(lineOf).join(''));

  /** In one step: whoever dies in between has the old journal or the new one. */
  function renew(text: string): number {
    writeFileSync(`${file}~`, text);
    renameSync(`${file}~`, file);
    size = Buffer.byteLength(text);
    return openSync(file, 'a');
  }

  return {
    size: () => size,
    /** Together with others of the same request, so that a transaction is written at once. */
    add: (entry: Entry): void => {
      pending += lineOf(entry);
    },
    write(): void {
      if (pending === '') return;
      const bytes = Buffer.from(pending);
      pending = '';
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      size += bytes.length;
    },
    /** Forgets so much of the beginning. */
    cut(covered: number): void {
      const rest = readFileSync(file).subarray(covered).toString();
      closeSync(descriptor);
      descriptor = renew(rest);
    },
    close: () => closeSync(descriptor),
  };
}

const lineOf = (entry: Entry): string => `${JSON.stringify(entry)}\n`;
