import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Packaged, startPackaged } from '../kit/packaged.ts';

// The deployed bundle in a worker, where what every call needs is not to be had: storage, the seed, usable settings.

const deadStorage =
  'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0LWtleQ==;TableEndpoint=http://127.0.0.1:9/a;';
const origin = 'https://mock.example.com';
const form = { 'content-type': 'application/x-www-form-urlencoded' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-seed-'));
  await writeFile(path.join(folder, 'seed.yaml'), 'users: [userPrincipalName: zoe.quinn@contoso.com]');
  await writeFile(path.join(folder, 'bad.yaml'), 'users: [{password: letmein-2030}]');
});
afterAll(() => rm(folder, { recursive: true }));

async function withWorker(environment: Record<string, string>, use: (worker: Packaged) => Promise<void>) {
  const seed = environment['GRAPH_MOCK_SEED'];
  const worker = await startPackaged({
    ...environment,
    ...(seed !== undefined && { GRAPH_MOCK_SEED: path.join(folder, seed) }),
  });
  try {
    await use(worker);
  } finally {
    await worker.close();
  }
  return (await worker.log).split('\n');
}

const calls = {
  health: ['GET', '/_mock/health'],
  ready: ['GET', '/_mock/ready'],
  'getDrive-myDrive': ['GET', '/v1.0/me/drive'],
  signingKeys: ['GET', '/contoso.com/discovery/v2.0/keys'],
  listUsers: ['GET', '/v1.0/users'],
} as const;
const params = { version: 'v1.0', tenant: 'contoso.com' };

async function answerOf(worker: Packaged, name: keyof typeof calls) {
  const [method, address] = calls[name];
  const headers = { authorization: 'Bearer any', ...form };
  const reply = await worker.invoke(name, { method, url: origin + address, headers, params });
  const body = new TextDecoder().decode(reply.body);
  return { status: reply.status, retryAfter: reply.headers['Retry-After'] ?? reply.headers['retry-after'], body };
}

test.each([
  ['without a seed', {}],
  ['with a seed', { GRAPH_MOCK_SEED: 'seed.yaml' }],
])('while storage is refused, %s, the host lives and every call is 503 with Retry-After', async (_, settings) => {
  const log = await withWorker({ GRAPH_MOCK_STORAGE: deadStorage, ...settings }, async (worker) => {
    expect(await answerOf(worker, 'health')).toMatchObject({ status: 200, body: '{"status":"live"}' });
    for (const name of ['ready', 'getDrive-myDrive'] as const) {
      const { status, retryAfter, body } = await answerOf(worker, name);
      expect({ status, retryAfter, code: JSON.parse(body).error.code }).toEqual({
        status: 503,
        retryAfter: '5',
        code: 'serviceNotAvailable',
      });
    }
    expect(await answerOf(worker, 'signingKeys')).toMatchObject({ status: 503, retryAfter: '5' });
  });
  expect(log.join('\n')).toContain('storeUnavailable');
  expect(log.join('\n')).not.toContain('c2VjcmV0LWtleQ');
});

test.each([
  [
    'a seed that is not there',
    { GRAPH_MOCK_STORAGE: 'memory', GRAPH_MOCK_SEED: 'none.yaml' },
    /^GRAPH_MOCK_SEED \S*none\.yaml cannot be used \(ENOENT\)$/,
  ],
  [
    'a seed that is none',
    { GRAPH_MOCK_STORAGE: 'memory', GRAPH_MOCK_SEED: 'bad.yaml' },
    /^GRAPH_MOCK_SEED is no seed: line 1: .+$/,
  ],
  [
    'a setting that is missing',
    { GRAPH_MOCK_STORAGE: 'memory', GRAPH_MOCK_AUTH: 'entra' },
    /^GRAPH_MOCK_ENTRA_TENANT is needed where GRAPH_MOCK_AUTH is entra$/,
  ],
  [
    'a setting that cannot be used',
    { GRAPH_MOCK_STORAGE: 'AccountKey=c2VjcmV0LWtleQ==' },
    /^GRAPH_MOCK_STORAGE must be .+$/,
  ],
])('with %s every call is 500 but health, and the log says why in one line', async (_, settings, reason) => {
  const log = await withWorker(settings, async (worker) => {
    expect(await answerOf(worker, 'health')).toMatchObject({ status: 200, body: '{"status":"live"}' });
    for (const name of ['ready', 'getDrive-myDrive'] as const) {
      const { status, body } = await answerOf(worker, name);
      expect({ status, error: JSON.parse(body).error }).toMatchObject({
        status: 500,
        error: { code: 'generalException', message: 'General exception while processing' },
      });
    }
    expect(await answerOf(worker, 'signingKeys')).toMatchObject({ status: 500 });
  });
  const lines = log.filter((line) => line !== '' && !line.startsWith('{'));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  for (const line of lines) expect(line).toMatch(reason);
  expect(log.join('\n')).not.toMatch(/letmein|c2VjcmV0LWtleQ/);
});

test('what was out of reach is tried again: the seed is there once it can be', async () => {
  await withWorker({ GRAPH_MOCK_STORAGE: 'memory', GRAPH_MOCK_SEED: 'late.yaml' }, async (worker) => {
    expect((await answerOf(worker, 'ready')).status).toBe(500);
    await writeFile(path.join(folder, 'late.yaml'), 'users: [userPrincipalName: zoe.quinn@contoso.com]');
    expect((await answerOf(worker, 'ready')).status).toBe(200);
    expect((await answerOf(worker, 'listUsers')).body).toContain('zoe.quinn@contoso.com');
  });
});
