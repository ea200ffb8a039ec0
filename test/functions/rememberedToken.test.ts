import { type Graph, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

describe.each([...storeNames])('on %s, a token that has been used before', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store, settings: { GRAPH_MOCK_AUTH: 'scopes' } });
  });
  afterAll(() => graph.close());

  const get = (token: string) => graph.get('/v1.0/me/drive', { authorization: `Bearer ${token}` });

  test('is refused once it has expired', async () => {
    const token = graph.token();
    expect((await get(token)).status).toBe(200);
    expect((await get(token)).status).toBe(200);
    graph.advance(2 * 3_600_000);
    const { status, body } = await get(token);
    expect({ status, code: body.error.code }).toEqual({ status: 401, code: 'InvalidAuthenticationToken' });
    graph.advance(-2 * 3_600_000);
  });

  test('is good for no more than its scopes', async () => {
    const token = graph.token({ scp: 'Files.Read' });
    expect((await get(token)).status).toBe(200);
    const made = await graph.post('/v1.0/me/drive/root/createLink', {}, { authorization: `Bearer ${token}` });
    expect(made.status).toBe(403);
  });

  test('stays one of many callers, however many come in between', async () => {
    const first = graph.token({ oid: '00000000-0000-4000-8000-00000000000a', upn: 'a@contoso.com' });
    const { body: before } = await get(first);
    await Promise.all(Array.from({ length: 300 }, (_, n) => get(graph.token({ scp: `Files.Read n${n}` }))));
    expect((await get(first)).body).toEqual(before);
  });
});
