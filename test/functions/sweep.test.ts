import { settleJournals } from '../../src/control/journal.ts';
import '../../functions/index.ts';
import { driveKind } from '../../src/drive/drive.ts';
import { kinds } from '../../src/kinds.ts';
import { registrations } from '../../src/local/functionsCore.ts';
import type { Store } from '../../src/store/store.ts';
import { sweep } from '../../src/tenants/sweep.ts';
import { tenantKey, tenantKind, tenantPartition } from '../../src/tenants/tenantRow.ts';
import { nothing } from '../../src/tenants/usage.ts';
import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { freshStore, type StoreName, storeNames } from '../kit/stores.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const view = { type: 'view', scope: 'organization' };

const open: Graph[] = [];
afterEach(() => Promise.all(open.splice(0).map((graph) => graph.close())));

interface Options {
  readonly settings?: Record<string, string>;
  readonly shared?: Store;
}
async function start(store: StoreName, { settings = {}, shared }: Options = {}): Promise<Graph> {
  const graph = await startGraph({ store, settings, ...(shared && { replaced: { store: shared } }) });
  open.push(graph);
  return graph;
}

/** A call by somebody of a tenant; their token does not end while the clock is moved. */
async function share(graph: Graph, tid = graph.tenant): Promise<Reply> {
  const reply = await graph.post(`/v1.0/me/drive/items/${ids.report}/createLink`, view, {
    authorization: `Bearer ${graph.token({ tid, exp: undefined })}`,
  });
  // What the journal writes a moment later would be written in another week.
  await settleJournals(graph.context);
  return reply;
}

const newTenants = (count: number): string[] => Array.from({ length: count }, () => crypto.randomUUID());

async function shareAll(graph: Graph, tenants: readonly string[]): Promise<void> {
  await Promise.all(tenants.map((tid) => share(graph, tid)));
}

/** How many rows a tenant has, of everything that is kept. */
async function rowsOf(store: Store, tenant: string): Promise<number> {
  const tallies = await Promise.all(kinds.map((kind) => store.tally(kind, { partition: tenant, row: '' })));
  return tallies.reduce((sum, { rows }) => sum + rows, 0);
}

async function known(store: Store): Promise<string[]> {
  const tenants: string[] = [];
  for await (const { row } of store.rows(tenantKind).list(tenantPartition)) tenants.push(row);
  return tenants.toSorted();
}

/** A store that does something else first, whenever it is about to remove what a tenant keeps. */
const beforeClear = (store: Store, first: (tenant: string) => Promise<void>): Store => ({
  ...store,
  async clear(some, tenant, goOn) {
    await first(tenant);
    return store.clear(some, tenant, goOn);
  },
});

