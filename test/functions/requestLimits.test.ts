import * as sources from '../../src/local/functionsCore.ts';
import { type Graph, ids, startGraph, tokenOf } from '../kit/graph.ts';
import { invoke } from '../kit/worker.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const error = (code: string, message: string) => ({ error: { code, message, innerError: expect.any(Object) } });
const uriTooLong = error('BadRequest', 'The request URI is longer than 16384 characters.');

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

describe('a request that is too long', () => {
  test.each([
    ['in its query', `${item}?client=${'x'.repeat(17_000)}`],
    ['in a segment', `/v1.0/me/drive/items/${'x'.repeat(17_000)}`],
    ['in its path', `/v1.0/me/drive/root:/${'a/'.repeat(9000)}x`],
    ['where it leads nowhere', `/v9.9/${'x'.repeat(17_000)}`],
  ])('%s is 414', async (_, path) => {
    expect(await graph.get(path)).toMatchObject({ status: 414, body: uriTooLong });
  });

  test('is 414 on the Functions host too, where that lets it through', async () => {
    process.env['GRAPH_MOCK_STORAGE'] = 'memory';
    const headers = { authorization: `Bearer ${tokenOf({ tid: crypto.randomUUID() })}` };
    const url = `https://mock.example.com${item}?client=${'x'.repeat(17_000)}`;
    const params = { version: 'v1.0', itemId: ids.report };
    const getItem = sources.registrations.find(({ metadata: { name, bindings } }) => {
      const { route } = Object.values(bindings).find(({ type }) => type === 'httpTrigger') ?? {};
      return name.startsWith('getItem-') && route === '{version}/me/drive/items/{itemId}';
    });
    const name = getItem?.metadata.name ?? '';
    const invoked = await invoke(name, { method: 'GET', url, headers, params }, sources);
    expect(invoked.status).toBe(414);
    expect(JSON.parse(new TextDecoder().decode(invoked.body))).toEqual(uriTooLong);
    delete process.env['GRAPH_MOCK_STORAGE'];
  });

  test('is 414 as a part of a batch', async () => {
    const requests = [{ id: '1', method: 'GET', url: `/me/drive?client=${'x'.repeat(17_000)}` }];
    const { body } = await graph.post('/v1.0/$batch', { requests });
    expect(body.responses).toMatchObject([{ id: '1', status: 414, body: uriTooLong }]);
  });

  test('of a few kilobytes is answered', async () => {
    expect((await graph.get(`${item}?client=${'x'.repeat(12_000)}`)).status).not.toBe(414);
  });
});

describe('the path of an item', () => {
  const folder = 'f'.repeat(199);
  const tooLong = {
    error: {
      code: 'invalidRequest',
      message: 'The path is longer than 400 characters.',
      innerError: expect.objectContaining({ code: 'pathIsTooLong' }),
    },
  };

  test('of 400 characters is looked for, and of more it is 400 pathIsTooLong', async () => {
    const path = (last: string): string => `/v1.0/me/drive/root:/${folder}/${last}`;
    expect((await graph.get(path('x'.repeat(200)))).status).toBe(404);
    expect(await graph.get(path('x'.repeat(201)))).toMatchObject({ status: 400, body: tooLong });
    expect(await graph.put(`${path('x'.repeat(201))}:/content`, 'text')).toMatchObject({ status: 400, body: tooLong });
  });

  test('is measured as people read it', async () => {
    expect((await graph.get(`/v1.0/me/drive/root:/${'%C3%A9'.repeat(250)}`)).status).toBe(404);
    expect((await graph.get(`/v1.0/me/drive/root:/${'%C3%A9'.repeat(401)}`)).status).toBe(400);
  });
});

describe('headers', () => {
  const tooLarge = error('BadRequest', 'The headers of the request are larger than 32768 bytes.');

  test.each([
    ['one that is large', { 'x-large': 'x'.repeat(33_000) }],
    ['many', Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`x-${at}`, 'x'.repeat(1000)]))],
  ])('%s are 431', async (_, headers) => {
    expect(await graph.get(item, headers)).toMatchObject({ status: 431, body: tooLarge });
  });

  test('of 30 kilobytes, such as a token with many groups, are taken', async () => {
    expect((await graph.get(item, { 'x-large': 'x'.repeat(30_000) })).status).toBe(200);
  });

  test('larger than anybody would send are refused by node itself', async () => {
    expect((await graph.get(item, { 'x-large': 'x'.repeat(200_000) })).status).toBe(431);
  });
});
