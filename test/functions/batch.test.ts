import { randomBytes } from 'node:crypto';

import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const json = { 'Content-Type': 'application/json' };
const view = { type: 'view', scope: 'organization' };
const report = `/drives/${ids.drive}/items/${ids.report}`;
const createLink = (id: string, body: object = view) => ({
  id,
  method: 'POST',
  url: `${report}/createLink`,
  headers: json,
  body,
});
const getDrive = (id: string) => ({ id, method: 'GET', url: '/me/drive' });

describe.each([...storeNames])('$batch on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const send = (requests: unknown, headers: Record<string, string> = {}, path = '/v1.0/$batch') =>
    graph.post(path, { requests }, headers);

  test('each part is answered as it would be alone, and the whole is 200', async () => {
    const { status, headers, body } = await send([
      { id: '1', method: 'GET', url: `/me/drive/items/${ids.unknown}` },
      { ...createLink('2'), dependsOn: ['1'] },
      { ...createLink('3'), url: `me/drive/items/${ids.logo}/createLink` },
    ]);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/json;odata\.metadata=minimal/);
    expect(Object.keys(body)).toEqual(['responses']);
    expect(body.responses).toMatchObject([
      {
        id: '1',
        status: 404,
        headers: { 'Cache-Control': 'no-cache', ...json },
        body: { error: { code: 'itemNotFound', message: 'The resource could not be found.' } },
      },
      {
        id: '2',
        status: 424,
        headers: { 'Cache-Control': 'no-cache', ...json },
        body: { error: { code: 'FailedDependency', innerError: { 'request-id': expect.any(String) } } },
      },
      {
        id: '3',
        status: 201,
        headers: {
          'Cache-Control': 'no-cache',
          'OData-Version': '4.0',
          'Content-Type': expect.stringMatching(/^application\/json;odata\.metadata=minimal/),
        },
        body: { '@odata.context': `${graph.url}/v1.0/$metadata#microsoft.graph.permission`, link: view },
      },
    ]);
    const { Location } = body.responses[2].headers;
    expect((await graph.get(new URL(Location).pathname)).body.id).toBe(body.responses[2].body.id);
    expect(await entitiesOn(graph, ids.report)).toBe(0);
  });

  test('what a part depends on is done before it', async () => {
    const content = Buffer.from('Grüße').toString('base64url');
    const { body } = await send([
      {
        id: 'folder',
        method: 'POST',
        url: '/me/drive/root/children',
        headers: json,
        body: { name: 'New', folder: {} },
      },
      {
        id: 'file',
        method: 'PUT',
        url: '/me/drive/root:/New/a.txt:/content',
        headers: { 'Content-Type': 'text/plain' },
        body: content,
        dependsOn: ['FOLDER'],
      },
      { ...createLink('link'), url: '/me/drive/root:/New/a.txt:/createLink', dependsOn: ['File'] },
      { id: 'content', method: 'GET', url: '/me/drive/root:/New/a.txt:/content', dependsOn: ['file', 'link'] },
      { id: 'gone', method: 'DELETE', url: '/me/drive/root:/New:', dependsOn: ['content'] },
    ]);
    expect(body.responses.map(({ id, status }: { id: string; status: number }) => [id, status])).toEqual([
      ['folder', 201],
      ['file', 201],
      ['link', 201],
      ['content', 302],
      ['gone', 204],
    ]);
    expect(body.responses[1].body.size).toBe(Buffer.byteLength('Grüße'));
    for (const part of body.responses.slice(3)) expect(part).not.toHaveProperty('body');
    expect(body.responses[3].headers.Location).toMatch(`${graph.url}/`);
  });

  test('a failure fails all that depends on it, near or far, and nothing else', async () => {
    const { body } = await send([
      createLink('1', { type: 'nonsense', scope: 'organization' }),
      { ...createLink('2'), dependsOn: ['1'] },
      { ...createLink('3'), dependsOn: ['2'] },
      { ...getDrive('4'), dependsOn: [] },
      { ...getDrive('5'), dependsOn: ['4', '3'] },
      { ...getDrive('6'), dependsOn: ['4'] },
    ]);
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([400, 424, 424, 200, 424, 200]);
    expect(await entitiesOn(graph, ids.report)).toBe(0);
  });

  test('twenty equal parts at once make one link', async () => {
    const { body } = await send(Array.from({ length: 20 }, (_, at) => createLink(String(at))));
    const statuses = body.responses.map(({ status }: { status: number }) => status).toSorted();
    expect(statuses).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(await entitiesOn(graph, ids.report)).toBe(1);
  });

  test('annotations and nulls in the body of a part are the part’s own', async () => {
    const make = (id: string) => ({
      id,
      method: 'POST',
      url: '/me/drive/root/children',
      headers: json,
      body: { name: 'Projects', folder: {}, file: null, '@microsoft.graph.conflictBehavior': 'rename' },
    });
    const { body } = await send([make('1')]);
    expect(body.responses[0]).toMatchObject({ status: 201, body: { name: 'Projects 1' } });
  });

  test('query options work in a part, and its nextLink leads on', async () => {
    const { body } = await send([
      { id: '1', method: 'GET', url: '/me/drive/root/children?$select=name&$top=1' },
      { id: '2', method: 'GET', url: '/me/drive?$top=x' },
    ]);
    const [first, second] = body.responses;
    expect(first.body.value).toEqual([{ '@odata.etag': expect.any(String), name: 'Logo.png' }]);
    const link = new URL(first.body['@odata.nextLink']);
    expect((await graph.get(link.pathname + link.search)).body.value[0].name).toBe('Projects');
    expect(second).toMatchObject({ status: 400, body: { error: { innerError: { code: 'invalidQueryOption' } } } });
  });

  test('all parts have the token of the whole, whatever they say', async () => {
    const { body } = await send([{ ...getDrive('1'), headers: { Authorization: 'Bearer nonsense' } }]);
    expect(body.responses[0]).toMatchObject({ status: 200, body: { id: ids.drive } });
    expect(await send([getDrive('1')], { authorization: '' })).toMatchObject({
      status: 401,
      body: { error: { code: 'InvalidAuthenticationToken' } },
    });
  });

  test('a part without a client-request-id has that of the whole', async () => {
    const { body, headers } = await send(
      [getDrive('1'), { ...getDrive('2'), headers: { 'Client-Request-Id': 'own' } }],
      {
        'client-request-id': 'whole',
      },
    );
    expect(headers['client-request-id']).toBe('whole');
    const traced = body.responses.map((part: { headers: Record<string, string> }) => part.headers['client-request-id']);
    expect(traced).toEqual(['whole', 'own']);
    const requestIds = body.responses.map((part: { headers: Record<string, string> }) => part.headers['request-id']);
    expect(new Set([...requestIds, headers['request-id']]).size).toBe(3);
  });

  test.each(['/v1.0/$batch', '/beta/$batch', '/v1.0/%24batch', '/V1.0/$BATCH/'])('it is found at %s', async (path) => {
    const { status, body } = await send([getDrive('1')], {}, path);
    expect(status).toBe(200);
    const version = path.slice(1).split('/')[0]?.toLowerCase();
    expect(body.responses[0].body['@odata.context']).toBe(`${graph.url}/${version}/$metadata#drives/$entity`);
  });

  test.each(['/$batch', '$batch', '$BATCH/', '%24batch', '$batch?x=1', 'microsoft.graph.$batch', '$batch:'])(
    'a batch within a batch is refused, written as %s',
    async (url) => {
      const nested = { id: '1', method: 'POST', url, headers: json, body: { requests: [createLink('1')] } };
      const { status, body } = await send([nested, getDrive('2')]);
      expect(status).toBe(200);
      expect(body.responses).toMatchObject([{ status: 400, body: { error: { code: 'BadRequest' } } }, { status: 200 }]);
      expect(await entitiesOn(graph, ids.report)).toBe(0);
    },
  );

  test.each([
    ['an unknown segment', '/me/disk', "Resource not found for the segment 'disk'."],
    ['a version in front', '/v1.0/me/drive', "Resource not found for the segment 'v1.0'."],
    ['a way up', '../beta/me/drive', "Resource not found for the segment '..'."],
  ])('%s is the part’s own fault', async (_, url, message) => {
    const { status, body } = await send([{ id: '1', method: 'GET', url }]);
    expect(status).toBe(200);
    expect(body.responses).toMatchObject([{ status: 400, body: { error: { code: 'BadRequest', message } } }]);
  });

  const malformed = 'Invalid batch payload format.';
  test.each([
    ['no requests', undefined, malformed],
    ['requests that are no list', {}, malformed],
    ['an empty list', [], malformed],
    ['a part that is no object', ['x'], malformed],
    ['a part without an id', [{ method: 'GET', url: '/me' }], malformed],
    ['an empty id', [{ id: '', method: 'GET', url: '/me' }], malformed],
    ['a number for an id', [{ id: 1, method: 'GET', url: '/me' }], malformed],
    ['a part without a method', [{ id: '1', url: '/me' }], malformed],
    ['an unknown method', [{ id: '1', method: 'BREW', url: '/me' }], malformed],
    ['OPTIONS', [{ id: '1', method: 'OPTIONS', url: '/me' }], malformed],
    ['a part without a url', [{ id: '1', method: 'GET' }], malformed],
    ['an empty url', [{ id: '1', method: 'GET', url: '' }], malformed],
    ['an absolute url', [{ id: '1', method: 'GET', url: 'https://graph.microsoft.com/v1.0/me' }], malformed],
    ['a url with a host', [{ id: '1', method: 'GET', url: '//graph.microsoft.com/me' }], malformed],
    ['a header that is a number', [{ ...getDrive('1'), headers: { 'If-Match': 5 } }], malformed],
    [
      'text that is no base64',
      [{ ...createLink('1'), headers: { 'Content-Type': 'text/plain' }, body: 'ü' }],
      malformed,
    ],
    [
      'an object that is said to be text',
      [{ ...createLink('1'), headers: { 'Content-Type': 'text/plain' } }],
      malformed,
    ],
    ['dependsOn that is no list', [getDrive('1'), { ...getDrive('2'), dependsOn: '1' }], malformed],
    ['an id twice', [getDrive('a'), getDrive('a')], "Request Id 'a' is used more than once."],
    ['an id twice but for its case', [getDrive('a'), getDrive('A')], "Request Id 'A' is used more than once."],
    ['a dependency nobody has', [{ ...getDrive('1'), dependsOn: ['2'] }], 'Invalid dependency for request Id 1'],
    ['a dependency on itself', [{ ...getDrive('1'), dependsOn: ['1'] }], 'Invalid dependency for request Id 1'],
    [
      'a dependency on a later part',
      [
        { ...getDrive('1'), dependsOn: ['2'] },
        { ...getDrive('2'), dependsOn: ['1'] },
      ],
      'Invalid dependency for request Id 1',
    ],
    [
      'a write without a content type',
      [{ ...createLink('1'), headers: {} }],
      'Write request id : 1 does not contain Content-Type header or body.',
    ],
    [
      'a write without a body',
      [{ ...createLink('1'), body: undefined }],
      'Write request id : 1 does not contain Content-Type header or body.',
    ],
    [
      '21 parts',
      Array.from({ length: 21 }, (_, at) => getDrive(String(at))),
      'Number of batch request steps exceeds the maximum value of 20.',
    ],
  ])('%s: 400, and nothing is done', async (_, requests, message) => {
    const first = Array.isArray(requests) && requests.length > 0 && requests.length < 20 ? [createLink('first')] : [];
    const sent = Array.isArray(requests) ? [...first, ...(requests as unknown[])] : requests;
    expect(await send(sent)).toMatchObject({ status: 400, body: { error: { code: 'BadRequest', message } } });
    expect(await entitiesOn(graph, ids.report)).toBe(0);
  });

  test.each([
    ['nothing', undefined, 'Empty Payload. JSON content expected.'],
    ['what is no JSON', '{"requests": [', expect.stringMatching(/^Unable to read JSON/)],
    ['a list', '[]', expect.stringMatching(/^Unable to read JSON/)],
  ])('%s is no batch', async (_, sent, message) => {
    expect(await graph.send('POST', '/v1.0/$batch', sent, json)).toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest', message } },
    });
  });

  test('a part with more headers than a request may have is 431, and the journal goes on', async () => {
    const part = { ...getDrive('1'), headers: { 'client-request-id': randomBytes(150_000).toString('base64') } };
    const { status, body } = await send([part, createLink('2')]);
    expect(status).toBe(200);
    expect(body.responses).toMatchObject([
      { status: 431, body: { error: { message: 'The headers of the request are larger than 32768 bytes.' } } },
      { status: 201 },
    ]);
    const { body: journal } = await graph.get('/_mock/requests');
    expect(journal.value.at(-1)).toMatchObject({ path: '/v1.0/$batch', status: 200 });
  });

  test('it is asked for by POST alone', async () => {
    expect((await graph.get('/v1.0/$batch')).status).toBe(405);
    expect((await graph.post('/v9.9/$batch', { requests: [getDrive('1')] })).body.error.message).toBe(
      'Invalid version: v9.9',
    );
  });
});

test('where scopes are enforced, each part is held to its own', async () => {
  const graph = await startGraph({ settings: { GRAPH_MOCK_AUTH: 'scopes' } });
  try {
    const authorization = `Bearer ${graph.token({ scp: 'Files.Read' })}`;
    const { status, body } = await graph.post(
      '/v1.0/$batch',
      { requests: [getDrive('1'), createLink('2')] },
      { authorization },
    );
    expect(status).toBe(200);
    expect(body.responses).toMatchObject([{ status: 200 }, { status: 403, body: { error: { code: 'accessDenied' } } }]);
    const none = `Bearer ${graph.token({ scp: undefined })}`;
    expect((await graph.post('/v1.0/$batch', { requests: [getDrive('1')] }, { authorization: none })).status).toBe(403);
  } finally {
    await graph.close();
  }
});
