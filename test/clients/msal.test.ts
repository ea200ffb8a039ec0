import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json, text } from 'node:stream/consumers';

import {
  type AuthenticationResult,
  ConfidentialClientApplication,
  CryptoProvider,
  type INetworkModule,
  PublicClientApplication,
} from '@azure/msal-node';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { sample } from '../../src/sample.ts';
import { ids } from '../kit/graph.ts';
import { networkTrusting } from '../kit/network.ts';
import { azurite, storeNames } from '../kit/stores.ts';

// MSAL as it comes from npm, with its authority at the mock. It takes https alone, and is told to trust the mock's.

const { bruno } = sample.users;
const scopes = ['https://graph.microsoft.com/Files.ReadWrite.All'];
const appScopes = ['https://graph.microsoft.com/.default'];
const redirectUri = 'http://localhost:3000/redirect';

describe.each([...storeNames])('@azure/msal-node on %s', (store) => {
  let certs: string;
  let mock: GraphMock;
  let agent: Agent;
  let networkClient: INetworkModule;
  const tenant = crypto.randomUUID();

  beforeAll(async () => {
    certs = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-'));
    mock = await startGraphMock({
      https: { certs },
      auth: 'scopes',
      storage: store === 'azurite' ? azurite() : store,
      apps: [{ id: 'web', name: 'Web', secret: 'right', redirectUris: [redirectUri] }, { id: 'device' }],
    });
    agent = new Agent({ ca: await readFile(mock.caFile ?? '') });
    networkClient = await networkTrusting(mock.caFile ?? '');
  });
  afterAll(async () => {
    await mock.close();
    await rm(certs, { recursive: true });
  });

  const configurationOf = (clientId: string) => ({
    auth: {
      clientId,
      authority: `${mock.url}/${tenant}`,
      knownAuthorities: [new URL(mock.url).host],
    },
    system: { networkClient },
  });
  const webApp = (clientSecret = 'right') => {
    const { auth, system } = configurationOf('web');
    return new ConfidentialClientApplication({ auth: { ...auth, clientSecret }, system });
  };

  /** Sends a request that needs nothing but the authority; answers where it is led, and what it is told. */
  function send(method: string, url: string, form?: URLSearchParams): Promise<{ location: string; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = form && { 'content-type': 'application/x-www-form-urlencoded' };
      request(url, { method, agent, ...(headers && { headers }) }, (incoming) => {
        const { location = '' } = incoming.headers;
        void text(incoming).then((body) => resolve({ location, body }), reject);
      })
        .on('error', reject)
        .end(form?.toString());
    });
  }

  /** Shares a file of the site's library, with a token as MSAL has got it. */
  function share(result: AuthenticationResult | null): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const url = `${mock.url}/v1.0/drives/${ids.library}/items/${ids.launch}/createLink`;
      const headers = { authorization: `Bearer ${result?.accessToken}`, 'content-type': 'application/json' };
      request(url, { method: 'POST', agent, headers }, (incoming) => void json(incoming).then(resolve, reject))
        .on('error', reject)
        .end('{"type":"view","scope":"organization"}');
    });
  }
  const shared = expect.objectContaining({ link: expect.objectContaining({ scope: 'organization' }) });

  test('an app shares by its secret, and asks but once', async () => {
    const app = webApp();
    const result = await app.acquireTokenByClientCredential({ scopes: appScopes });
    expect(result).toMatchObject({ fromCache: false, tokenType: 'Bearer' });
    expect(await share(result)).toEqual(shared);
    expect(await app.acquireTokenByClientCredential({ scopes: appScopes })).toMatchObject({
      fromCache: true,
      accessToken: result?.accessToken,
    });
  });

  test('an app with another secret is told so', async () => {
    await expect(webApp('wrong').acquireTokenByClientCredential({ scopes: appScopes })).rejects.toMatchObject({
      errorCode: 'invalid_client',
      errorMessage: expect.stringContaining('AADSTS7000215'),
    });
  });

  test('a user signs in at the page with PKCE, shares, and is known again', async () => {
    const app = webApp();
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const address = await app.getAuthCodeUrl({
      scopes,
      redirectUri,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      loginHint: bruno.userPrincipalName,
      nonce: 'once',
      state: 'kept',
    });
    expect(address).toMatch(new RegExp(`^${mock.url}/${tenant}/oauth2/v2.0/authorize\\?`));
    const location = new URL((await send('GET', address)).location);
    expect(location.searchParams.get('state')).toBe('kept');
    const code = location.searchParams.get('code') ?? '';
    const result = await app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier, nonce: 'once' });
    expect(result).toMatchObject({
      account: { username: bruno.userPrincipalName, tenantId: tenant, homeAccountId: `${bruno.id}.${tenant}` },
      scopes: expect.arrayContaining(scopes),
    });
    expect(await share(result)).toEqual(shared);

    const account = result.account ?? undefined;
    if (!account) throw new Error('no account');
    expect(await app.acquireTokenSilent({ scopes, account })).toMatchObject({ fromCache: true });
    // What is forced goes by the refresh token.
    const refreshed = await app.acquireTokenSilent({ scopes, account, forceRefresh: true });
    expect(refreshed).toMatchObject({ fromCache: false, account: { username: bruno.userPrincipalName } });
    expect(refreshed.accessToken).not.toBe(result.accessToken);
    expect(await share(refreshed)).toEqual(shared);
  });

  test('a device is approved on the page, shares, and goes on by its refresh token', async () => {
    let approved: Promise<unknown> = Promise.resolve();
    const { auth } = configurationOf('device');
    // MSAL would ask once in vain and then sleep for the interval: its first question waits for the approval.
    const patient: INetworkModule = {
      ...networkClient,
      sendPostRequestAsync: async (url, options) => {
        await approved;
        return networkClient.sendPostRequestAsync(url, options);
      },
    };
    const app = new PublicClientApplication({ auth, system: { networkClient: patient } });
    const result = await app.acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback({ verificationUri, userCode }) {
        const form = new URLSearchParams({ user_code: userCode, username: bruno.userPrincipalName });
        approved = send('POST', verificationUri, form);
      },
    });
    expect(result).toMatchObject({ account: { username: bruno.userPrincipalName, tenantId: tenant } });
    expect(await share(result)).toEqual(shared);

    const account = result?.account;
    if (!account) throw new Error('no account');
    const refreshed = await app.acquireTokenSilent({ scopes, account, forceRefresh: true });
    expect(refreshed.fromCache).toBe(false);
    expect(await share(refreshed)).toEqual(shared);
  });

  test('the host is trusted by discovery, where it is no known authority', async () => {
    const asked: string[] = [];
    const { auth } = configurationOf('web');
    const { host } = new URL(mock.url);
    // What goes to Microsoft's host is led to the mock, as --proxy does it.
    const led: INetworkModule = {
      ...networkClient,
      sendGetRequestAsync(url, options) {
        asked.push(new URL(url).host);
        return networkClient.sendGetRequestAsync(url.replace('login.microsoftonline.com', host), options);
      },
    };
    const app = new ConfidentialClientApplication({
      auth: { ...auth, knownAuthorities: [], clientSecret: 'right' },
      system: { networkClient: led },
    });
    expect(await share(await app.acquireTokenByClientCredential({ scopes: appScopes }))).toEqual(shared);
    expect(asked).toContain('login.microsoftonline.com');
  });
});
