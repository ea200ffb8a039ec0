import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

import type { Context } from '../operation.ts';
import { rememberPair } from '../remember.ts';
import type { Kind, Rows, Store } from '../store/store.ts';
import { baseOf, type Control } from './control.ts';
import { type Entry, type Held, hold, type Noted, toEntry } from './entry.ts';
import { release } from './pool.ts';
import { Ring } from './ring.ts';

/** So many of a tenant's requests are kept. */
export const ring = 1000;

/** So much a process holds for one store before it writes, of all tenants together. */
const mostUnwritten = 4 * ring;

/** In milliseconds: so late what a process has noted is in the store, for every instance to see. */
const latest = 200;

/** Entries that were written together, as gzipped JSON: rows of `{tenant}|journal`, in the order of their time. */
interface Page {
  readonly count: number;
  readonly bytes: Uint8Array;
}

export const journalKind: Kind<Page> = { table: 'journal', json: [] };

/**
 * The journal of one generation of a tenant, as this process knows it. A request only adds itself to `noted`; entries
 * are made, freed of secrets and written afterwards, many at a time.
 */
export interface Journal {
  /** All journals of its store, itself among them. */
  readonly beside: ReadonlyMap<string, Journal>;
  readonly partition: string;
  readonly rows: Rows<Page>;
  readonly clear: () => Promise<unknown>;
  /** Whether the tenant is open to what was noted last. A call that is refused uses its tenant nowhere else. */
  entered: Promise<boolean>;
  readonly enter: () => Promise<unknown>;
  readonly report: Context['report'];
  /** Whether other instances shall see what this one has noted. Where there are none, nothing is written before somebody asks. */
  readonly isShared: boolean;
  /** What is not written yet; of more than a journal keeps, entries need not even be made. */
  readonly noted: Ring<Held>;
  timer?: NodeJS.Timeout;
  /** The last of the writes, which follow one another. */
  writing: Promise<void>;
  /** The pages in the store, the oldest first; unknown before the first write. */
  pages?: { readonly row: string; readonly count: number }[];
  /** Pages that were read before. A page never changes. */
  read: Map<string, readonly Entry[]>;
  /** How many requests this process has noted. */
  heard: number;
  /** Called once something new is noted. */
  readonly waiting: Set<() => void>;
}

const journals = new WeakMap<Store, Map<string, Journal>>();
/** Journals that a process holds for each store. */
const most = 1000;

const nameOf = rememberPair((tenant, generation) => `${tenant}!${generation}`, most, 200);

const instance = randomUUID().slice(0, 8);
let serials = 0;

export function journalOf(tenant: string, { settled, store }: Control, context: Context): Journal {
  const { store: base, report } = baseOf(context);
  let held = journals.get(base);
  if (!held) journals.set(base, (held = new Map()));
  const name = nameOf(tenant, settled?.generation ?? '');
  const known = held.get(name);
  if (known) return known;
  for (const [other, unused] of held.size >= most ? held : []) {
    if (unused.waiting.size > 0) continue;
    void write(unused);
    held.delete(other);
  }
  const partition = `${tenant}|journal`;
  const journal: Journal = {
    beside: held,
    partition,
    rows: store.rows(journalKind),
    clear: () => store.clear([journalKind], partition),
    entered: Promise.resolve(true),
    enter: () => context.tenants.enter(tenant),
    report,
    isShared: base.isShared,
    noted: new Ring(ring),
    writing: Promise.resolve(),
    read: new Map(),
    heard: 0,
    waiting: new Set(),
  };
  held.set(name, journal);
  return journal;
}

/** Notes a request that has been answered. */
export function note(noted: Noted, journal: Journal): void {
  serials += 1;
  journal.heard += 1;
  const gone = journal.noted.push(hold(noted, serials));
  if (gone) release(gone.facts);
  if (journal.isShared && !journal.timer) {
    // Now, and not when it is written: that is when the tenant was used.
    journal.entered = journal.enter().then(
      () => true,
      () => false,
    );
    journal.timer = setTimeout(() => void write(journal), latest).unref();
  }
  for (const wake of journal.waiting) wake();
  if (serials % ring === 0) relieve(journal.beside);
}

/** Many tenants that nobody asks about would pile up what they have noted. */
function relieve(held: Journal['beside']): void {
  let unwritten = 0;
  for (const { noted } of held.values()) unwritten += noted.length;
  if (unwritten > mostUnwritten) for (const journal of held.values()) void write(journal);
}

/** Writes what has been noted. What cannot be written is lost, and told to the log. */
function write(journal: Journal): Promise<void> {
  clearTimeout(journal.timer);
  delete journal.timer;
  const batch = journal.noted.drain();
  if (batch.length > 0) journal.writing = journal.writing.then(() => writePages(journal, batch)).catch(journal.report);
  return journal.writing;
}

