import { permissionKind } from '../../src/sharing/kept.ts';
import { contentKind } from '../../src/drive/content.ts';
import { driveKind } from '../../src/drive/drive.ts';
import { sample } from '../../src/sample.ts';
import { deployedSettingsOf, settingsOf } from '../../src/settings.ts';
import type { Kind, Store } from '../../src/store/store.ts';
import { entitiesOn, type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { freshStore, type StoreName, storeNames } from '../kit/stores.ts';

const full = {
  status: 507,
  body: { error: { code: 'quotaLimitReached', message: 'Insufficient Space Available' } },
};
const report = `/v1.0/me/drive/items/${ids.report}`;
const children = '/v1.0/me/drive/root/children';
const contentOf = (name: string): string => `/v1.0/me/drive/root:/${name}:/content`;
const view = { type: 'view', scope: 'organization' };

/** What stands in a business drive from the start. */
const sampleItems = sample.items.business.length + 1;
const sampleBytes = sample.items.business.reduce((sum, { text = '' }) => sum + Buffer.byteLength(text), 0);

const open: Graph[] = [];
async function start(store: StoreName, quotas: Record<string, number>, shared?: Store): Promise<Graph> {
  const settings = Object.fromEntries(
    Object.entries(quotas).map(([name, limit]) => [`GRAPH_MOCK_QUOTA_${name.toUpperCase()}`, String(limit)]),
  );
  const graph = await startGraph({ store, settings, ...(shared && { replaced: { store: shared } }) });
  open.push(graph);
  return graph;
}
afterEach(() => Promise.all(open.splice(0).map((graph) => graph.close())));

/** A link that no other call makes: each application has its own. */
const linkOf = (graph: Graph, app: number, tid = graph.tenant): Promise<Reply> =>
  graph.post(`${report}/createLink`, view, { authorization: `Bearer ${graph.token({ appid: `app ${app}`, tid })}` });

const rowsOf = async ({ context, tenant }: Graph, kind: Kind<never>): Promise<number> =>
  (await context.store.tally(kind, { partition: tenant, row: '' })).rows;

/** Counts what is asked of a store, by table. */
function counting(store: Store): { store: Store; asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const rows: Store['rows'] = (kind) => {
    const counted = <Args extends unknown[], Result>(ask: (...args: Args) => Result) => {
      return (...args: Args): Result => {
        asked.set(kind.table, (asked.get(kind.table) ?? 0) + 1);
        return ask(...args);
      };
    };
    const { insert, get, list, replace, remove, transact } = store.rows(kind);
    return {
      insert: counted(insert),
      get: counted(get),
      list: counted(list),
      replace: counted(replace),
      remove: counted(remove),
      transact: counted(transact),
    };
  };
  return { store: { ...store, rows }, asked };
}

describe.each([...storeNames])('quotas on %s', (store) => {
  test('a link too many is 507, and nothing is kept of it', async () => {
    const graph = await start(store, { links: 3 });
    for (const app of [1, 2, 3]) expect((await linkOf(graph, app)).status).toBe(201);
    expect(await linkOf(graph, 4)).toMatchObject(full);
    expect(await entitiesOn(graph, ids.report)).toBe(3);
  });

  test('a link that is there is found where there is room for no other, and may change', async () => {
    const graph = await start(store, { links: 1 });
    const { body: made } = await linkOf(graph, 1);
    expect(await linkOf(graph, 1)).toMatchObject({ status: 200, body: { id: made.id } });
    const expirationDateTime = '2100-01-01T00:00:00Z';
    const authorization = `Bearer ${graph.token({ appid: 'app 1' })}`;
    const changed = await graph.post(`${report}/createLink`, { ...view, expirationDateTime }, { authorization });
    expect(changed).toMatchObject({ status: 200, body: { id: made.id, expirationDateTime } });
  });

  test('a link that has expired makes way for a new one', async () => {
    const graph = await start(store, { links: 1 });
    const soon = new Date(Date.now() + 60_000).toISOString();
    await graph.post(`${report}/createLink`, { ...view, expirationDateTime: soon });
    graph.advance(120_000);
    expect((await graph.post(`${report}/createLink`, view)).status).toBe(201);
  });

  test('a link that is deleted gives its room back', async () => {
    const graph = await start(store, { links: 1 });
    const { body: made } = await linkOf(graph, 1);
    expect(await linkOf(graph, 2)).toMatchObject(full);
    expect((await graph.delete(`${report}/permissions/${made.id}`)).status).toBe(204);
    expect((await linkOf(graph, 2)).status).toBe(201);
  });

  test('so does one that goes with its item', async () => {
    const graph = await start(store, { links: 1 });
    await linkOf(graph, 1);
    expect((await graph.post(`/v1.0/me/drive/items/${ids.logo}/createLink`, view)).status).toBe(507);
    expect((await graph.delete(report)).status).toBe(204);
    expect((await graph.post(`/v1.0/me/drive/items/${ids.logo}/createLink`, view)).status).toBe(201);
  });

  test.each([
    ['invite', { recipients: [{ email: 'bruno.costa@contoso.com' }], roles: ['read'], sendInvitation: true }],
    ['permissions', { roles: ['read'], grantedToV2: { application: { id: ids.unknown } } }],
  ])('%s takes room too, and leaves nothing behind where there is none', async (action, body) => {
    const graph = await start(store, { links: 1 });
    await linkOf(graph, 1);
    expect(await graph.post(`${report}/${action}`, body)).toMatchObject(full);
    expect(await entitiesOn(graph, ids.report)).toBe(1);
    expect((await graph.get('/_mock/notifications')).body.value).toEqual([]);
  });

  test('of many people all are invited, or nobody', async () => {
    const graph = await start(store, { links: 2 });
    await linkOf(graph, 1);
    const recipients = ['bruno.costa', 'chiara.lund'].map((name) => ({ email: `${name}@contoso.com` }));
    const invitation = { recipients, roles: ['read'], requireSignIn: true };
    expect(await graph.post(`${report}/invite`, invitation)).toMatchObject(full);
    expect(await entitiesOn(graph, ids.report)).toBe(1);
    const one = { ...invitation, recipients: recipients.slice(1) };
    expect((await graph.post(`${report}/invite`, one)).status).toBe(200);
    expect((await graph.post(`${report}/invite`, { ...one, roles: ['write'] })).status).toBe(200);
  });

  test('of thirty links at once as many are made as there is room for', async () => {
    const graph = await start(store, { links: 5 });
    await graph.get(report);
    const replies = await Promise.all(Array.from({ length: 30 }, (_, app) => linkOf(graph, app)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 507)).toHaveLength(25);
    expect(await entitiesOn(graph, ids.report)).toBe(5);
  });

  test('two instances fill one quota between them', async () => {
    const shared = await freshStore(store);
    const graphs = [await start(store, { links: 20 }, shared), await start(store, { links: 20 }, shared)] as const;
    const { tenant } = graphs[0];
    const statuses: number[] = [];
    for (let app = 0; app < 24; app += 1)
      statuses.push((await linkOf(graphs[app % 2 === 0 ? 0 : 1], app, tenant)).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), 507, 507, 507, 507]);

    const { body } = await linkOf(graphs[0], 0, tenant);
    await graphs[0].delete(`${report}/permissions/${body.id}`);
    // The other one learns of it when its last count is too old.
    graphs[1].advance(1000);
    expect((await linkOf(graphs[1], 30, tenant)).status).toBe(201);
  });

  test('a tenant that is full takes nothing from another', async () => {
    const graph = await start(store, { links: 1 });
    await linkOf(graph, 1);
    expect((await linkOf(graph, 2)).status).toBe(507);
    expect((await linkOf(graph, 2, crypto.randomUUID())).status).toBe(201);
  });

  test('a folder or file too many is 507, and what is deleted gives its room back', async () => {
    const graph = await start(store, { items: sampleItems + 2 });
    const folder = (name: string): Promise<Reply> => graph.post(children, { name, folder: {} });
    const { status, body: first } = await folder('First');
    expect(status).toBe(201);
    expect((await folder('First')).status).toBe(409);
    expect((await graph.put(contentOf('second.txt'), 'second')).status).toBe(201);
    const before = await rowsOf(graph, driveKind);
    expect(await folder('Third')).toMatchObject(full);
    expect(await graph.put(contentOf('third.txt'), 'third')).toMatchObject(full);
    expect(await graph.get('/v1.0/me/drive/special/music')).toMatchObject(full);
    expect(await rowsOf(graph, driveKind)).toBe(before);
    expect((await graph.put(contentOf('second.txt'), 'other bytes')).status).toBe(200);
    await graph.delete(`/v1.0/me/drive/items/${first.id}`);
    expect((await folder('Third')).status).toBe(201);
  });

  test('an unknown item does not become a file where there is no room for one', async () => {
    const settings = { GRAPH_MOCK_UNKNOWN_ITEMS: 'create', GRAPH_MOCK_QUOTA_ITEMS: String(sampleItems) };
    const graph = await startGraph({ store, settings });
    open.push(graph);
    expect(await graph.get(`/v1.0/me/drive/items/${ids.unknown}`)).toMatchObject(full);
  });

  test('a drive with its sample takes room like any other items', async () => {
    const graph = await start(store, { items: sampleItems });
    expect((await graph.get('/v1.0/me/drive')).status).toBe(200);
    const bruno = { authorization: `Bearer ${graph.token({ oid: sample.users.bruno.id })}` };
    expect(await graph.get('/v1.0/me/drive', bruno)).toMatchObject(full);
    expect((await graph.get('/v1.0/me/drive')).status).toBe(200);
  });

  test('bytes too many are 507, and none of them is kept', async () => {
    const graph = await start(store, { bytes: 300_000 });
    const bytes = (size: number) => new Uint8Array(size).fill(7);
    const { body: file } = await graph.put(contentOf('large.bin'), bytes(200_000));
    const before = await rowsOf(graph, contentKind);
    expect(await graph.put(contentOf('other.bin'), bytes(200_000))).toMatchObject(full);
    expect(await graph.put(contentOf('large.bin'), bytes(300_000))).toMatchObject(full);
    expect(await rowsOf(graph, contentKind)).toBe(before);
    expect((await graph.get(contentOf('large.bin').replace('/content', ''))).body.size).toBe(200_000);

    expect((await graph.put(contentOf('large.bin'), bytes(250_000))).status).toBe(200);
    expect((await graph.put(contentOf('large.bin'), bytes(50_000))).status).toBe(200);
    expect((await graph.put(contentOf('other.bin'), bytes(200_000))).status).toBe(201);
    expect(await graph.put(contentOf('more.bin'), bytes(100_000))).toMatchObject(full);
    await graph.delete(`/v1.0/me/drive/items/${file.id}`);
    expect((await graph.put(contentOf('more.bin'), bytes(99_000))).status).toBe(201);
  });

  test.each([
    [5000, 'normal'],
    [9000, 'normal'],
    [9001, 'nearing'],
    [9900, 'nearing'],
    [9901, 'critical'],
    [10_000, 'exceeded'],
  ])('a drive with %d of 10000 bytes used is %s', async (used, state) => {
    const graph = await start(store, { bytes: 10_000 });
    await graph.get('/v1.0/me/drive');
    await graph.put(contentOf('file.bin'), new Uint8Array(used - sampleBytes));
    const quota = { state, used, total: 10_000, remaining: 10_000 - used, deleted: 0 };
    expect((await graph.get('/v1.0/me/drive')).body.quota).toEqual(quota);
  });

  test('what one instance has counted is there for the next', async () => {
    const shared = await freshStore(store);
    const graph = await start(store, { links: 1000 }, shared);
    for (let app = 0; app < 5; app += 1) await linkOf(graph, app);
    await graph.context.tenants.close();
    const { tenantKey, tenantKind } = await import('../../src/tenants/tenantRow.ts');
    const stored = await shared.rows(tenantKind).get(tenantKey(graph.tenant));
    expect(stored?.value).toMatchObject({ links: 5, items: sampleItems, bytes: sampleBytes });
  });
});

