import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { type GraphMock, type GraphMockOptions, startGraphMock } from '../../src/index.ts';
import { sample } from '../../src/sample.ts';

const mocks: GraphMock[] = [];
afterEach(() => Promise.all(mocks.splice(0).map((mock) => mock.close())));

async function mockOf(options?: GraphMockOptions): Promise<GraphMock> {
  const mock = await startGraphMock(options);
  mocks.push(mock);
  return mock;
}

const share = async ({ url }: GraphMock, token: string): Promise<number> => {
  const response = await fetch(`${url}/v1.0/me/drive/root:/Logo.png:/createLink`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'view', scope: 'organization' }),
  });
  return response.status;
};

const claimsOf = (token: string): unknown => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

test('reset forgets all tenants, and closing leaves nothing behind', async () => {
  const mock = await mockOf();
  const tokens = [mock.token(), mock.token({ tid: '7d0c4a52-93be-4f16-8a2d-61c9e0b7f384' })];
  const shareAll = (): Promise<number[]> => Promise.all(tokens.map((token) => share(mock, token)));
  expect(await shareAll()).toEqual([201, 201]);
  expect(await shareAll()).toEqual([200, 200]);
  await mock.reset();
  expect(await shareAll()).toEqual([201, 201]);
  await mock.close();
  await expect(fetch(mock.url)).rejects.toThrow('fetch failed');
});

test('two mocks share nothing', async () => {
  const [one, other] = [await mockOf(), await mockOf()];
  expect(await share(one, one.token())).toBe(201);
  expect(await share(other, other.token())).toBe(201);
  await one.reset();
  expect(await share(other, other.token())).toBe(200);
});

test('a mock with quotas is full when they are reached, and has room again once it is reset', async () => {
  const mock = await mockOf({ quotas: { links: 1 } });
  const tokens = [mock.token({ appid: 'one' }), mock.token({ appid: 'two' })] as const;
  expect(await share(mock, tokens[0])).toBe(201);
  expect(await share(mock, tokens[1])).toBe(507);
  await mock.reset();
  expect(await share(mock, tokens[1])).toBe(201);
  expect(await share(mock, tokens[0])).toBe(507);
});

test.each([-1, 1.5, Number.NaN])('a quota of %d is none', async (links) => {
  await expect(startGraphMock({ quotas: { links } })).rejects.toThrow(
    'GRAPH_MOCK_QUOTA_LINKS must be a whole number, or none',
  );
});

describe('a token', () => {
  const { ada } = sample.users;
  const now = new Date('2030-01-01T00:00:00Z');
  const seconds = now.getTime() / 1000;
  const always = {
    aud: 'https://graph.microsoft.com',
    tid: sample.tenant,
    appid: sample.app.id,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
  };

  test.each([
    ['is Ada Fenn’s', {}, { ...always, oid: ada.id, upn: ada.userPrincipalName, name: ada.displayName }, []],
    ['has the claims it is given', { oid: 'x', exp: 1 }, { ...always, oid: 'x', exp: 1 }, []],
    ['lacks what is given as undefined', { scp: undefined, upn: undefined }, always, ['scp', 'upn']],
    ['with roles is an application’s', { roles: ['Files.Read.All'] }, always, ['scp', 'upn', 'name', 'oid']],
    ['with both is a user’s', { roles: ['a'], scp: 'b' }, { ...always, oid: ada.id, roles: ['a'], scp: 'b' }, []],
  ])('%s', async (_, given, claims, absent) => {
    const { token } = await mockOf({ clock: () => now });
    const made = claimsOf(token(given));
    expect(made).toMatchObject(claims);
    for (const name of absent) expect(made).not.toHaveProperty(name);
  });

  test('is enough where scopes are enforced', async () => {
    const mock = await mockOf({ auth: 'scopes' });
    expect(await share(mock, mock.token())).toBe(201);
    expect(await share(mock, mock.token({ scp: 'Files.Read' }))).toBe(403);
  });

  test('is signed where scopes are enforced, so that it cannot be changed', async () => {
    const mock = await mockOf({ auth: 'scopes' });
    const [header, , signature] = mock.token({ scp: 'Files.Read' }).split('.');
    const [, payload] = mock.token().split('.');
    expect(await share(mock, [header, payload, signature].join('.'))).toBe(401);
    await mock.reset();
    expect(await share(mock, mock.token())).toBe(201);
  });
});

test.each([
  [{ storage: 'disk' }, 'GRAPH_MOCK_STORAGE must be'],
  [{ storage: 'azurite' }, 'GRAPH_MOCK_STORAGE cannot be azurite here'],
  [{ publicUrl: 'mock' }, 'GRAPH_MOCK_PUBLIC_URL must be an origin'],
  [{ host: '192.0.2.1' }, 'Cannot listen on 192.0.2.1'],
  [{ apps: [{ id: '' }] }, 'GRAPH_MOCK_APPS must be a JSON list'],
  [{ https: { certs: `${process.execPath}/certs` } }, 'which is for certificates, cannot be used (ENOTDIR)'],
])('%j does not start', async (options, message) => {
  await expect(startGraphMock(options)).rejects.toThrow(message);
});

test('a store that is out of reach is told to the log', async () => {
  const failures: unknown[] = [];
  // Port 1 has nobody listening.
  const storage = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;';
  const mock = await mockOf({ storage, log: (failure) => failures.push(failure) });
  expect(await share(mock, mock.token())).toBe(503);
  expect(failures).toEqual([expect.objectContaining({ what: 'storeUnavailable' })]);
});

test.each([
  ['an ES module', 'module', "import { startGraphMock } from 'graph-sharing-mock';"],
  ['CommonJS', 'commonjs', "const { startGraphMock } = require('graph-sharing-mock');"],
])('the package is used from %s, prints nothing and lets the process end', async (_, type, line) => {
  const script = `${line} startGraphMock().then(async (mock) => { await fetch(mock.url); await mock.close(); });`;
  const answer = await promisify(execFile)(process.execPath, [`--input-type=${type}`, '--eval', script]);
  expect(answer).toEqual({ stdout: '', stderr: '' });
});
