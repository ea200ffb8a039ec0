import { createHash } from 'node:crypto';

import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';

import { keysOf } from '../../src/identity/keys.ts';
import { sample } from '../../src/sample.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { challengeOf, claimsOf, clientId, delegated, redirectUri, signInAt, verifier } from '../kit/signIn.ts';
import { storeNames } from '../kit/stores.ts';

const { ada, bruno } = sample.users;
const graphDefault = 'https://graph.microsoft.com/.default';
const minutes = (count: number): number => count * 60_000;
const createLink = `/v1.0/drives/${ids.library}/items/${ids.launch}/createLink`;
const view = { type: 'view', scope: 'organization' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const code = 'authorization_code';

describe.each([...storeNames])('signing in, on %s', (store) => {
  let graph: Graph;
  let at: ReturnType<typeof signInAt>;
  beforeAll(async () => {
    graph = await startGraph({ store, settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    at = signInAt(graph, graph.tenant);
  });
  afterAll(() => graph.close());

  const redeem = (values: Readonly<Record<string, string | undefined>>) =>
    at.token({ grant_type: code, redirect_uri: redirectUri, ...values });

  describe('an app for itself', () => {
    const asked = { grant_type: 'client_credentials', scope: graphDefault, client_secret: 'any' };

    test('gets a token that Graph takes, and no other one', async () => {
      const { status, headers, body } = await at.token(asked);
      expect({ status, body }).toEqual({
        status: 200,
        body: { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: expect.any(String) },
      });
      expect(headers.get('cache-control')).toBe('no-store, no-cache');
      expect(claimsOf(body.access_token)).toMatchObject({
        aud: 'https://graph.microsoft.com',
        iss: `https://sts.windows.net/${graph.tenant}/`,
        appid: clientId,
        appidacr: '1',
        idtyp: 'app',
        tid: graph.tenant,
        roles: ['Files.ReadWrite.All', 'Sites.ReadWrite.All'],
        ver: '1.0',
      });
      expect(claimsOf(body.access_token)).not.toHaveProperty('scp');
      expect((await graph.post(createLink, view, bearer(body.access_token))).status).toBe(201);
    });

    test('may ask for roles, which count', async () => {
      const { body } = await at.token({ ...asked, roles: 'Files.Read.All' });
      expect(claimsOf(body.access_token).roles).toEqual(['Files.Read.All']);
      expect((await graph.post(createLink, view, bearer(body.access_token))).status).toBe(403);
    });

    test('may show its secret by HTTP Basic', async () => {
      const authorization = `Basic ${Buffer.from('my%2Dapp:a%26b%3A').toString('base64')}`;
      const { body } = await at.token({ ...asked, client_id: undefined, client_secret: undefined }, { authorization });
      expect(claimsOf(body.access_token)).toMatchObject({ appid: 'my-app', appidacr: '1' });
    });

    test('may show an assertion', async () => {
      const { body } = await at.token({ ...asked, client_secret: undefined, ...(await assertionOf({})) });
      expect(claimsOf(body.access_token)).toMatchObject({ appid: clientId, appidacr: '2' });
    });

    test.each([
      ['about another app', { sub: 'other' }],
      ['that has expired', { exp: 1 }],
    ])('not an assertion %s', async (_, claims) => {
      const { status, body } = await at.token({ ...asked, client_secret: undefined, ...(await assertionOf(claims)) });
      expect({ status, ...body }).toMatchObject({ status: 401, error: 'invalid_client', error_codes: [50_027] });
    });

    async function assertionOf(claims: Readonly<Record<string, unknown>>) {
      const { privateKey } = await keysOf(graph.context); // any key would do
      const exp = Math.floor(Date.now() / 1000) + 600;
      const signer = new SignJWT({ sub: clientId, exp, ...claims }).setProtectedHeader({ alg: 'RS256' });
      return {
        client_assertion: await signer.sign(privateKey),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      };
    }
  });

  describe('a user, by code', () => {
    test('gets tokens that carry who they are', async () => {
      const sent = await at.authorize({
        state: 's t&',
        nonce: 'n',
        code_challenge: challengeOf(verifier),
        code_challenge_method: 'S256',
      });
      expect([...sent.keys()]).toEqual(['code', 'state', 'session_state']);
      expect(sent.get('state')).toBe('s t&');
      const { body } = await redeem({ code: sent.get('code') ?? '', code_verifier: verifier, client_info: '1' });
      expect(body).toMatchObject({
        token_type: 'Bearer',
        scope: 'openid profile https://graph.microsoft.com/Files.ReadWrite.All',
        refresh_token: expect.any(String),
      });
      expect(claimsOf(body.access_token)).toMatchObject({
        aud: 'https://graph.microsoft.com',
        appid: clientId,
        idtyp: 'user',
        oid: ada.id,
        upn: ada.userPrincipalName,
        scp: 'Files.ReadWrite.All openid profile',
        tid: graph.tenant,
      });
      expect(claimsOf(body.id_token)).toMatchObject({
        aud: clientId,
        iss: `${graph.url}/${graph.tenant}/v2.0`,
        nonce: 'n',
        oid: ada.id,
        preferred_username: ada.userPrincipalName,
        tid: graph.tenant,
      });
      expect(JSON.parse(Buffer.from(body.client_info, 'base64url').toString())).toEqual({
        uid: ada.id,
        utid: graph.tenant,
      });
      expect((await graph.get('/v1.0/me/drive', bearer(body.access_token))).body.id).toBe(ids.drive);
    });

    test('gets no more than was asked for', async () => {
      const sent = await at.authorize({ scope: 'Files.Read' });
      const { body } = await redeem({ code: sent.get('code') ?? '' });
      expect(Object.keys(body).toSorted()).toEqual([
        'access_token',
        'expires_in',
        'ext_expires_in',
        'scope',
        'token_type',
      ]);
      expect((await graph.post(createLink, view, bearer(body.access_token))).status).toBe(403);
    });

    test.each([
      [
        '.default',
        graphDefault,
        'Files.ReadWrite.All Sites.ReadWrite.All User.Read',
        `${graphDefault} Files.ReadWrite.All Sites.ReadWrite.All User.Read`,
      ],
      ['nothing but openid', 'openid', 'User.Read openid', 'openid'],
      ['several', 'Files.Read User.Read', 'Files.Read User.Read', 'Files.Read User.Read'],
    ])('who asks for %s', async (_, scope, scp, told) => {
      const { body } = await redeem({ code: (await at.authorize({ scope })).get('code') ?? '' });
      expect(claimsOf(body.access_token).scp).toBe(scp);
      expect(body.scope).toBe(told);
    });

    test('a token for another resource is none for Graph', async () => {
      const { body } = await redeem({ code: (await at.authorize({ scope: 'api://mine/read' })).get('code') ?? '' });
      expect(claimsOf(body.access_token).aud).toBe('api://mine');
      expect((await graph.get('/v1.0/me/drive', bearer(body.access_token))).body.error.message).toBe(
        'Access token validation failure. Invalid audience.',
      );
    });

    test('of twenty that redeem a code at once, one gets tokens', async () => {
      const values = { code: (await at.authorize()).get('code') ?? '' };
      const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(values)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.filter(({ status }) => status === 400);
      expect(refused).toHaveLength(19);
      expect(new Set(refused.map(({ body }) => body.error_codes[0]))).toEqual(new Set([54_005]));
    });

    const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' };
    test.each([
      ['with another verifier', challenge, { code_verifier: `${verifier}x` }, 501_481],
      ['without its verifier', challenge, {}, 501_481],
      ['with a verifier nobody asked for', {}, { code_verifier: verifier }, 501_481],
      ['with the challenge for a verifier', challenge, { code_verifier: challenge.code_challenge }, 501_481],
      ['for another reply address', {}, { redirect_uri: 'https://app.example.com/other' }, 500_112],
      ['for another app', {}, { client_id: 'other' }, 70_000],
      ['with more than one resource', {}, { scope: 'api://a/b api://c/d' }, 28_000],
    ])('a code %s is refused, and is still good', async (_, asked, wrong, number) => {
      const sent = { code: (await at.authorize(asked)).get('code') ?? '' };
      const { status, body } = await redeem({ ...sent, ...wrong });
      expect({ status, numbers: body.error_codes }).toEqual({ status: 400, numbers: [number] });
      const verified = asked === challenge ? { code_verifier: verifier } : {};
      expect((await redeem({ ...sent, ...verified })).status).toBe(200);
    });

    test('a plain challenge is its own verifier', async () => {
      const sent = { code: (await at.authorize({ code_challenge: verifier })).get('code') ?? '' };
      expect((await redeem({ ...sent, code_verifier: `${verifier.slice(1)}x` })).status).toBe(400);
      expect((await redeem({ ...sent, code_verifier: verifier })).status).toBe(200);
    });

    test('a code is refused in another tenant', async () => {
      const values = { code: (await at.authorize()).get('code') ?? '', redirect_uri: redirectUri };
      const { body } = await signInAt(graph, crypto.randomUUID()).token({ grant_type: code, ...values });
      expect(body.error_codes).toEqual([700_005]);
    });
  });

  describe('a refresh token', () => {
    const refreshToken = async (scope = delegated): Promise<string> => {
      const { body } = await redeem({ code: (await at.authorize({ scope })).get('code') ?? '' });
      return body.refresh_token;
    };
    const refresh = (refresh_token: string, values = {}) =>
      at.token({ grant_type: 'refresh_token', refresh_token, ...values });

    test('gives new tokens, and may be used again', async () => {
      const first = await refreshToken();
      for (let times = 0; times < 2; times += 1) {
        const { status, body } = await refresh(first);
        expect({ status, again: body.refresh_token === first }).toEqual({ status: 200, again: false });
        expect(claimsOf(body.access_token)).toMatchObject({ oid: ada.id, scp: 'Files.ReadWrite.All openid profile' });
      }
    });

    test('may ask for less, or for another resource', async () => {
      const { body } = await refresh(await refreshToken(), { scope: 'https://other.example.com/.default' });
      expect(claimsOf(body.access_token).aud).toBe('https://other.example.com');
      expect(body.refresh_token).toEqual(expect.any(String));
    });

    test.each([
      ['of another app', { client_id: 'other' }],
      ['that was changed', { refresh_token: 'x.y.z' }],
    ])('%s is refused', async (_, values) => {
      const { status, body } = await refresh(await refreshToken(), values);
      expect({ status, ...body }).toMatchObject({ status: 400, error: 'invalid_grant', error_codes: [70_000] });
    });

    test('is no access token, and a code is no refresh token', async () => {
      expect((await graph.get('/v1.0/me/drive', bearer(await refreshToken()))).status).toBe(401);
      const sent = await at.authorize();
      expect((await refresh(sent.get('code') ?? '')).body.error_codes).toEqual([70_000]);
    });
  });

  describe('a device', () => {
    const begin = async (scope = delegated) =>
      (await at.post('oauth2/v2.0/devicecode', { client_id: clientId, scope })).body;
    const poll = (device_code: string, values = {}) =>
      at.token({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code, ...values });
    const answer = (values: Readonly<Record<string, string>>) => at.post('oauth2/deviceauth', values);

    test('waits until its user has approved, and gets tokens once', async () => {
      const { device_code, user_code, ...told } = await begin();
      expect(told).toEqual({
        verification_uri: `${graph.url}/${graph.tenant}/oauth2/deviceauth`,
        expires_in: 900,
        interval: 5,
        message: `To sign in, open the page ${told.verification_uri} and enter the code ${user_code}.`,
      });
      const waiting = await poll(device_code);
      expect(waiting).toMatchObject({ status: 400, body: { error: 'authorization_pending', error_codes: [70_016] } });
      const typed = ` ${user_code.slice(0, 4).toLowerCase()}-${user_code.slice(4)}`;
      expect((await answer({ user_code: typed, username: bruno.userPrincipalName })).body).toContain(
        'The device is signed in.',
      );
      const answers = await Promise.all(Array.from({ length: 10 }, () => poll(device_code)));
      const [got, ...others] = answers.toSorted((one, other) => one.status - other.status);
      expect(claimsOf(got?.body.access_token)).toMatchObject({ oid: bruno.id, appid: clientId });
      expect(new Set(others.map(({ body }) => body.error))).toEqual(new Set(['bad_verification_code']));
    });

    test('is refused when its user refuses', async () => {
      const { device_code, user_code } = await begin();
      expect((await answer({ user_code, action: 'cancel' })).body).toContain('The device was not signed in.');
      expect((await poll(device_code)).body.error).toBe('authorization_declined');
      // What is answered stays answered.
      expect((await answer({ user_code, username: ada.id })).status).toBe(400);
    });

    test('is unknown to another app', async () => {
      expect((await poll((await begin()).device_code, { client_id: 'other' })).body.error).toBe(
        'bad_verification_code',
      );
    });

    test('of twenty that answer at once, one is heard', async () => {
      const { user_code } = await begin();
      const users = Array.from({ length: 20 }, (_, turn) => (turn % 2 === 0 ? ada : bruno));
      const answers = await Promise.all(users.map(({ id }) => answer({ user_code, username: id })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    test('its code is typed on a page, which asks again for one that leads nowhere', async () => {
      const { user_code } = await begin();
      const shown = await at.get('oauth2/deviceauth', { user_code });
      expect(shown.body).toContain(`value="${user_code}"`);
      const { status, body } = await answer({ user_code: '<b>"', username: ada.id });
      expect(status).toBe(400);
      expect(body).toContain('value="&lt;b&gt;&quot;"');
      expect(body).toContain('role="alert"');
    });
  });
});

describe.each([...storeNames])('the first keys of a deployment, on %s', (store) => {
  test('are the same to all who make them at once', async () => {
    const graph = await startGraph({ store });
    const others = Array.from({ length: 4 }, () => ({ ...graph.context, store: { ...graph.context.store } }));
    const keys = await Promise.all(others.map((context) => keysOf(context)));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    await graph.close();
  });
});

describe('time', () => {
  let graph: Graph;
  let at: ReturnType<typeof signInAt>;
  beforeEach(async () => {
    graph = await startGraph({ settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    at = signInAt(graph, graph.tenant);
  });
  afterEach(() => graph.close());
  const redeem = async (sent: URLSearchParams) =>
    at.token({ grant_type: code, redirect_uri: redirectUri, code: sent.get('code') ?? '' });

  test('a code lives ten minutes of the mock’s clock', async () => {
    const [one, other] = [await at.authorize(), await at.authorize()];
    graph.advance(minutes(9));
    expect((await redeem(one)).status).toBe(200);
    graph.advance(minutes(2));
    expect((await redeem(other)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70_008] });
  });

  test('a refresh token lives ninety days, an access token an hour', async () => {
    const { body } = await redeem(await at.authorize());
    const refresh = () => at.token({ grant_type: 'refresh_token', refresh_token: body.refresh_token });
    graph.advance(minutes(89 * 24 * 60));
    expect((await graph.get('/v1.0/me/drive', bearer(body.access_token))).body.error.message).toBe(
      'Lifetime validation failed, the token is expired.',
    );
    const { body: fresh } = await refresh();
    expect((await graph.get('/v1.0/me/drive', bearer(fresh.access_token))).status).toBe(200);
    graph.advance(minutes(2 * 24 * 60));
    expect((await refresh()).body.error_codes).toEqual([70_008]);
  });

  test('a device waits a quarter of an hour', async () => {
    const { body } = await at.post('oauth2/v2.0/devicecode', { client_id: clientId, scope: delegated });
    graph.advance(minutes(16));
    const approval = await at.post('oauth2/deviceauth', { user_code: body.user_code, username: ada.id });
    expect(approval.status).toBe(400);
    const { body: refused } = await at.token({ grant_type: 'device_code', device_code: body.device_code });
    expect(refused).toMatchObject({ error: 'expired_token', error_codes: [70_020] });
  });
});

describe('GRAPH_MOCK_AUTH=scopes', () => {
  let graph: Graph;
  let issued: string;
  beforeAll(async () => {
    graph = await startGraph({ settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    const asked = { grant_type: 'client_credentials', scope: graphDefault, client_secret: 'any' };
    issued = (await signInAt(graph, graph.tenant).token(asked)).body.access_token;
  });
  afterAll(() => graph.close());
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());

  test.each([
    [
      'other claims',
      ([header, , signature]: string[]) => [
        header,
        encoded({ ...claimsOf(issued), roles: ['Files.Read.All'] }),
        signature,
      ],
    ],
    ['another signature', ([header, payload]: string[]) => [header, payload, 'AAAA']],
    ['no signature', ([header, payload]: string[]) => [header, payload, '']],
    ['no algorithm', ([, payload]: string[]) => [encoded({ ...headerOf(issued), alg: 'none' }), payload, '']],
    [
      'a symmetric algorithm',
      ([, payload, signature]: string[]) => [encoded({ ...headerOf(issued), alg: 'HS256' }), payload, signature],
    ],
  ])('what was issued here and has %s now is 401', async (_, change) => {
    const token = change(issued.split('.')).join('.');
    const { status, headers, body } = await graph.get(`/v1.0/drives/${ids.library}`, bearer(token));
    expect({ status, ...body.error }).toMatchObject({
      status: 401,
      code: 'InvalidAuthenticationToken',
      message: 'Access token validation failure. Invalid signature.',
    });
    expect(headers['www-authenticate']).toMatch(/^Bearer realm=""/);
  });

  test.each([
    ['as it was issued', () => issued],
    ['of another key', () => [encoded({ alg: 'RS256', kid: 'theirs' }), issued.split('.')[1], 'AAAA'].join('.')],
    ['that is unsigned', () => graph.token()],
  ])('a token %s is taken', async (_, token) => {
    expect((await graph.get(`/v1.0/drives/${ids.library}`, bearer(token()))).status).toBe(200);
  });

  test('the keys outlive a reset', async () => {
    const { kinds } = await import('../../src/kinds.ts');
    await graph.context.store.clear(kinds, '');
    const again = signInAt(graph, graph.tenant);
    expect((await again.get('discovery/v2.0/keys')).body.keys[0].kid).toBe(headerOf(issued).kid);
  });
});

describe('what there is to discover', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph();
  });
  afterAll(() => graph.close());

  test.each([
    ['common', 'v2.0/.well-known', '{origin}/{tenantid}/v2.0', 'discovery/v2.0/keys'],
    ['organizations', 'v2.0/.well-known', '{origin}/{tenantid}/v2.0', 'discovery/v2.0/keys'],
    ['contoso.com', 'v2.0/.well-known', `{origin}/${sample.tenant}/v2.0`, 'discovery/v2.0/keys'],
    [sample.tenant, 'v2.0/.well-known', `{origin}/${sample.tenant}/v2.0`, 'discovery/v2.0/keys'],
    ['consumers', 'v2.0/.well-known', '{origin}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0', 'discovery/v2.0/keys'],
    ['contoso.com', '.well-known', `https://sts.windows.net/${sample.tenant}/`, 'discovery/keys'],
    ['common', '.well-known', 'https://sts.windows.net/{tenantid}/', 'discovery/keys'],
  ])('%s/%s/openid-configuration', async (authority, folder, issuer, keys) => {
    const { status, body } = await signInAt(graph, authority).get(`${folder}/openid-configuration`);
    const base = `${graph.url}/${authority}`;
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        issuer: issuer.replace('{origin}', graph.url),
        jwks_uri: `${base}/${keys}`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      },
    });
    const { body: found } = await signInAt(graph, authority).get(keys);
    expect(Object.keys(found.keys[0]).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  test('an id token holds against the keys and the issuer of its tenant', async () => {
    const at = signInAt(graph, graph.tenant);
    const sent = await at.authorize();
    const { body } = await at.token({ grant_type: code, redirect_uri: redirectUri, code: sent.get('code') ?? '' });
    const { body: configuration } = await at.get('v2.0/.well-known/openid-configuration');
    const keys = createRemoteJWKSet(new URL(configuration.jwks_uri));
    const { issuer } = configuration;
    const { payload } = await jwtVerify(body.id_token, keys, { issuer, audience: clientId });
    expect(payload['oid']).toBe(ada.id);
  });

  test('discovery of the instance trusts whoever asks', async () => {
    const authorization_endpoint = 'https://localhost:7071/contoso.com/oauth2/v2.0/authorize';
    const { body } = await signInAt(graph, 'common').get('discovery/instance', {
      'api-version': '1.1',
      authorization_endpoint,
    });
    expect(body).toMatchObject({
      tenant_discovery_endpoint: `${graph.url}/contoso.com/v2.0/.well-known/openid-configuration`,
      metadata: [{ preferred_network: 'login.microsoftonline.com' }],
    });
  });

  test.each([
    ['common', sample.tenant],
    ['contoso.com', sample.tenant],
    ['CONTOSO.onmicrosoft.com', sample.tenant],
    ['63C17A55-01D0-5275-A8E1-5595BA336D98', sample.tenant],
    ['fabrikam.com', expect.stringMatching(/^[\da-f-]{36}$/)],
  ])('%s is a tenant', async (authority, tid) => {
    const asked = { grant_type: 'client_credentials', scope: graphDefault, client_secret: 'any' };
    const { body } = await signInAt(graph, authority).token(asked);
    expect(claimsOf(body.access_token).tid).toEqual(tid);
  });
});

describe('Graph’s addresses are Graph’s', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph();
  });
  afterAll(() => graph.close());

  test.each([
    ['GET', '/v1.0/oauth2', "Resource not found for the segment 'oauth2'."],
    ['POST', '/v1.0/oauth2/v2.0/token', "Resource not found for the segment 'oauth2'."],
    ['GET', '/beta/discovery/keys', "Resource not found for the segment 'discovery'."],
    ['GET', '/v9.9/me/drive', 'Invalid version: v9.9'],
    ['GET', '/contoso.com/oauth2/v2.0', 'Invalid version: contoso.com'],
    ['DELETE', '/contoso.com/oauth2/v2.0/token', 'Invalid version: contoso.com'],
  ])('%s %s is 400', async (method, path, message) => {
    const { status, body } = await graph.send(method, path);
    expect({ status, message: body.error?.message }).toEqual({ status: 400, message });
  });
});

describe('a refusal', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph();
  });
  afterAll(() => graph.close());

  test('is in Entra ID’s form', async () => {
    const id = crypto.randomUUID();
    const { status, body } = await signInAt(graph, 'contoso.com').token({}, { 'client-request-id': id });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: 'invalid_request',
      error_description: `AADSTS900144: The request body must contain the following parameter: 'grant_type'. Trace ID: ${body.trace_id} Correlation ID: ${id} Timestamp: ${body.timestamp}`,
      error_codes: [900_144],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.stringMatching(/^[\da-f-]{36}$/),
      correlation_id: id,
    });
  });

  const app = { grant_type: 'client_credentials', scope: graphDefault, client_secret: 'any' };
  test.each([
    ['no client id', { ...app, client_id: '' }, 400, 'invalid_request', 900_144],
    ['no scope', { ...app, scope: undefined }, 400, 'invalid_request', 900_144],
    ['no secret', { ...app, client_secret: undefined }, 401, 'invalid_client', 7_000_218],
    ['a scope that is not .default', { ...app, scope: 'Files.Read' }, 400, 'invalid_scope', 1_002_012],
    ['two resources', { ...app, scope: `${graphDefault} api://x/.default` }, 400, 'invalid_scope', 28_000],
    ['.default and more', { ...app, scope: `${graphDefault} User.Read` }, 400, 'invalid_scope', 70_011],
    ['a grant that is unknown', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70_003],
    ['a grant of an object', { grant_type: 'constructor' }, 400, 'unsupported_grant_type', 70_003],
    ['a code that is none', { grant_type: code, code: 'x', redirect_uri: 'a:b' }, 400, 'invalid_grant', 70_000],
    ['no code', { grant_type: code, redirect_uri: 'a:b' }, 400, 'invalid_request', 900_144],
    [
      'a device code that is none',
      { grant_type: 'device_code', device_code: 'x' },
      400,
      'bad_verification_code',
      70_019,
    ],
  ])('of %s', async (_, values, status, error, number) => {
    const { status: answered, body } = await signInAt(graph, 'common').token(values);
    expect({ status: answered, error: body.error, numbers: body.error_codes }).toEqual({
      status,
      error,
      numbers: [number],
    });
  });

  test.each(['nonsense', 'v2', 'a b.com', '..com', '%2F.com', '<b>.com'])('of a tenant called %s', async (tenant) => {
    const { status, body } = await signInAt(graph, tenant).token(app);
    expect({ status, number: body.error_codes?.[0] }).toEqual({ status: 400, number: 900_023 });
  });

  test('of a GET for tokens, and of a body that is no form', async () => {
    const at = signInAt(graph, 'common');
    expect((await at.get('oauth2/v2.0/token', app)).body.error_codes).toEqual([900_561]);
    const response = await fetch(`${graph.url}/common/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: clientId, ...app }),
    });
    expect(await response.json()).toMatchObject({ error_codes: [900_144] });
  });

  test('of a form that is too large', async () => {
    const { status, body } = await signInAt(graph, 'common').token({ ...app, extra: 'x'.repeat(200_000) });
    expect({ status, numbers: body.error_codes }).toEqual({ status: 400, numbers: [9_002_313] });
  });

  test('of a store that is out of reach is 503, and tells the log no secret', async () => {
    const failures: unknown[] = [];
    const down = await startGraph({
      replaced: {
        report: (failure) => failures.push(failure),
        store: {
          ...graph.context.store,
          rows: () => {
            throw new Error('down');
          },
        },
      },
    });
    const { status, body } = await signInAt(down, 'common').token({ ...app, client_secret: 'hunter2' });
    await down.close();
    expect({ status, error: body.error }).toEqual({ status: 500, error: 'server_error' });
    expect(failures).toHaveLength(1);
    expect(JSON.stringify([body, failures, String(failures[0])])).not.toContain('hunter2');
  });
});

describe('where apps are registered', () => {
  let graph: Graph;
  const registered = {
    id: clientId,
    name: 'Payroll',
    secret: 'right',
    redirectUris: [redirectUri],
    roles: ['Files.Read.All'],
    scopes: ['Files.Read'],
  };
  beforeAll(async () => {
    graph = await startGraph({ settings: { GRAPH_MOCK_APPS: JSON.stringify([registered, { id: 'open' }]) } });
  });
  afterAll(() => graph.close());
  const app = { grant_type: 'client_credentials', scope: graphDefault };

  test.each([
    ['the right secret', { client_secret: 'right' }, 200, undefined],
    ['another secret', { client_secret: 'wrong-secret' }, 401, 7_000_215],
    ['no secret', {}, 401, 7_000_218],
    ['an id nobody registered', { client_id: 'stranger', client_secret: 'x' }, 400, 700_016],
    ['an id without a secret, any', { client_id: 'open', client_secret: 'x' }, 200, undefined],
  ])('%s', async (_, values, status, number) => {
    const { status: answered, body } = await signInAt(graph, 'common').token({ ...app, ...values });
    expect({ status: answered, number: body.error_codes?.[0] }).toEqual({ status, number });
    expect(JSON.stringify(body)).not.toMatch(/wrong-secret|right/);
  });

  test('an app has the name and the permissions it is registered with', async () => {
    const at = signInAt(graph, 'common');
    const { body } = await at.token({ ...app, client_secret: 'right' });
    expect(claimsOf(body.access_token)).toMatchObject({ app_displayname: 'Payroll', roles: ['Files.Read.All'] });
    const sent = { grant_type: code, redirect_uri: redirectUri, client_secret: 'right' };
    const granted = await at.token({ ...sent, code: (await at.authorize({ scope: graphDefault })).get('code') ?? '' });
    expect(claimsOf(granted.body.access_token).scp).toBe('Files.Read');
  });

  test('a code needs the app’s secret', async () => {
    const at = signInAt(graph, 'common');
    const sent = { grant_type: code, redirect_uri: redirectUri, code: (await at.authorize()).get('code') ?? '' };
    expect((await at.token(sent)).body.error_codes).toEqual([7_000_218]);
  });

  test('nobody is led to an address that is not registered', async () => {
    const { status, headers, body } = await signInAt(graph, 'common').get('oauth2/v2.0/authorize', {
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://evil.example.com/',
      prompt: 'none',
    });
    expect({ status, location: headers.get('location') }).toEqual({ status: 400, location: null });
    expect(body).toContain('AADSTS50011');
  });

  test.each(['{', '{}', '[{"id":""}]', '[{"id":"a","secret":5}]', '[{"id":"a","password":"hunter2"}]'])(
    'what is no list of apps does not start: %s',
    async (apps) => {
      const start = startGraph({ settings: { GRAPH_MOCK_APPS: apps } });
      await expect(start).rejects.toThrow(/^GRAPH_MOCK_APPS must be a JSON list of apps such as [^\n]*$/);
      await expect(start).rejects.not.toThrow('hunter2');
    },
  );
});

describe('the sign-in page', () => {
  let graph: Graph;
  let at: ReturnType<typeof signInAt>;
  beforeAll(async () => {
    graph = await startGraph();
    at = signInAt(graph, 'contoso.com');
  });
  afterAll(() => graph.close());
  const asked = { client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: 'openid' };

  test('lets one choose among the tenant’s users, and needs nothing from elsewhere', async () => {
    const { status, headers, body } = await at.get('oauth2/v2.0/authorize', asked);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(body.match(/<button name="username" value="[^"]*"/g)).toEqual(
      ['ada.fenn', 'bruno.costa', 'chiara.lund'].map((name) => `<button name="username" value="${name}@contoso.com"`),
    );
    expect(body).toMatch(/<html lang="en">[^]*<title>Sign in<\/title>[^]*<h1>Sign in<\/h1>/);
    expect(body).not.toMatch(/(src|href)=/);
  });

  test('leads back with a code for who was chosen, and with an error for nobody', async () => {
    const chosen = await at.authorize({ prompt: 'login', username: bruno.userPrincipalName, state: '1' }, 'POST');
    const { body } = await at.token({ grant_type: code, redirect_uri: redirectUri, code: chosen.get('code') ?? '' });
    expect(claimsOf(body.access_token).upn).toBe(bruno.userPrincipalName);
    const cancelled = await at.authorize({ action: 'cancel', state: '1' }, 'POST');
    expect(Object.fromEntries(cancelled)).toMatchObject({ error: 'access_denied', state: '1' });
    const stranger = await at.authorize({ username: 'nobody@contoso.com' }, 'POST');
    expect(stranger.get('error_description')).toContain('AADSTS50034');
  });

  test.each([
    ['login_hint names somebody', { login_hint: 'BRUNO.costa@contoso.com' }, bruno],
    ['login_hint is an id', { login_hint: bruno.id }, bruno],
    ['nobody is there to choose', { login_hint: undefined, prompt: 'none' }, ada],
    ['both', { login_hint: bruno.userPrincipalName, prompt: 'none' }, bruno],
  ])('is left out where %s', async (_, values, user) => {
    const sent = await at.authorize(values);
    const { body } = await at.token({ grant_type: code, redirect_uri: redirectUri, code: sent.get('code') ?? '' });
    expect(claimsOf(body.access_token).oid).toBe(user.id);
  });

  test.each([
    ['login_hint names a stranger', { ...asked, login_hint: 'nobody@contoso.com' }],
    ['the app wants it', { ...asked, login_hint: ada.id, prompt: 'select_account' }],
  ])('is shown where %s', async (_, values) => {
    expect((await at.get('oauth2/v2.0/authorize', values)).status).toBe(200);
  });

  test.each([
    ['no scope', { scope: '' }, 'invalid_request'],
    ['a token at once', { response_type: 'token' }, 'unsupported_response_type'],
    ['two resources', { scope: 'api://a/b api://c/d' }, 'invalid_scope'],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request'],
    ['an unknown method', { code_challenge: challengeOf('x'), code_challenge_method: 's512' }, 'invalid_request'],
    ['a stranger, silently', { login_hint: 'nobody@contoso.com', prompt: 'none' }, 'login_required'],
  ])('tells the app of %s', async (_, values, error) => {
    const sent = await at.authorize({ state: 'kept', ...values });
    expect(Object.fromEntries(sent)).toEqual({
      error,
      error_description: expect.stringMatching(/^AADSTS\d+: /),
      state: 'kept',
    });
  });

  test.each([
    ['no app', { client_id: '' }],
    ['no address', { redirect_uri: '' }],
    ['an address that is none', { redirect_uri: '/auth' }],
    ['an address that is a script', { redirect_uri: 'javascript:alert(1)' }],
    ['an address with a fragment', { redirect_uri: 'https://app.example.com/#a' }],
    ['an unknown response mode', { response_mode: 'toString' }],
    ['a tenant that is none', {}],
  ])('shows %s to the person, and leads nowhere', async (name, values) => {
    const place = name.startsWith('a tenant') ? signInAt(graph, 'nonsense') : at;
    const { status, headers, body } = await place.get('oauth2/v2.0/authorize', { ...asked, prompt: 'none', ...values });
    expect({ status, location: headers.get('location') }).toEqual({ status: 400, location: null });
    expect(body).toContain('role="alert"');
  });

  test('escapes whatever it was sent', async () => {
    const hostile = `"><script>alert(1)</script>&'`;
    const { body } = await at.get('oauth2/v2.0/authorize', {
      ...asked,
      state: hostile,
      client_id: hostile,
      nonce: hostile,
    });
    expect(body).not.toContain('<script>');
    expect(body).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;"');
  });

  test('brings the answer as the app wants it', async () => {
    const values = { ...asked, prompt: 'none', state: '"s"' };
    const fragment = await at.get('oauth2/v2.0/authorize', { ...values, response_mode: 'fragment' });
    expect(fragment.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/auth#code=[^&]+&state=%22s%22&/);
    const form = await at.get('oauth2/v2.0/authorize', { ...values, response_mode: 'form_post' });
    expect(form.body).toContain('<form method="post" action="https://app.example.com/auth">');
    expect(form.body).toMatch(/<input type="hidden" name="code" value="[^"]+"/);
    expect(form.body).toContain('<input type="hidden" name="state" value="&quot;s&quot;"');
    // Style and script are what the policy allows.
    const policy = form.headers.get('content-security-policy') ?? '';
    for (const [, element = '', text = ''] of form.body.matchAll(/<(style|script)>([^]*?)<\/\1>/g))
      expect(policy).toContain(`${element}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(form.body.match(/<(style|script)>/g)).toHaveLength(2);
  });

  test('keeps what the address already says', async () => {
    const { headers } = await at.get('oauth2/v2.0/authorize', {
      ...asked,
      prompt: 'none',
      redirect_uri: 'https://app.example.com/auth?a=b',
    });
    expect(headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/auth\?a=b&code=/);
  });

  test.each([
    [
      'where it is told to',
      { post_logout_redirect_uri: 'https://app.example.com/bye?x=1', state: 's' },
      302,
      'https://app.example.com/bye?x=1&state=s',
    ],
    ['nowhere else', {}, 200, null],
    ['not to a script', { post_logout_redirect_uri: 'javascript:alert(1)' }, 400, null],
  ])('logout leads %s', async (_, values, status, location) => {
    const answer = await at.get('oauth2/v2.0/logout', values);
    expect({ status: answer.status, location: answer.headers.get('location') }).toEqual({ status, location });
  });
});
