import { controlKind } from '../../src/control/control.ts';
import { settleJournals } from '../../src/control/journal.ts';
import { itemPartition } from '../../src/drive/item.ts';
import { tenantKinds } from '../../src/kinds.ts';
import { linkKind } from '../../src/sharing/link.ts';
import { sample } from '../../src/sample.ts';
import { inGeneration } from '../../src/store/generation.ts';
import type { Store } from '../../src/store/store.ts';
import { leftKey, leftKind } from '../../src/tenants/leftGenerations.ts';
import { sweep } from '../../src/tenants/sweep.ts';
import { tenantKey, tenantPartition } from '../../src/tenants/tenantRow.ts';
import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { freshStore, type StoreName, storeNames } from '../kit/stores.ts';

// A reset gives a tenant another generation, and removes the one before. What comes to that one later, or is left since
// the reset was cut short, is for the sweep.

const minute = 60_000;
const ada = { id: sample.users.ada.id, userPrincipalName: sample.users.ada.userPrincipalName };
const items = [{ path: 'report.docx', id: ids.report, text: 'report' }];
const seed = { users: [ada], drives: [{ user: ada.id, id: ids.drive, items }] };

const open: Graph[] = [];
afterEach(() => Promise.all(open.splice(0).map((graph) => graph.close())));

/** What went wrong, where it is not said to the caller. */
const reported: unknown[] = [];
const report = (failure: unknown): void => void reported.push(failure);
beforeEach(() => reported.splice(0));

async function start(store: Store, settings: Record<string, string> = {}): Promise<Graph> {
  const graph = await startGraph({ settings, replaced: { store, report } });
  open.push(graph);
  return graph;
}

async function call(graph: Graph, method: string, path: string, body?: unknown): Promise<Reply> {
  // Their token does not end while the clock is moved.
  const reply = await graph.send(method, path, body, { authorization: `Bearer ${graph.token({ exp: undefined })}` });
  await settleJournals(graph.context);
  return reply;
}

const share = (graph: Graph): Promise<Reply> =>
  call(graph, 'POST', `/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`, { type: 'view', scope: 'users' });
const reset = (graph: Graph): Promise<Reply> => call(graph, 'POST', '/_mock/reset');
const sow = (graph: Graph): Promise<Reply> => call(graph, 'PUT', '/_mock/seed', JSON.stringify(seed));

/** The tenant's generation at this moment; the first has no name. */
async function generationOf({ tenant, context: { store } }: Graph): Promise<string | undefined> {
  const stored = await store.rows(controlKind).get({ partition: tenant, row: 'settled' });
  return stored?.value.kind === 'settled' ? stored.value.generation : undefined;
}

/** How many rows a generation holds, of every kind. */
async function held({ tenant, context: { store } }: Graph, generation: string | undefined): Promise<number> {
  const partition = generation === undefined ? `${tenant}|` : `${tenant}!${generation}`;
  const tallies = await Promise.all(tenantKinds.map((kind) => store.tally(kind, { partition, row: '' })));
  return tallies.reduce((sum, { rows }) => sum + rows, 0);
}

/** A call that has begun before the reset, and writes after it. */
async function writeLate({ tenant, context: { store } }: Graph, generation: string | undefined): Promise<void> {
  const seen = generation === undefined ? store : inGeneration(store, tenant, generation);
  const rows = seen.rows<object>({ table: linkKind.table, json: [] });
  for (const id of [ids.report, ids.projects, ids.budget])
    await rows.insert({ partition: itemPartition(tenant, { driveId: ids.drive, id }), row: 'late' }, { id: 'late' });
}

const isNoted = async ({ tenant, context: { store } }: Graph, generation: string | undefined): Promise<boolean> =>
  (await store.rows(leftKind).get(leftKey(tenant, generation))) !== undefined;

/** A store that can be told to fail, at what and from when on. */
function breakable(store: Store) {
  let breaks: readonly string[] = [];
  const fail = (what: 'clear' | 'settle' | 'plant'): void => {
    if (breaks.includes(what)) throw new Error('killed');
  };
  const broken: Store = {
    ...store,
    rows(kind) {
      const rows = store.rows(kind);
      return {
        ...rows,
        async insert(key, value) {
          if (kind.table === controlKind.table) fail('settle');
          return rows.insert(key, value);
        },
        async replace(key, value, etag) {
          if (kind.table === controlKind.table) fail('settle');
          return rows.replace(key, value, etag);
        },
        async transact(partition, steps) {
          const refused = await rows.transact(partition, steps);
          fail('plant');
          return refused;
        },
      };
    },
    async clear(kinds, prefix, goOn) {
      fail('clear');
      return store.clear(kinds, prefix, goOn);
    },
  };
  return {
    broken,
    breakAt: (...at: readonly string[]): void => {
      breaks = at;
    },
  };
}

