import type { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { CompactSign, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';

import { bucketKind } from '../../src/control/inject.ts';
import { settleJournals } from '../../src/control/journal.ts';
import { kinds } from '../../src/kinds.ts';
import { toToken } from '../../src/sharing/linkUrl.ts';
import { tenantKind } from '../../src/tenants/tenantRow.ts';
import { uploadRoute } from '../../src/upload/session.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { freshStore } from '../kit/stores.ts';

const tenant = '7d0c4a52-93be-4f16-8a2d-61c9e0b7f384';
const audience = '2f3a9d10-6c1b-4c5e-9a70-5b8e1f20c4d3';
const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly jwk: JWK;
}

async function newKey(kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

/** Entra ID's part in this: it publishes keys. */
let published: JWK[] = [];
let reads = 0;
let isDown = false;
let entra: Server;
let authority: string;
let graph: Graph;
let [key, next, foreign]: SigningKey[] = [];

beforeAll(async () => {
  [key, next, foreign] = await Promise.all([newKey('key-1'), newKey('key-2'), newKey('key-1')]);
  entra = createServer(({ url }, response) => {
    reads += 1;
    if (url !== `/${tenant}/discovery/v2.0/keys` || isDown) return void response.writeHead(500).end();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: published }));
  }).listen(0, '127.0.0.1');
  await once(entra, 'listening');
  const address = entra.address();
  authority = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
});
afterAll(async () => {
  entra.closeAllConnections();
  entra.close();
  await once(entra, 'close');
});

const settings = () => ({
  GRAPH_MOCK_AUTH: 'entra',
  GRAPH_MOCK_ENTRA_TENANT: tenant.toUpperCase(),
  GRAPH_MOCK_ENTRA_AUDIENCE: `api://graph-mock, ${audience}`,
  GRAPH_MOCK_ENTRA_AUTHORITY: `${authority}/`,
});

beforeEach(async () => {
  published = key ? [key.jwk] : [];
  isDown = false;
  graph = await startGraph({ settings: settings() });
});
afterEach(async () => {
  await graph.close();
  jest.restoreAllMocks();
});

const seconds = (offset: number): number => Math.floor(Date.now() / 1000) + offset;

const claimsOf = (claims: Readonly<Record<string, unknown>> = {}) => ({
  aud: audience,
  iss: `${authority}/${tenant}/v2.0`,
  tid: tenant,
  oid: 'ab3f6a51-7c5e-4f0a-8d25-90b6d2a7c1e4',
  azp: '5e0c8f1b-2d64-4b8e-b0a5-d7f3f1c29e86',
  preferred_username: 'dora.keller@contoso.com',
  scp: 'Files.ReadWrite',
  nbf: seconds(0),
  exp: seconds(3600),
  ...claims,
});

/** No user. */
const nobody = { preferred_username: undefined };
/** What an ID token of version 2 has and has not. */
const idToken = {
  azp: undefined,
  scp: undefined,
  nonce: '678910',
  sub: 'a-pairwise-id',
  ver: '2.0',
  name: 'Dora Keller',
};
const roles = ['Files.ReadWrite.All'];

const signed = (claims?: Readonly<Record<string, unknown>>, by = key): Promise<string> =>
  by ? new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: 'RS256', kid: by.kid }).sign(by.privateKey) : noKey();

function noKey(): never {
  throw new Error('there is no key yet');
}

const call = (token: string) => graph.get('/v1.0/sites/root/drive', { authorization: `Bearer ${token}` });

const base64url = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

function changed(token: string, claims: Readonly<Record<string, unknown>>): string {
  const [header = '', , signature = ''] = token.split('.');
  return `${header}.${base64url(JSON.stringify(claimsOf(claims)))}.${signature}`;
}

const withSecret = (secret: Uint8Array): Promise<string> =>
  new SignJWT(claimsOf()).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(secret);

const withPublicKeyAsSecret = (): Promise<string> => withSecret(Buffer.from(JSON.stringify(key?.jwk)));

