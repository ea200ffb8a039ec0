import { dispatch } from '../../functions/index.ts';
import { isControl } from '../../src/graph/router.ts';
import { triggers } from '../../functions/http.ts';
import { startHost } from '../../src/local/host.ts';
import { type Graph, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const key = 'a key of more than sixteen letters';
const nothing = { status: 404, body: { error: { code: 'itemNotFound', message: 'There is nothing here.' } } };

/** Open to anybody, whatever is asked of the others. */
const open = ['_mock/health', '_mock/ready'];

const closed = triggers
  .filter((trigger) => isControl(trigger) && !open.includes(trigger.route))
  .flatMap(({ methods, route }) => methods.map((method) => [method, `/${route.replace('{faultId}', 'x')}`] as const));

const graphs: Graph[] = [];
afterEach(() => Promise.all(graphs.splice(0).map((graph) => graph.close())));

async function started(...options: Parameters<typeof startGraph>): Promise<Graph> {
  const graph = await startGraph(...options);
  graphs.push(graph);
  return graph;
}

const withKey = { GRAPH_MOCK_CONTROL_KEY: key };

test('there is something to be closed', () => {
  expect(closed.length).toBeGreaterThan(15);
});

describe.each([...storeNames])('with a key, on %s', (store) => {
  test.each(closed)('%s %s answers 404 to whoever has it not', async (method, path) => {
    const graph = await started({ store, settings: withKey });
    for (const headers of [{}, { 'x-mock-key': '' }, { 'x-mock-key': key.slice(1) }, { 'x-mock-key': `${key}0` }])
      expect(await graph.send(method, path, undefined, headers)).toMatchObject(nothing);
  });

  test('it drives the mock, and its letters count in their case', async () => {
    const graph = await started({ store, settings: withKey });
    expect((await graph.get('/_mock/clock', { 'x-mock-key': key })).status).toBe(200);
    expect(await graph.get('/_mock/clock', { 'x-mock-key': key.toUpperCase() })).toMatchObject(nothing);
    expect((await graph.post('/_mock/reset', undefined, { 'x-mock-key': key })).status).toBe(204);
  });

  test('what is refused changes nothing', async () => {
    const graph = await started({ store, settings: withKey });
    await graph.post('/_mock/faults', { status: 503 });
    await graph.put('/_mock/seed', 'users: []');
    expect((await graph.get('/v1.0/me/drive')).status).toBe(200);
    expect((await graph.get('/_mock/faults', { 'x-mock-key': key })).body.value).toEqual([]);
  });
});

test.each(open)('%s is open without the key', async (route) => {
  const graph = await started({ settings: withKey });
  expect((await graph.get(`/${route}`, { authorization: '' })).status).toBe(200);
});

describe('without a key', () => {
  test('the mock is driven over a loopback address', async () => {
    const graph = await started();
    expect((await graph.get('/_mock/clock')).status).toBe(200);
  });

  test.each([
    ['0.0.0.0', 404],
    ['::', 404],
    ['127.0.0.2', 200],
    ['localhost', 200],
  ])('on %s it is answered %i', async (address, status) => {
    const { context } = await started();
    const host = await startHost({ dispatch, context, host: address, port: 0 });
    const answer = await fetch(`${host.url}/_mock/clock`);
    const health = await fetch(`${host.url}/_mock/health`);
    await host.close();
    expect([answer.status, health.status]).toEqual([status, 200]);
  });

  test('and where nothing tells that only this machine can call, as under the Functions host, it is closed', async () => {
    const { context, url } = await started();
    const request = {
      method: 'GET',
      url: `${url}/_mock/clock`,
      params: {},
      query: new URLSearchParams(),
      headers: { get: () => null },
      bytes: async () => new Uint8Array(),
    };
    expect((await dispatch(request, context)).status).toBe(404);
  });
});

test('the key stands in no answer and in no journal', async () => {
  const graph = await started({ settings: withKey });
  await graph.get('/v1.0/me/drive', { 'x-mock-key': key });
  const { body } = await graph.get('/_mock/requests', { 'x-mock-key': key });
  expect(body.value).toHaveLength(1);
  expect(JSON.stringify(body)).not.toContain(key);
});
