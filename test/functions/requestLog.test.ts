import { serve } from '../../functions/http.ts';
import { openContext } from '../../src/context.ts';
import { type Host, startHost } from '../../src/local/host.ts';
import type { Context } from '../../src/operation.ts';
import { requestLog } from '../../src/requestLog.ts';
import { type Settings, settingsOf } from '../../src/settings.ts';
import { ids, tokenOf } from '../kit/graph.ts';

let host: Host;
let context: Context;
let lines: { line: string; isError: boolean }[];
afterEach(async () => {
  await host.close();
  await context.store.close();
});

const tenant = '7d0c4a52-93be-4f16-8a2d-61c9e0b7f384';
const at = new Date('2030-01-01T12:00:00Z');

async function start(level: Settings['GRAPH_MOCK_LOG']): Promise<void> {
  lines = [];
  context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }), { clock: () => at, report: () => {} });
  const log = requestLog(level, (line, isError) => lines.push({ line, isError }));
  host = await startHost({
    dispatch: (request, from) => serve(request, from, log),
    context,
    host: '127.0.0.1',
    port: 0,
  });
}

const secrets = {
  password: 'Tr0ub4dor-and-3',
  token: tokenOf({ tid: tenant, scp: 'Files.ReadWrite', nickname: 'claim-secret' }),
};

async function share(extra: Readonly<Record<string, unknown>> = {}): Promise<Response> {
  return fetch(`${host.url}/v1.0/drives/${ids.drive}/items/${ids.report}/createLink?trace=query-secret`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secrets.token}`,
      'client-request-id': 'client-secret',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ type: 'view', scope: 'anonymous', ...extra }),
  });
}

test('info: a line of JSON for each request, with what it was, how it ended and how long it took', async () => {
  await start('info');
  const { headers } = await share();
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]?.line ?? '')).toEqual({
    time: '2030-01-01T12:00:00.000Z',
    requestId: headers.get('request-id'),
    tenant: expect.stringMatching(/^[\da-f]{12}$/),
    operation: 'createLink',
    method: 'POST',
    status: 201,
    ms: expect.any(Number),
  });
  expect(lines[0]?.line).not.toContain('\n');
});

test.each([
  ['a path of no operation', '/v1.0/nonsense', {}, { status: 400 }],
  ['no token', '/v1.0/me/drive', {}, { status: 401, operation: 'getDrive' }],
  ['a path between colons', '/v1.0/me/drive/root:/Logo.png', { authorization: 'Bearer any' }, { status: 200 }],
])('info: %s has one line too', async (_, path, headers, expected) => {
  await start('info');
  await fetch(host.url + path, { headers });
  expect(lines.map(({ line }) => JSON.parse(line))).toEqual([expect.objectContaining(expected)]);
});

test('info: whatever is asked, its line has an id, an operation and the mark of the tenant', async () => {
  await start('info');
  const authorization = `Bearer ${secrets.token}`;
  const { link } = JSON.parse(await (await share()).text());
  const file = `${host.url}/v1.0/drives/${ids.drive}/items/${ids.report}`;
  const { headers } = await fetch(`${file}/content`, { headers: { authorization }, redirect: 'manual' });
  const session = { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{}' };
  const upload = `${host.url}/v1.0/drives/${ids.drive}/root:/Up.txt:/createUploadSession`;
  const { uploadUrl } = JSON.parse(await (await fetch(upload, session)).text());
  const mark = JSON.parse(lines[0]?.line ?? '').tenant;
  lines = [];
  const grant = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'a', client_secret: 'b' });
  const asked: readonly (readonly [operation: string | undefined, url: string, init?: RequestInit])[] = [
    ['token', `${host.url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: grant }],
    ['uploadFragment', uploadUrl, { method: 'PUT', body: 'abc', headers: { 'content-range': 'bytes 0-2/3' } }],
    ['linkPage', link.webUrl],
    ['download', headers.get('location') ?? ''],
    ['listFaults', `${host.url}/_mock/faults`, { headers: { 'x-mock-tenant': tenant } }],
    ['metadata', `${host.url}/v1.0/$metadata`, { headers: { authorization } }],
    ['getItem', `${host.url}/v1.0/drives/${ids.drive}/root:/Nowhere`, { headers: { authorization } }],
    [undefined, `${host.url}/v1.0/nonsense`, { headers: { authorization } }],
  ];
  for (const [, url, init] of asked) await (await fetch(url, { redirect: 'manual', ...init })).text();
  const seen = lines.map(({ line }) => JSON.parse(line));
  expect(seen.map(({ operation }) => operation)).toEqual(asked.map(([operation]) => operation));
  for (const each of seen)
    expect(each).toMatchObject({ requestId: expect.stringMatching(/^[\da-f-]{36}$/), tenant: mark });
});

test('info: what concerns no tenant has an operation all the same', async () => {
  await start('info');
  await fetch(`${host.url}/_mock/health`);
  await fetch(`${host.url}/v1.0/me/drive`, { method: 'OPTIONS' });
  const [health, preflight] = lines.map(({ line }) => JSON.parse(line));
  expect([health.operation, health.tenant]).toEqual(['health', undefined]);
  expect(preflight).toMatchObject({ method: 'OPTIONS', status: 204, requestId: expect.stringMatching(/./) });
});

test('info: tenants have marks of their own, and the same one each time', async () => {
  await start('info');
  for (const tid of [tenant, tenant.toUpperCase(), 'c0ffee00-1111-4222-8333-444455556666'])
    await fetch(`${host.url}/v1.0/me/drive`, { headers: { authorization: `Bearer ${tokenOf({ tid })}` } });
  const [first, same, other] = lines.map(({ line }) => JSON.parse(line).tenant);
  expect(same).toBe(first);
  expect(other).not.toBe(first);
});

test('info: no line tells a secret, a person, a tenant or an address', async () => {
  await start('info');
  const made = JSON.parse(await (await share({ password: secrets.password })).text());
  const { headers } = await fetch(`${host.url}/v1.0/drives/${ids.drive}/items/${ids.report}/content`, {
    headers: { authorization: `Bearer ${secrets.token}` },
    redirect: 'manual',
  });
  const download = headers.get('location') ?? '';
  await fetch(download);
  await fetch(made.link.webUrl, { headers: { authorization: `Bearer ${secrets.token}` } });
  expect(lines).toHaveLength(4);
  const all = lines.map(({ line }) => line).join('\n');
  const unsaid = [
    secrets.password,
    secrets.token,
    'secret',
    'contoso',
    'Ada',
    tenant,
    ids.drive,
    ids.report,
    made.shareId,
  ];
  for (const each of [...unsaid, new URL(made.link.webUrl).pathname, new URL(download).search, host.url])
    expect(all).not.toContain(each);
});

test('error: only what failed by the mock’s own fault has a line, marked as an error', async () => {
  await start('error');
  expect((await share()).status).toBe(201);
  expect((await share({ type: 'nonsense' })).status).toBe(400);
  expect(lines).toEqual([]);
  jest.spyOn(context.store, 'rows').mockImplementation(() => {
    throw new Error('the store is broken');
  });
  expect((await share()).status).toBe(500);
  expect(lines).toEqual([{ line: expect.stringContaining('"status":500'), isError: true }]);
});

test('off: nobody is told', async () => {
  await start('off');
  expect((await share()).status).toBe(201);
  expect(lines).toEqual([]);
});