test('once a tenant is known, a link costs no further table operation for being counted', async () => {
  const { store: counted, asked } = counting(await freshStore('memory'));
  const graph = await start('memory', { links: 1_000_000, items: 1_000_000, bytes: 1_000_000_000 }, counted);
  await linkOf(graph, 0);
  asked.clear();
  for (let app = 1; app <= 10; app += 1) expect((await linkOf(graph, app)).status).toBe(201);
  expect(asked.get('tenants') ?? 0).toBe(0);
  expect(asked.get(permissionKind.table)).toBe(10);
});

test('without quotas nothing is counted, and there is room for any number', async () => {
  const { store: counted, asked } = counting(await freshStore('memory'));
  const graph = await start('memory', {}, counted);
  await linkOf(graph, 0);
  asked.clear();
  const replies = await Promise.all(Array.from({ length: 200 }, (_, app) => linkOf(graph, app + 1)));
  expect(replies.every(({ status }) => status === 201)).toBe(true);
  expect(asked.get('tenants')).toBeUndefined();
  expect((await graph.get('/v1.0/me/drive')).body.quota).toMatchObject({ state: 'normal', total: 1_099_511_627_776 });
});

test.each([
  ['nothing is set', {}, 10_000],
  ['it is empty', { GRAPH_MOCK_QUOTA_LINKS: '' }, 10_000],
  ['it is set', { GRAPH_MOCK_QUOTA_LINKS: '5' }, 5],
  ['it is none', { GRAPH_MOCK_QUOTA_LINKS: 'none' }, undefined],
])('deployed there are quotas: where %s, it is the one it should be', (_, environment, links) => {
  expect(deployedSettingsOf(environment).GRAPH_MOCK_QUOTA_LINKS).toBe(links);
});

test('on one’s own machine there are none', () => {
  const { GRAPH_MOCK_QUOTA_LINKS, GRAPH_MOCK_QUOTA_ITEMS, GRAPH_MOCK_QUOTA_BYTES } = settingsOf({});
  expect([GRAPH_MOCK_QUOTA_LINKS, GRAPH_MOCK_QUOTA_ITEMS, GRAPH_MOCK_QUOTA_BYTES]).toEqual(Array(3).fill(undefined));
});