describe.each<StoreName>([...storeNames])('generations that were left, on %s', (store) => {
  test.each<[string, readonly ((graph: Graph) => Promise<Reply>)[]]>([
    ['the first one', []],
    ['one that a reset has made', [reset]],
    ['one that was seeded', [sow]],
  ])('%s keeps nothing of what came late, an hour after it was left', async (_, before) => {
    const graph = await start(await freshStore(store));
    await share(graph);
    for (const step of before) await step(graph);
    const left = await generationOf(graph);
    await share(graph);
    expect(await held(graph, left)).toBeGreaterThan(0);
    await reset(graph);
    expect(await held(graph, left)).toBe(0);
    await writeLate(graph, left);
    const { body: link } = await share(graph);
    const living = await held(graph, await generationOf(graph));

    graph.advance(59 * minute);
    await sweep(graph.context);
    expect(await held(graph, left)).toBe(3);
    graph.advance(2 * minute);
    // It is no tenant that goes.
    expect(await sweep(graph.context)).toBe(0);
    expect(await held(graph, left)).toBe(0);
    expect(await isNoted(graph, left)).toBe(false);
    expect(await held(graph, await generationOf(graph))).toBe(living);
    expect(await share(graph)).toMatchObject({ status: 200, body: { id: link.id } });
  });

  test('what a reset that was killed has not removed goes all the same', async () => {
    const { broken, breakAt } = breakable(await freshStore(store));
    const graph = await start(broken);
    await share(graph);
    breakAt('clear');
    expect((await reset(graph)).status).toBe(500);
    breakAt();
    const all = await held(graph, undefined);
    expect(all).toBeGreaterThan(10);
    const { body: link } = await share(graph);

    graph.advance(61 * minute);
    await sweep(graph.context);
    expect(await held(graph, undefined)).toBe(0);
    expect(await share(graph)).toMatchObject({ status: 200, body: { id: link.id } });
  });

  test('what a seed has planted that was killed before it counted goes, and what was there stays', async () => {
    const { broken, breakAt } = breakable(await freshStore(store));
    const graph = await start(broken);
    const { body: link } = await share(graph);
    const living = await held(graph, undefined);
    const noted = async (): Promise<string[]> => {
      const generations = [];
      for await (const { row } of graph.context.store.rows(leftKind).list(tenantPartition, `${graph.tenant}!`))
        generations.push(row.split('!')[1] ?? '');
      return generations;
    };
    breakAt('plant', 'clear');
    expect((await sow(graph)).status).toBe(500);
    breakAt();
    const [planted = ''] = await noted();
    expect(await held(graph, planted)).toBeGreaterThan(0);

    graph.advance(61 * minute);
    await sweep(graph.context);
    expect(await held(graph, planted)).toBe(0);
    expect(await noted()).toEqual([]);
    expect(await held(graph, undefined)).toBe(living);
    expect(await share(graph)).toMatchObject({ status: 200, body: { id: link.id } });
  });

  test('a generation that was about to be left, and was not, stays', async () => {
    const { broken, breakAt } = breakable(await freshStore(store));
    const graph = await start(broken);
    await sow(graph);
    const { body: link } = await share(graph);
    const living = await generationOf(graph);
    const all = await held(graph, living);
    breakAt('settle');
    expect((await reset(graph)).status).toBe(500);
    breakAt();
    expect(await isNoted(graph, living)).toBe(true);

    graph.advance(61 * minute);
    await sweep(graph.context);
    expect(await isNoted(graph, living)).toBe(false);
    expect(await held(graph, living)).toBe(all);
    expect(await share(graph)).toMatchObject({ status: 200, body: { id: link.id } });
  });

  test('a sweep that is stopped is gone on with by the next', async () => {
    const graph = await start(await freshStore(store));
    await reset(graph);
    const left = await generationOf(graph);
    await reset(graph);
    await writeLate(graph, left);
    graph.advance(61 * minute);
    const counts = [3];
    while (counts.at(-1) !== 0 && counts.length < 10) {
      // Once it removes something, it may do so once.
      let removing = false;
      let questions = 0;
      const watched: Store = {
        ...graph.context.store,
        async clear(kinds, prefix, goOn) {
          removing ||= prefix.startsWith(`${graph.tenant}!`);
          return graph.context.store.clear(kinds, prefix, goOn);
        },
      };
      await sweep({ ...graph.context, store: watched }, () => !removing || (questions += 1) <= 1);
      counts.push(await held(graph, left));
      expect(await isNoted(graph, left)).toBe(counts.at(-1) !== 0);
    }
    expect(counts).toEqual([3, 2, 1, 0]);
  });

  test('they go where tenants never do', async () => {
    const graph = await start(await freshStore(store), { GRAPH_MOCK_RETENTION_DAYS: '0' });
    await reset(graph);
    await writeLate(graph, undefined);
    graph.advance(4000 * 24 * 60 * minute);
    expect(await sweep(graph.context)).toBe(0);
    expect(await held(graph, undefined)).toBe(0);
    expect(await graph.context.store.rows(leftKind).get(tenantKey(graph.tenant))).toBeDefined();
  });

  test('a tenant that goes takes them along, and what it begins anew is not taken for the first of them', async () => {
    const graph = await start(await freshStore(store));
    await share(graph);
    await reset(graph);
    await writeLate(graph, undefined);
    graph.advance(8 * 24 * 60 * minute);
    const cleared: string[] = [];
    const watched: Store = {
      ...graph.context.store,
      async clear(kinds, prefix, goOn) {
        cleared.push(prefix);
        return graph.context.store.clear(kinds, prefix, goOn);
      },
    };
    expect(await sweep({ ...graph.context, store: watched })).toBe(1);
    expect(cleared).toEqual([graph.tenant]);
    expect(await held(graph, undefined)).toBe(0);

    const { body: link } = await share(graph);
    expect(await sweep(graph.context)).toBe(0);
    expect(await isNoted(graph, undefined)).toBe(false);
    expect(await share(graph)).toMatchObject({ status: 200, body: { id: link.id } });
  });

  test('one that cannot be removed keeps no other, and goes another time', async () => {
    const { broken, breakAt } = breakable(await freshStore(store));
    const graph = await start(broken);
    await reset(graph);
    await writeLate(graph, undefined);
    graph.advance(61 * minute);
    breakAt('clear');
    await sweep(graph.context);
    breakAt();
    expect(reported).toEqual([new Error('killed')]);
    expect(await held(graph, undefined)).toBe(3);
    await sweep(graph.context);
    expect(await held(graph, undefined)).toBe(0);
  });
});