const withOwnKey = async (): Promise<string> =>
  foreign
    ? new SignJWT(claimsOf())
        .setProtectedHeader({ alg: 'RS256', kid: 'key-1', jwk: foreign.jwk, jku: 'http://127.0.0.1:1/keys' })
        .sign(foreign.privateKey)
    : noKey();

const signedText = async (): Promise<string> =>
  key
    ? new CompactSign(Buffer.from('"text"')).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(key.privateKey)
    : noKey();

const withExtension = async (): Promise<string> => {
  const [, payload = '', signature = ''] = (await signed()).split('.');
  return `${base64url('{"alg":"RS256","kid":"key-1","crit":["exp"],"exp":1}')}.${payload}.${signature}`;
};

describe('taken is a token', () => {
  test.each([
    ['of version 2', () => ({})],
    ['of version 1', () => ({ iss: `https://sts.windows.net/${tenant}/`, ver: '1.0' })],
    ['for another audience of the list', () => ({ aud: 'api://graph-mock' })],
    ['for several, one of them ours', () => ({ aud: ['https://example.com', audience] })],
    ['that has ended within the leeway', () => ({ exp: seconds(-290) })],
    ['that begins within the leeway', () => ({ nbf: seconds(290) })],
    [
      'of version 1, which has another word for the application',
      () => ({ azp: undefined, appid: 'an-app', ver: '1.0' }),
    ],
    ['of an application', () => ({ ...nobody, scp: undefined, roles: ['Files.Read.All'], idtyp: 'app' })],
    ['of an application, by what it does not say', () => ({ ...nobody, scp: undefined, roles: ['Files.Read.All'] })],
    ['of a user with roles', () => ({ roles: ['Files.Read.All'], idtyp: 'user' })],
  ])('%s', async (_, claims) => {
    expect((await call(await signed(claims()))).status).toBe(200);
  });

  test('whose user is the caller', async () => {
    const { body } = await graph.get('/v1.0/me/drive', { authorization: `Bearer ${await signed()}` });
    expect(body.owner.user).toMatchObject({ email: 'dora.keller@contoso.com' });
  });
});