describe.each([...storeNames])('sweeping on %s', (store) => {
  test('tenants that nobody uses go, with everything they keep, and the others stay', async () => {
    const graph = await start(store);
    const [idle, used] = [newTenants(8), newTenants(3)];
    await shareAll(graph, [...idle, ...used]);
    graph.advance(6 * day);
    await shareAll(graph, used);
    expect(await sweep(graph.context)).toBe(0);

    graph.advance(day + minute);
    expect(await sweep(graph.context)).toBe(8);
    expect(await known(graph.context.store)).toEqual(used.toSorted());
    const left = await Promise.all([...idle, ...used].map((tenant) => rowsOf(graph.context.store, tenant)));
    expect(left.slice(0, 8)).toEqual(idle.map(() => 0));
    expect(left.slice(8).every((rows) => rows > 10)).toBe(true);
    for (const tenant of used) expect((await share(graph, tenant)).status).toBe(200);
  });

  test('they go page by page', async () => {
    const graph = await start(store);
    const { store: kept } = graph.context;
    const value = { ...nothing, usedAt: graph.context.clock().getTime() };
    await kept.rows(tenantKind).transact(
      tenantPartition,
      newTenants(45).map((row) => ({ do: 'insert', row, value })),
    );
    graph.advance(8 * day);
    // A tenant is closed before anything of it is removed, and its row goes last: so many are closed at a time.
    const closed: number[] = [];
    const watched = beforeClear(kept, async () => {
      let count = 0;
      for await (const { value: each } of kept.rows(tenantKind).list(tenantPartition)) if (each.sweptUntil) count += 1;
      closed.push(count);
    });
    expect(await sweep({ ...graph.context, store: watched })).toBe(45);
    expect(Math.max(...closed)).toBeLessThanOrEqual(20);
    expect(await known(kept)).toEqual([]);
  });

  test('it is enough to look: a tenant that only reads is in use', async () => {
    const graph = await start(store);
    await share(graph);
    const authorization = `Bearer ${graph.token({ exp: undefined })}`;
    for (let week = 0; week < 3; week += 1) {
      graph.advance(5 * day);
      expect((await graph.get('/v1.0/me/drive', { authorization })).status).toBe(200);
      expect(await sweep(graph.context)).toBe(0);
    }
    expect((await share(graph)).status).toBe(200);
  });

  test.each([
    ['30', 29, 0],
    ['30', 31, 1],
    ['0', 4000, 0],
  ])('after a retention of %s days, %d days later %d tenants go', async (retention, days, swept) => {
    const graph = await start(store, { settings: { GRAPH_MOCK_RETENTION_DAYS: retention } });
    await share(graph);
    graph.advance(days * day);
    expect(await sweep(graph.context)).toBe(swept);
  });

  test('use is written down once an hour', async () => {
    const graph = await start(store);
    const usedAt = async () => (await graph.context.store.rows(tenantKind).get(tenantKey(graph.tenant)))?.value.usedAt;
    await share(graph);
    const first = (await usedAt()) ?? 0;
    graph.advance(58 * minute);
    await share(graph);
    expect(await usedAt()).toBe(first);
    graph.advance(3 * minute);
    await share(graph);
    expect(await usedAt()).toBeGreaterThanOrEqual(first + 61 * minute);
  });

  test('a sweep that is stopped is gone on with by the next', async () => {
    const graph = await start(store);
    const tenants = newTenants(20);
    await shareAll(graph, tenants);
    graph.advance(8 * day);
    const { store: kept } = graph.context;
    // It is stopped when five are gone, and something of each of the others.
    const quick = new Set(tenants.slice(0, 5));
    let stop = (): void => {};
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const halting: Store = {
      ...kept,
      async clear(some, tenant, goOn) {
        if (!quick.has(tenant)) {
          await kept.clear([driveKind], tenant);
          await stopped;
        }
        const isCleared = await kept.clear(some, tenant, goOn);
        if (quick.delete(tenant) && quick.size === 0) stop();
        return isCleared;
      },
    };
    expect(await sweep({ ...graph.context, store: halting }, () => quick.size > 0)).toBe(5);
    expect(await known(kept)).toEqual(tenants.slice(5).toSorted());
    expect(await sweep(graph.context)).toBe(15);
    const left = await Promise.all(tenants.map((tenant) => rowsOf(graph.context.store, tenant)));
    expect(left).toEqual(tenants.map(() => 0));
  });

  test('one that goes on for too long stops in time, in the middle of a tenant too', async () => {
    const graph = await start(store);
    await share(graph);
    graph.advance(8 * day);
    // The Functions host would end the whole process after two minutes.
    const slow = beforeClear(graph.context.store, async () => graph.advance(100_000));
    expect(await sweep({ ...graph.context, store: slow })).toBe(0);
    expect(await rowsOf(graph.context.store, graph.tenant)).toBeGreaterThan(10);
    expect(await sweep(graph.context)).toBe(1);
    expect(await rowsOf(graph.context.store, graph.tenant)).toBe(0);
  });

  test('a tenant that cannot be swept keeps no other, and goes another time', async () => {
    const reported: unknown[] = [];
    const graph = await start(store);
    const tenants = newTenants(5);
    await shareAll(graph, tenants);
    graph.advance(8 * day);
    const broken = beforeClear(graph.context.store, async (tenant) => {
      if (tenant === tenants[2]) throw new Error('out of reach');
    });
    const report = (failure: unknown): void => void reported.push(failure);
    expect(await sweep({ ...graph.context, store: broken, report })).toBe(4);
    expect(reported).toEqual([new Error('out of reach')]);
    graph.advance(6 * minute);
    expect(await sweep(graph.context)).toBe(1);
    expect(await known(graph.context.store)).toEqual([]);
  });

  test('who comes while their tenant is swept is told to wait, and then begins anew', async () => {
    const graph = await start(store);
    const { body: old } = await share(graph);
    graph.advance(8 * day);
    const replies: Reply[] = [];
    const watched = beforeClear(graph.context.store, async () => void replies.push(await share(graph)));
    expect(await sweep({ ...graph.context, store: watched })).toBe(1);
    expect(replies).toMatchObject([
      { status: 503, headers: { 'retry-after': '5' }, body: { error: { code: 'serviceNotAvailable' } } },
    ]);
    const again = await share(graph);
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(old.id);
    expect(await sweep(graph.context)).toBe(0);
    expect((await share(graph)).status).toBe(200);
  });

  test('who comes first keeps what they have', async () => {
    const graph = await start(store);
    const { body: old } = await share(graph);
    graph.advance(8 * day);
    const { store: kept } = graph.context;
    // Between the look at a tenant and its being closed.
    const early: Reply[] = [];
    const late: Store = {
      ...kept,
      rows(kind) {
        const rows = kept.rows(kind);
        if (kind.table !== tenantKind.table) return rows;
        return {
          ...rows,
          async replace(key, value, etag) {
            if (key.row === graph.tenant) early.push(await share(graph));
            return rows.replace(key, value, etag);
          },
        };
      },
    };
    expect(await sweep({ ...graph.context, store: late })).toBe(0);
    expect(early).toMatchObject([{ status: 200, body: { id: old.id } }]);
    expect(await share(graph)).toMatchObject({ status: 200, body: { id: old.id } });
  });

  test('a tenant whose sweeper has died is empty for whoever comes later, and not half empty', async () => {
    const graph = await start(store);
    await share(graph);
    graph.advance(8 * day);
    const { store: kept } = graph.context;
    const dying: Store = {
      ...kept,
      async clear(_, tenant) {
        await kept.clear([driveKind], tenant);
        throw new Error('killed');
      },
    };
    expect(await sweep({ ...graph.context, store: dying, report: () => {} })).toBe(0);
    expect((await share(graph)).status).toBe(503);
    graph.advance(6 * minute);
    expect((await share(graph)).status).toBe(201);
    expect((await share(graph)).status).toBe(200);
    expect(await sweep(graph.context)).toBe(0);
  });

  test('who comes to a tenant that is half swept waits for a while at the most, and each time less is left', async () => {
    let first: (tenant: string) => Promise<void> = async () => {};
    const graph = await start(store, { shared: beforeClear(await freshStore(store), (tenant) => first(tenant)) });
    await share(graph);
    graph.advance(8 * day);
    first = async () => graph.advance(100_000);
    expect(await sweep(graph.context)).toBe(0);
    first = async () => graph.advance(30_000);
    expect(await share(graph)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    first = async () => {};
    expect((await share(graph)).status).toBe(201);
    expect((await share(graph)).status).toBe(200);
  });

  test('two sweepers at once do no harm, and count each tenant once', async () => {
    const shared = await freshStore(store);
    const graphs = [await start(store, { shared }), await start(store, { shared })] as const;
    const tenants = newTenants(8);
    await shareAll(graphs[0], tenants);
    for (const graph of graphs) graph.advance(8 * day);
    const swept = await Promise.all(graphs.map(({ context }) => sweep(context)));
    expect(swept.reduce((sum, each) => sum + each, 0)).toBe(8);
    expect(await known(shared)).toEqual([]);
    for (const tenant of tenants) expect(await rowsOf(shared, tenant)).toBe(0);
  });

  test('a sweeper that was taken for dead does no harm', async () => {
    const shared = await freshStore(store);
    const graphs = [await start(store, { shared }), await start(store, { shared })] as const;
    await share(graphs[0]);
    for (const graph of graphs) graph.advance(8 * day);
    // It sleeps until another has swept, and somebody has come back.
    let links: Reply | undefined;
    const sleeping = beforeClear(shared, async () => {
      for (const graph of graphs) graph.advance(6 * minute);
      expect(await sweep(graphs[1].context)).toBe(1);
      links = await share(graphs[1], graphs[0].tenant);
    });
    expect(await sweep({ ...graphs[0].context, store: sleeping })).toBe(0);
    expect(links?.status).toBe(201);
    expect(await share(graphs[1], graphs[0].tenant)).toMatchObject({ status: 200, body: { id: links?.body.id } });
  });

  test('what is no GUID stays, since another name may begin with it', async () => {
    const graph = await start(store);
    const rows = graph.context.store.rows(tenantKind);
    await rows.insert(tenantKey('short'), { ...nothing, usedAt: 0 });
    expect(await sweep(graph.context)).toBe(0);
    expect(await known(graph.context.store)).toEqual(['short']);
  });
});

test('a timer of the Functions host sweeps, once an hour', () => {
  const timer = registrations.find(({ metadata }) => metadata.name === 'sweep');
  expect(Object.values(timer?.metadata.bindings ?? {})).toMatchObject([
    { type: 'timerTrigger', direction: 'in', schedule: '0 17 * * * *' },
  ]);
});

test('and says how many have gone', async () => {
  process.env['GRAPH_MOCK_STORAGE'] = 'memory';
  const lines: string[] = [];
  const timer = registrations.find(({ metadata }) => metadata.name === 'sweep');
  await timer?.callback({ isPastDue: false }, { log: (line: string) => lines.push(line) });
  expect(lines).toEqual(['Swept 0 tenants']);
  delete process.env['GRAPH_MOCK_STORAGE'];
});
