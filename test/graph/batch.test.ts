import { batchOver } from '../../src/graph/batch.ts';
import type { GraphRequest, GraphResponse } from '../../src/graph/request.ts';
import type { Context } from '../../src/operation.ts';
import { settingsOf } from '../../src/settings.ts';
import { usualPolicy } from '../../src/sharing/policy.ts';
import { sharing } from '../../src/sharing/sharing.ts';
import { memoryStore } from '../../src/store/memoryStore.ts';
import { openTenants } from '../../src/tenants/openTenants.ts';

// What cannot be seen from outside: how parts are handed on, and answers that no operation gives yet.

const world: Omit<Context, 'tenants'> = {
  settings: settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }),
  store: memoryStore(),
  sharing,
  clock: () => new Date(),
  policy: usualPolicy,
  newId: () => crypto.randomUUID(),
  newSecret: (bytes) => new Uint8Array(bytes),
  observers: [],
  report: () => {},
};
const context: Context = { ...world, tenants: openTenants(world) };

type Dispatch = (request: GraphRequest, context: Context) => Promise<GraphResponse>;

/** The answers of a batch whose parts are answered by `dispatch`. */
async function run(dispatch: Dispatch, requests: readonly object[]) {
  const call = {
    target: undefined,
    caller: { tenant: 't', app: { id: 'a', displayName: 'A' } },
    body: new TextEncoder().encode(JSON.stringify({ requests })),
    origin: 'https://mock.example.com',
    root: 'https://mock.example.com/v1.0',
    query: () => new URLSearchParams(),
    expands: () => false,
    header: (name: string) => ({ authorization: 'Bearer outer', 'client-request-id': 'outer-id' })[name] ?? null,
  };
  const { body } = await batchOver(dispatch).run(call, context);
  return body && 'responses' in body ? body.responses : undefined;
}

const get = { method: 'GET', url: '/me' };
const answer = (response: Partial<GraphResponse>) => async (): Promise<GraphResponse> => ({
  status: 200,
  headers: {},
  ...response,
});

test('a part that is throttled says so itself, with its own Retry-After, and what depends on it is not tried', async () => {
  const body = JSON.stringify({ error: { code: 'activityLimitReached' } });
  const headers = { 'Retry-After': '30', 'Content-Type': 'application/json' };
  const dispatch = jest.fn<Promise<GraphResponse>, Parameters<Dispatch>>(answer({ status: 429, headers, body }));
  const responses = await run(dispatch, [
    { id: '1', ...get },
    { id: '2', ...get, dependsOn: ['1'] },
  ]);
  expect(responses).toMatchObject([
    { id: '1', status: 429, headers, body: { error: { code: 'activityLimitReached' } } },
    { id: '2', status: 424 },
  ]);
  expect(dispatch).toHaveBeenCalledTimes(1);
});

test('bytes and text that is no JSON come as base64url', async () => {
  const bytes = new Uint8Array([0xfb, 0xff, 0xfe, 0x00]);
  const image = { 'Content-Type': 'image/png' };
  expect(await run(answer({ headers: image, body: bytes }), [{ id: '1', ...get }])).toMatchObject([{ body: '-__-AA' }]);
  const xml = { 'Content-Type': 'application/xml' };
  expect(await run(answer({ headers: xml, body: '<a/>' }), [{ id: '1', ...get }])).toMatchObject([{ body: 'PGEvPg' }]);
});

test('of the headers a part keeps its own', async () => {
  const headers = {
    'Cache-Control': 'no-store, no-cache',
    Vary: 'Accept-Encoding',
    'Access-Control-Allow-Origin': '*',
    'x-ms-ags-diagnostic': '{}',
    'Strict-Transport-Security': 'max-age=1',
    'request-id': 'r',
    Location: 'https://x',
    ETag: '"1"',
  };
  expect(await run(answer({ status: 302, headers }), [{ id: '1', ...get }])).toEqual([
    {
      id: '1',
      status: 302,
      headers: { 'Cache-Control': 'no-cache', 'request-id': 'r', Location: 'https://x', ETag: '"1"' },
    },
  ]);
});

test('a part is handed on with its own headers, the token of the whole, and no say in where the mock is', async () => {
  const seen: Record<string, string | null>[] = [];
  const dispatch = async ({ method, url, query, headers, bytes }: GraphRequest): Promise<GraphResponse> => {
    const names = ['authorization', 'client-request-id', 'if-match', 'x-forwarded-host', 'host', 'prefer'];
    seen.push({
      method,
      url,
      x: query.get('x'),
      text: Buffer.from(await bytes()).toString(),
      ...Object.fromEntries(names.map((name) => [name, headers.get(name)])),
    });
    return { status: 204, headers: {} };
  };
  await run(dispatch, [
    {
      id: '1',
      method: 'patch',
      url: 'me/drive?x=a%20b',
      headers: {
        'content-type': 'text/plain',
        'IF-MATCH': '"1"',
        authorization: 'Bearer inner',
        'x-forwarded-host': 'evil',
      },
      body: 'R3LDvMOfZQ==',
    },
    { id: '2', method: 'GET', url: '/me', headers: { 'client-request-id': 'own-id' } },
  ]);
  expect(seen).toEqual([
    {
      method: 'PATCH',
      url: 'https://mock.example.com/v1.0/me/drive?x=a%20b',
      x: 'a b',
      text: 'Grüße',
      authorization: 'Bearer outer',
      'client-request-id': 'outer-id',
      'if-match': '"1"',
      'x-forwarded-host': null,
      host: null,
      prefer: null,
    },
    expect.objectContaining({ url: 'https://mock.example.com/v1.0/me', 'client-request-id': 'own-id', text: '' }),
  ]);
});

test('parts that depend on none are under way together; one that depends on others waits for all of them', async () => {
  const log: string[] = [];
  const open = new Map<string, () => void>();
  const dispatch = ({ url }: GraphRequest): Promise<GraphResponse> => {
    const name = url.slice(-1);
    log.push(`start ${name}`);
    return new Promise((resolve) =>
      open.set(name, () => {
        log.push(`end ${name}`);
        resolve({ status: 200, headers: {} });
      }),
    );
  };
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const running = run(dispatch, [
    { id: 'A', method: 'GET', url: '/a' },
    { id: 'B', method: 'GET', url: '/b' },
    { id: 'C', method: 'GET', url: '/c', dependsOn: ['a', 'B'] },
  ]);
  await turn();
  expect(log).toEqual(['start a', 'start b']);
  open.get('b')?.();
  await turn();
  expect(log).toEqual(['start a', 'start b', 'end b']);
  open.get('a')?.();
  await turn();
  open.get('c')?.();
  expect(await running).toMatchObject([{ id: 'A' }, { id: 'B' }, { id: 'C', status: 200 }]);
  expect(log).toEqual(['start a', 'start b', 'end b', 'end a', 'start c', 'end c']);
});