describe('refused is a token', () => {
  test.each([
    ['of another tenant', { iss: 'https://sts.windows.net/00000000-93be-4f16-8a2d-61c9e0b7f384/' }, 'Invalid issuer.'],
    ['of somebody else', { iss: 'https://login.example.com/' }, 'Invalid issuer.'],
    ['of nobody', { iss: undefined }, 'Invalid issuer.'],
    ['that names another tenant than its issuer', { tid: 'c0ffee00-1111-4222-8333-444455556666' }, 'Invalid issuer.'],
    ['that names no tenant', { tid: undefined }, 'Invalid issuer.'],
    ['for Graph itself', { aud: 'https://graph.microsoft.com' }, 'Invalid audience.'],
    ['for nobody', { aud: undefined }, 'Invalid audience.'],
    ['for an audience that only begins like ours', { aud: `${audience}0` }, 'Invalid audience.'],
    ['that never ends', { exp: undefined }, 'the token is expired.'],
    ['whose end is no number', { exp: 'tomorrow' }, 'the token is expired.'],
    ['that tells an application who has signed in', idToken, 'Access token validation failure.'],
    ['that does so, with the roles of the user', { ...idToken, roles }, 'Access token validation failure.'],
    [
      'that does so, and names nobody',
      { ...idToken, ...nobody, name: undefined, roles },
      'Access token validation failure.',
    ],
    ['whose application has no name', { azp: '', appid: 7 }, 'Access token validation failure.'],
    ['of a user with roles and no scope', { scp: undefined, roles }, 'Access token validation failure.'],
    ['that says so', { ...nobody, scp: undefined, roles, idtyp: 'user' }, 'Access token validation failure.'],
  ])('%s', async (_, claims, message) => {
    const { status, body, headers } = await call(await signed(claims));
    expect({ status, error: body.error }).toMatchObject({
      status: 401,
      error: { code: 'InvalidAuthenticationToken', message: expect.stringContaining(message) },
    });
    expect(headers['www-authenticate']).toMatch(/^Bearer /);
  });

  test.each([
    ['that has ended', () => signed({ exp: seconds(-310) }), 'the token is expired.'],
    ['that has not begun', () => signed({ nbf: seconds(310) }), 'is not yet valid.'],
    ['signed with a key that the tenant does not publish', () => signed({}, next), 'Signing key is invalid.'],
    ['signed with a stranger’s key of the same name', () => signed({}, foreign), 'Invalid signature.'],
    ['without a signature', async () => new UnsecuredJWT(claimsOf()).encode(), 'Invalid signature.'],
    [
      'changed after it was signed',
      async () => changed(await signed(), { scp: 'Sites.FullControl.All' }),
      'Invalid signature.',
    ],
    ['signed with the public key as if that were a shared secret', withPublicKeyAsSecret, 'Invalid signature.'],
    ['signed with nothing, as HS256', () => withSecret(new Uint8Array(32)), 'Invalid signature.'],
    ['that brings its own key', withOwnKey, 'Invalid signature.'],
    ['of two parts', async () => 'a.b', 'JWT is not well formed'],
    ['that is none', async () => 'any', 'JWT is not well formed'],
    ['whose header is no object', async () => `${base64url('[]')}.${base64url('{}')}.AAAA`, 'JWT is not well formed'],
    ['whose payload is no object', signedText, 'JWT is not well formed'],
    ['with an extension that has to be understood', withExtension, 'JWT is not well formed'],
  ])('%s', async (_, token, message) => {
    const { status, body } = await call(await token());
    expect({ status, error: body.error }).toMatchObject({
      status: 401,
      error: { code: 'InvalidAuthenticationToken', message: expect.stringContaining(message) },
    });
  });

  test('that is not there', async () => {
    const { status, body } = await graph.get('/v1.0/sites/root/drive', { authorization: '' });
    expect({ status, message: body.error.message }).toEqual({ status: 401, message: 'Access token is empty.' });
  });

  test.each([
    ['without any scope', { scp: undefined }, 'AccessDenied'],
    ['whose scopes are too small', { scp: 'Files.Read' }, 'accessDenied'],
  ])('%s, as forbidden', async (_, claims, code) => {
    const authorization = `Bearer ${await signed(claims)}`;
    const { status, body } = await graph.post(
      `${item}/createLink`,
      { type: 'view', scope: 'anonymous' },
      { authorization },
    );
    expect({ status, code: body.error.code }).toEqual({ status: 403, code });
  });
});

describe('the keys', () => {
  test('are read once, and again for the first token of a new one; the old one goes when the tenant takes it back', async () => {
    expect((await call(await signed())).status).toBe(200);
    const before = reads;
    expect((await call(await signed())).status).toBe(200);
    expect(reads).toBe(before);

    // Half a minute has to lie between two reads; the clock is moved.
    const later = Date.now() + 60_000;
    jest.spyOn(Date, 'now').mockImplementation(() => later);
    if (key && next) published = [key.jwk, next.jwk];
    expect((await call(await signed({}, next))).status).toBe(200);
    expect((await call(await signed())).status).toBe(200);
    expect(reads).toBe(before + 1);

    jest.spyOn(Date, 'now').mockImplementation(() => later + 660_000);
    if (next) published = [next.jwk];
    expect((await call(await signed())).status).toBe(401);
    expect((await call(await signed({}, next))).status).toBe(200);
  });

  test('that cannot be read leave a token neither taken nor refused: 503, and later it is taken', async () => {
    jest.spyOn(Date, 'now').mockImplementation(() => new Date('2032-01-01T00:00:00Z').getTime());
    const failures: unknown[] = [];
    await graph.close();
    graph = await startGraph({
      settings: {
        GRAPH_MOCK_AUTH: 'entra',
        GRAPH_MOCK_ENTRA_TENANT: tenant,
        GRAPH_MOCK_ENTRA_AUDIENCE: audience,
        GRAPH_MOCK_ENTRA_AUTHORITY: authority,
      },
      replaced: { report: (failure) => failures.push(failure) },
    });
    isDown = true;
    const { status, headers, body } = await call(await signed());
    expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'serviceNotAvailable' });
    expect(headers['retry-after']).toMatch(/^\d+$/);
    expect(failures).toEqual([expect.objectContaining({ what: 'signInUnavailable' })]);
    isDown = false;
    expect((await call(await signed())).status).toBe(200);
  });
});

