import { createServer } from 'node:http';
import { once } from 'node:events';

import { openStore } from '../../src/store/openStore.ts';
import { type Graph, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const graphs: Graph[] = [];
afterEach(() => Promise.all(graphs.splice(0).map((graph) => graph.close())));

async function started(...options: Parameters<typeof startGraph>): Promise<Graph> {
  const graph = await startGraph(...options);
  graphs.push(graph);
  return graph;
}

/** No token: whoever watches over a deployment has none. */
const nobody = { authorization: '' };

/** A mock whose store is out of reach, on a port that nobody listens on any more. */
async function withoutStore(failures: unknown[]): Promise<Graph> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  server.close();
  const account = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:${port}/a;`;
  return started({ replaced: { store: await openStore(account), report: (failure) => failures.push(failure) } });
}

describe.each(storeNames)('on %s', (store) => {
  test.each([
    ['health', 'live'],
    ['ready', 'ready'],
  ])('GET /_mock/%s answers 200 to anybody, whatever tokens are asked for', async (path, status) => {
    for (const auth of ['bearer', 'scopes', 'none']) {
      const graph = await started({ store, settings: { GRAPH_MOCK_AUTH: auth } });
      const reply = await graph.get(`/_mock/${path}`, nobody);
      expect({ status: reply.status, body: reply.body }).toEqual({ status: 200, body: { status } });
      expect((await graph.send('HEAD', `/_mock/${path}`, undefined, nobody)).status).toBe(200);
    }
  });
});

test('without a store the mock lives, and is not ready: 503 with Retry-After, in Graph’s words', async () => {
  const failures: unknown[] = [];
  const graph = await withoutStore(failures);
  expect((await graph.get('/_mock/health', nobody)).status).toBe(200);
  expect(failures).toEqual([]);
  const { status, headers, body } = await graph.get('/_mock/ready', nobody);
  expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'serviceNotAvailable' });
  expect(headers['retry-after']).toMatch(/^\d+$/);
  expect(failures).toEqual([expect.objectContaining({ what: 'storeUnavailable' })]);
});

test.each(['health', 'ready'])('nothing else can be done at /_mock/%s', async (path) => {
  const graph = await started();
  expect((await graph.post(`/_mock/${path}`, {}, nobody)).status).toBeGreaterThanOrEqual(400);
});