/** None where it cannot be made, so that nothing but itself is lost. */
function entryOf(held: Held, { report }: Journal): Entry[] {
  try {
    return [toEntry(held, instance)];
  } catch (failure) {
    report(failure);
    return [];
  } finally {
    release(held.facts);
  }
}

async function writePages(journal: Journal, batch: readonly Held[]): Promise<void> {
  const { rows, partition } = journal;
  // It is being swept: what came now would be left behind.
  if (!(await journal.entered)) return;
  if (!journal.pages) {
    journal.pages = [];
    for await (const { row, value } of rows.list(partition)) journal.pages.push({ row, count: value.count });
  }
  const entries = batch.flatMap((held) => entryOf(held, journal));
  for (const { first, count, bytes } of await packed(entries)) {
    const row = [String(first.arrived).padStart(15, '0'), instance, String(first.serial).padStart(12, '0')].join('|');
    await rows.insert({ partition, row }, { count, bytes });
    journal.pages.push({ row, count });
  }
  let total = journal.pages.reduce((sum, { count }) => sum + count, 0);
  for (let [oldest] = journal.pages; oldest && total - oldest.count >= ring; [oldest] = journal.pages) {
    // Gone already where another instance was faster.
    await rows.remove({ partition, row: oldest.row });
    total -= oldest.count;
    journal.pages.shift();
  }
}

// Loaded when something is first written: it is a good part of a start.
const zip = async (bytes: Uint8Array): Promise<Buffer> => promisify((await import('node:zlib')).gzip)(bytes);
const unzip = async (bytes: Uint8Array): Promise<Buffer> => promisify((await import('node:zlib')).gunzip)(bytes);
/** Table Storage's limit for one property. */
const mostBytes = 64 * 1024;

/** Entries as pages of the size that the store takes. An entry that is too long for one of its own has lost its body. */
async function packed(entries: readonly Entry[]): Promise<{ first: Entry; count: number; bytes: Uint8Array }[]> {
  const [first, ...rest] = entries;
  if (!first) return [];
  const bytes = await zip(Buffer.from(JSON.stringify(entries)));
  if (bytes.length <= mostBytes) return [{ first, count: entries.length, bytes }];
  if (rest.length === 0) return packed([withoutBulk(first)]);
  const half = entries.length >> 1;
  return [...(await packed(entries.slice(0, half))), ...(await packed(entries.slice(half)))];
}

/** Of all that a caller may write as long as they like, no more than fits in any case. */
const withoutBulk = ({ body: _body, ...entry }: Entry): Entry => ({
  ...entry,
  path: entry.path.slice(0, 4096),
  query: entry.query.slice(0, 4096),
  app: entry.app.slice(0, 4096),
  clientRequestId: entry.clientRequestId.slice(0, 4096),
  headers: {},
  responseHeaders: {},
  grantedScopes: [],
});

/** What the journal holds, on all instances, the oldest first: what this process has noted is written before. */
export async function entriesIn(journal: Journal): Promise<Entry[]> {
  await write(journal);
  const read: Journal['read'] = new Map();
  for await (const { row, value } of journal.rows.list(journal.partition))
    read.set(row, journal.read.get(row) ?? (await unpacked(value)));
  journal.read = read;
  return [...read.values()]
    .flat()
    .toSorted((a, b) => a.arrived - b.arrived || a.serial - b.serial)
    .slice(-ring);
}

async function unpacked({ bytes }: Page): Promise<readonly Entry[]> {
  // What was written was entries, and only this app writes to these tables.
  return JSON.parse((await unzip(bytes)).toString()) as readonly Entry[];
}

export async function clearJournal(journal: Journal): Promise<void> {
  await write(journal);
  await journal.clear();
  journal.pages = [];
}

/** Ends when something is noted in this process, or when it is time to look what others have written. */
export function news(journal: Journal, milliseconds: number, until: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      journal.waiting.delete(done);
      until?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    if (until?.aborted) return done();
    journal.waiting.add(done);
    until?.addEventListener('abort', done);
  });
}

/** Writes what every journal of a store has noted: before the store is closed. */
export async function settleJournals(context: Context): Promise<void> {
  const { store } = baseOf(context);
  const held = store.isShared ? journals.get(store) : undefined;
  await Promise.all([...(held?.values() ?? [])].map(write));
}

/** Forgets a generation that is over. */
export function dropJournal(tenant: string, generation: string | undefined, context: Context): void {
  const held = journals.get(baseOf(context).store);
  const name = nameOf(tenant, generation ?? '');
  clearTimeout(held?.get(name)?.timer);
  held?.delete(name);
}
