import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { type StoreName, storeNames } from '../kit/stores.ts';

const full = { status: 507, body: { error: { code: 'quotaLimitReached' } } };
const drive = `/v1.0/drives/${ids.drive}`;

let graph: Graph;
async function open(store: StoreName, settings: Record<string, string>): Promise<void> {
  graph = await startGraph({ store, settings });
}
afterEach(() => graph.close());

/** Sends bytes to an upload URL, which takes no token. */
async function put(url: string, bytes: Uint8Array<ArrayBuffer>, from: number, total: number) {
  const headers = { 'content-range': `bytes ${from}-${from + bytes.length - 1}/${total}` };
  const response = await fetch(url, { method: 'PUT', headers, body: bytes });
  return { status: response.status, body: await response.json() };
}

describe.each([...storeNames])('what a test brings along has to fit, too: on %s', (store) => {
  test('a fragment for which there is no room is 507; the session waits until there is', async () => {
    const unit = 320 * 1024;
    await open(store, { GRAPH_MOCK_QUOTA_BYTES: String(2 * unit) });
    const { body: filler } = await graph.put(`${drive}/root:/filler.bin:/content`, new Uint8Array(unit));
    const { body: session } = await graph.post(`${drive}/root:/Large.bin:/createUploadSession`, {});
    const half = new Uint8Array(unit).fill(7);
    expect(await put(session.uploadUrl, half, 0, 2 * unit)).toMatchObject(full);
    expect((await graph.delete(`${drive}/items/${filler.id}`)).status).toBe(204);
    expect((await put(session.uploadUrl, half, 0, unit)).status).toBe(201);
    expect((await graph.get(`${drive}/root:/Large.bin`)).body.size).toBe(unit);
  });

  test('a seed that is too large is 507, and everything stays as it was', async () => {
    await open(store, { GRAPH_MOCK_QUOTA_LINKS: '1' });
    const made = await graph.post(`${drive}/items/${ids.report}/createLink`, { type: 'view', scope: 'organization' });
    expect(made.status).toBe(201);
    const { body: before } = await graph.get(`${drive}/items/${ids.report}/permissions`);
    const permissions = ['view', 'edit'].map((type) => ({ link: { type, scope: 'anonymous' } }));
    const seed = {
      users: [{ userPrincipalName: 'dora@example.com', displayName: 'Dora' }],
      drives: [{ user: 'dora@example.com', items: [{ path: 'a.txt', text: 'a', permissions }] }],
    };
    expect(await graph.put('/_mock/seed', seed)).toMatchObject(full);
    expect((await graph.get(`${drive}/items/${ids.report}/permissions`)).body).toEqual(before);
  });

  test('after a reset there is room again', async () => {
    await open(store, { GRAPH_MOCK_QUOTA_LINKS: '1' });
    const share = (id: string) =>
      graph.post(`${drive}/items/${id}/createLink`, { type: 'view', scope: 'organization' });
    expect((await share(ids.report)).status).toBe(201);
    expect(await share(ids.logo)).toMatchObject(full);
    expect((await graph.post('/_mock/reset')).status).toBe(204);
    expect((await share(ids.logo)).status).toBe(201);
    expect(await share(ids.report)).toMatchObject(full);
  });

  test('the hundred and first fault is 507', async () => {
    await open(store, {});
    const fault = () => graph.post('/_mock/faults', { match: { path: '/nowhere' }, status: 418 });
    for (let n = 0; n < 100; n += 1) expect((await fault()).status).toBe(201);
    expect(await fault()).toMatchObject(full);
    const { body } = await graph.get('/_mock/faults');
    expect(body.value).toHaveLength(100);
  });
});