describe('a stranger', () => {
  const elsewhere = '0b7d9f52-1c3e-4a86-9d40-7e8f6a5b4c21';
  const uploadOf = (tid: string): string =>
    `/${uploadRoute}?tempauth=${base64url(JSON.stringify([tid, ids.drive, 'x']))}.guessed`;
  const downloadOf = (tid: string): string =>
    `/_layouts/15/download.aspx?tempauth=${base64url(JSON.stringify([tid, ids.drive, ids.report, Date.now() + 3_600_000]))}.guessed`;
  const linkOf = (tid: string): string =>
    toToken({ tenant: tid, driveId: ids.drive, itemId: ids.report, row: 'link|0123456789abcdef', secret: 'guessed' });

  /** Tables in which something stands. */
  async function written(): Promise<string[]> {
    await settleJournals(graph.context);
    const { store } = graph.context;
    const tallies = [...kinds, tenantKind].map(async (kind) =>
      (await store.tally(kind, { partition: '', row: '' })).rows > 0 ? [kind.table] : [],
    );
    return (await Promise.all(tallies)).flat();
  }

  beforeEach(async () => {
    await graph.close();
    // What several instances share.
    graph = await startGraph({ settings: settings(), replaced: { store: await freshStore('azurite') } });
  });

  test.each<[string, string, () => Promise<string>, number]>([
    ['without a token', '/v1.0/me/drive', async () => '', 401],
    ['with a forged one', '/v1.0/me/drive', async () => changed(await signed(), { scp: 'Files.ReadWrite.All' }), 401],
    [
      'with a forged one of another tenant',
      '/v1.0/me/drive',
      async () => changed(await signed(), { tid: elsewhere }),
      401,
    ],
    ['who names another tenant in a URL', uploadOf(elsewhere), async () => '', 404],
    ['who names our own, without the secret of an upload', uploadOf(tenant), async () => '', 404],
    ['nor that of a download', downloadOf(tenant), async () => '', 403],
    ['nor a link of it', `/embed?authkey=E&tenant=${tenant}`, async () => '', 404],
    ['nor the secret of a link', `/:w:/s/root/${linkOf(tenant)}`, async () => '', 410],
    [
      'with a forged token and URL',
      uploadOf(tenant),
      async () => changed(await signed(), { scp: 'Sites.Read.All' }),
      404,
    ],
  ])('%s brings no fault along, and leaves nothing behind', async (_, path, token, status) => {
    const authorization = `Bearer ${await token()}`;
    for (const fault of ['418', 'delay=100'])
      expect((await graph.get(path, { authorization, 'x-mock-fault': fault })).status).toBe(status);
    expect(await written()).toEqual([]);
  });

  test.each([
    ['POST', `/${elsewhere}/oauth2/v2.0/devicecode`, 'client_id=a&scope=openid'],
    [
      'POST',
      `/${tenant}/oauth2/v2.0/token`,
      'grant_type=client_credentials&client_id=a&client_secret=b&scope=c/.default',
    ],
    ['GET', `/${tenant}/discovery/v2.0/keys`, undefined],
  ])('does not sign in here: %s %s', async (method, path, form) => {
    const headers = { authorization: '', 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body } = await graph.send(method, path, form, headers);
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'BadRequest' });
    expect(await written()).toEqual([]);
  });

  const ours = { 'x-mock-tenant': tenant };
  const addFault = async (fault: object): Promise<void> => {
    expect((await graph.post('/_mock/faults', fault, ours)).status).toBe(201);
  };

  test('uses up no fault, fills no journal, and has no calls to run out of', async () => {
    await addFault({ status: 429, times: 1 });
    await addFault({ status: 503, limit: { burst: 2, perSecond: 0.001 } });
    for (const appid of ['a', 'b', 'c']) {
      const authorization = `Bearer ${changed('..', { appid, azp: appid })}`;
      for (const path of [uploadOf(tenant), downloadOf(tenant), `/embed?authkey=E&tenant=${tenant}`])
        await graph.get(path, { authorization });
    }
    expect((await graph.context.store.tally(bucketKind, { partition: '', row: '' })).rows).toBe(0);
    expect((await graph.get('/_mock/requests', ours)).body.value).toEqual([]);
    expect((await call(await signed())).status).toBe(429);
  });

  describe('is nobody with a URL that the mock has handed out:', () => {
    const bytes = new TextEncoder().encode('some bytes');

    /** Such URLs, and what they take. */
    async function handedOut(): Promise<readonly (readonly [string, () => ReturnType<Graph['get']>, number])[]> {
      const authorization = `Bearer ${await signed()}`;
      const drive = '/v1.0/me/drive';
      const file = await graph.put(`${drive}/root:/a.txt:/content`, bytes, { authorization });
      const { body: shared } = await graph.get(`${drive}/items/${file.body.id}`, { authorization });
      const upload = await graph.post(`${drive}/root:/b.txt:/createUploadSession`, {}, { authorization });
      const link = await graph.post(
        `${drive}/items/${shared.id}/createLink`,
        { type: 'view', scope: 'anonymous' },
        { authorization },
      );
      const download = pathIn(shared['@microsoft.graph.downloadUrl']);
      const session = pathIn(upload.body.uploadUrl);
      const page = pathIn(link.body.link.webUrl);
      const range = { 'content-range': `bytes 0-${bytes.length - 1}/${2 * bytes.length}` };
      return [
        ['download', () => graph.get(download, shown()), 200],
        ['linkPage', () => graph.get(page, shown()), 200],
        ['uploadStatus', () => graph.get(session, shown()), 200],
        ['uploadFragment', () => graph.put(session, bytes, { ...shown(), ...range }), 202],
        ['cancelUpload', () => graph.delete(session, shown()), 204],
      ];
    }

    const pathIn = (url: string): string => url.slice(graph.url.length);
    /** Tokens are not looked at there, and say whatever they like. */
    let apps = 0;
    const shown = () => ({ authorization: `Bearer ${changed('..', { azp: `app-${(apps += 1)}` })}` });

    test('its faults happen to it, and it stands in the journal', async () => {
      const urls = await handedOut();
      for (const [operation] of urls) await addFault({ status: 503, times: 1, match: { operation } });
      for (const [operation, use, status] of urls) {
        expect([operation, (await use()).status]).toEqual([operation, 503]);
        expect([operation, (await use()).status]).toEqual([operation, status]);
      }
      const { value } = (await graph.get('/_mock/requests?top=10', ours)).body;
      const seen = urls.flatMap(([operation, , status]) => [
        { operation, status: 503 },
        { operation, status },
      ]);
      expect(value.toReversed()).toMatchObject(seen);
    });

    test('it is one application, whatever it says', async () => {
      const [[, use] = []] = await handedOut();
      await addFault({ status: 429, limit: { burst: 2, perSecond: 0.001 } });
      const statuses: (number | undefined)[] = [];
      for (let n = 0; n < 3; n += 1) statuses.push((await use?.())?.status);
      expect(statuses).toEqual([200, 200, 429]);
      expect((await graph.context.store.tally(bucketKind, { partition: '', row: '' })).rows).toBe(1);
    });

    test('it ends by the clock and the reset of its tenant', async () => {
      const [[, use] = []] = await handedOut();
      await graph.send('PUT', '/_mock/clock', { advance: 'PT2H' }, ours);
      expect((await use?.())?.status).toBe(403);
      await graph.delete('/_mock/clock', ours);
      expect((await use?.())?.status).toBe(200);
      await graph.post('/_mock/reset', undefined, ours);
      expect((await use?.())?.status).toBe(403);
    });
  });

  test('is none whose token is taken: their fault happens', async () => {
    const headers = { authorization: `Bearer ${await signed()}`, 'x-mock-fault': '418' };
    expect((await graph.get('/v1.0/me/drive', headers)).status).toBe(418);
  });
});
