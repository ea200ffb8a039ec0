import { inspect } from 'node:util';

import { TableClient, TableServiceClient } from '@azure/data-tables';

import { openStore } from '../../src/store/openStore.ts';
import { printFigures } from '../kit/figures.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { clientId, redirectUri, signInAt } from '../kit/signIn.ts';
import { proxied, type StorageProxy } from '../kit/storageProxy.ts';
import { azurite, newPrefix } from '../kit/stores.ts';

// A day's work with secrets that are known: afterwards each is where it belongs, and nowhere else.

const password = 'hunter2-the-password';
const otherPassword = 'hunter3-the-other';
const clientSecret = 'c1ient-s3cret-of-the-app';
const prefix = newPrefix();
const controlKey = 'c0ntrol-key-of-the-deployment';
const accountKey = /AccountKey=([^;]+)/.exec(azurite())?.[1] ?? '';

/** Where a secret was looked for. */
interface Places {
  readonly answers: string[];
  readonly log: string[];
  readonly tables: string[];
  readonly control: string[];
  /** What the mock would have sent: with links. */
  readonly notifications: string[];
  /** A seed of all there is, and so with the hashes of passwords. */
  readonly state: string[];
}

let graph: Graph;
let proxy: StorageProxy;
let isFailing = false;
const places: Places = { answers: [], log: [], tables: [], control: [], notifications: [], state: [] };
/** Each secret, with the places where it may be. */
const secrets = new Map<string, readonly (keyof Places)[]>();

beforeAll(async () => {
  proxy = await proxied((_, path) => (isFailing ? (path.includes('directory') ? 'refuse' : 500) : 'pass'));
  graph = await startGraph({
    settings: {
      GRAPH_MOCK_CONTROL_KEY: controlKey,
      GRAPH_MOCK_AUTH: 'scopes',
      GRAPH_MOCK_APPS: JSON.stringify([{ id: clientId, secret: clientSecret, redirectUris: [redirectUri] }]),
    },
    replaced: {
      store: await openStore(proxy.connectionString, prefix),
      // As the console prints it, and deeper.
      report: (failure) => void places.log.push(inspect(failure), inspect(failure, { depth: 8 }), String(failure)),
    },
  });
  await work();
  isFailing = true;
  await work();
  isFailing = false;
  for await (const { name = '' } of TableServiceClient.fromConnectionString(azurite(), {
    allowInsecureConnection: true,
  }).listTables())
    if (name.startsWith(prefix))
      for await (const entity of TableClient.fromConnectionString(azurite(), name, {
        allowInsecureConnection: true,
      }).listEntities())
        places.tables.push(JSON.stringify(entity));
  for (const path of [
    '/_mock/openapi.json',
    '/v1.0/$metadata',
    '/_mock/requests?top=1000',
    '/_mock/requests.har',
    '/_mock/guidance',
    '/_mock/faults',
    '/_mock/policy',
    '/_mock/clock',
  ])
    places.control.push(await textOf('GET', path));
  places.notifications.push(await textOf('GET', '/_mock/notifications'));
  places.state.push(await textOf('GET', '/_mock/state'));
});
afterAll(async () => {
  await graph.close();
  await proxy.close();
});

/** Sends, and keeps the answer with all of its headers. */
async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const reply = await graph.send(method, path, body, headers);
  places.answers.push(JSON.stringify([reply.status, reply.headers, reply.body]));
  return reply;
}

async function textOf(method: string, path: string): Promise<string> {
  const { status, headers, body } = await graph.send(method, path, undefined, { 'x-mock-key': controlKey });
  if (status !== 200) throw new Error(`${path} answers ${status}`);
  return JSON.stringify([headers, body]);
}

const mayBe = (secret: string | undefined, ...where: (keyof Places)[]): void => {
  if (secret) secrets.set(secret, where);
};

async function work(): Promise<void> {
  const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
  const link = { type: 'view', scope: 'anonymous', password, message: 'see here', sendNotification: true };
  mayBe(graph.token());
  mayBe(password);
  mayBe(otherPassword);
  mayBe(clientSecret);
  mayBe(accountKey);
  mayBe(controlKey);
  const made = await send('POST', `${item}/createLink`, link);
  await send('POST', `${item}/createLink`, { ...link, password: otherPassword });
  // What stands where no secret belongs is no secret to the journal: so this is another tenant's.
  const elsewhere = { authorization: `Bearer ${graph.token({ tid: crypto.randomUUID() })}` };
  await send('POST', `${item}/createLink`, { ...link, type: otherPassword, password: { password } }, elsewhere);
  await send('POST', `${item}/createLink`, { password, [clientSecret]: 1 }, elsewhere).then(() => places.answers.pop());
  await send('GET', `${item}/permissions`);
  await send('PATCH', `${item}/permissions/${made.body.id}`, { password: otherPassword });
  await send('GET', '/_mock/requests', undefined, { 'x-mock-key': `${controlKey}-wrong` });
  const begun = await send('POST', `/v1.0/drives/${ids.drive}/root:/Upload.txt:/createUploadSession`, {});
  const uploadUrl = String(begun.body.uploadUrl ?? '');
  mayBe(uploadUrl.split('.').at(-1), 'answers', 'tables');
  if (uploadUrl)
    await send('PUT', uploadUrl.slice(graph.url.length), 'text', { authorization: '', 'content-range': 'bytes 0-3/9' });
  const file = await send('GET', item);
  const download = String(file.body['@microsoft.graph.downloadUrl'] ?? '');
  mayBe(download.split('.').at(-1), 'answers');
  if (download) await send('GET', download.slice(graph.url.length));
  await send('GET', `${item}/content`);
  const invitation = { recipients: [{ email: 'bruno.costa@contoso.com' }], roles: ['read'], sendInvitation: true };
  await send('POST', `${item}/invite`, { ...invitation, requireSignIn: true, password });
  await send('POST', '/v1.0/$batch', {
    requests: [
      {
        id: '1',
        method: 'POST',
        url: `${item.slice(5)}/createLink`,
        headers: { 'Content-Type': 'application/json' },
        body: link,
      },
    ],
  });
  // With a body that is broken where the secret stands, and where no body is read.
  await send('POST', `${item}/createLink`, `{"password":"${password}"`, { 'content-type': 'application/json' });
  await send('GET', item, undefined, { authorization: `Bearer ${graph.token()}x` });
  if (made.body.link) {
    await spell(made.body);
    const page = made.body.link.webUrl.slice(graph.url.length);
    await send('POST', page, `password=${password}-wrong`, { 'content-type': 'application/x-www-form-urlencoded' });
    const entered = await send('POST', page, `password=${otherPassword}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    mayBe(entered.headers['set-cookie']?.split(/[=;]/)[1], 'answers');
  }

  const { token, authorize } = signInAt(graph, graph.tenant);
  const scope = 'https://graph.microsoft.com/.default';
  const issued = await token({ grant_type: 'client_credentials', client_secret: clientSecret, scope });
  places.answers.push(JSON.stringify({ ...issued.body, access_token: undefined }));
  mayBe(issued.body.access_token);
  const refused = await token({ grant_type: 'client_credentials', client_secret: `${clientSecret}-wrong`, scope });
  places.answers.push(JSON.stringify(refused.body));
  const code = (await authorize()).get('code') ?? undefined;
  mayBe(code);
  const exchange = { grant_type: 'authorization_code', client_secret: clientSecret, redirect_uri: redirectUri };
  const tokens = await token({ ...exchange, code });
  mayBe(tokens.body.access_token);
  mayBe(tokens.body.refresh_token);
  const again = await token({ ...exchange, code });
  places.answers.push(JSON.stringify(again.body));
  if (issued.body.access_token)
    await send('GET', item, undefined, { authorization: `Bearer ${issued.body.access_token}` });
}

/** Brings a link in every way that works, or that somebody may believe to. */
async function spell({ link: { webUrl }, shareId }: { link: { webUrl: string }; shareId: string }): Promise<void> {
  const token = webUrl.split('/').at(-1) ?? '';
  const key = shareId.slice(2);
  // As it is where somebody has not mapped its slashes: with what stands behind one.
  const [head = '', ...tail] = Buffer.from(webUrl.replace('personal', 'p???')).toString('base64').split('/');
  for (const secret of [token, token.slice(1), webUrl, shareId, key, tail.join('')])
    mayBe(secret, 'answers', 'tables', 'notifications', 'state');
  const page = webUrl.slice(graph.url.length);
  const [escapedToken, inner] = [`%45${token.slice(1)}`, encodeURIComponent(webUrl)];
  const about = (filter: string): string => `/v1.0/me/drive/root/children?$filter=${filter}`;
  for (const path of [
    `/v1.0/shares/${inner}/driveItem`,
    `/v1.0/shares/${encodeURIComponent(inner)}/driveItem`,
    `/v1.0/shares/${webUrl}/driveItem`,
    `/v1.0/shares/${key}/driveItem`,
    `/v1.0/shares/u!${key}/driveItem`,
    `/v1.0/shares/%75!${key}/driveItem`,
    `/v1.0/shares/%75%21${key}`,
    `/v1.0/shares/u%2521${key}/driveItem`,
    `/v1.0/%73hares/u!${key}/permission`,
    `/v1.0/shares('u!${key}')/driveItem`,
    `/v1.0/shares(%27%75!${key}%27)/driveItem`,
    `/v1.0/shares/%zz%75!${key}/driveItem%`,
    `/v1.0/shares/s!${token}/driveItem`,
    `/v1.0/shares/%73!${escapedToken}/driveItem`,
    `/v1.0/shares/u!${head}%2F${tail.join('%2f')}/driveItem`,
    `/v1.0/shares/%75!${head}%2f${tail.join('%2F')}/driveItem`,
    `/v1.0/shares/u!${head}/${tail.join('/')}/driveItem`,
    about(`webUrl eq '${webUrl}'`),
    about(encodeURIComponent(`webUrl eq '${webUrl}'`)),
    about(encodeURIComponent(encodeURIComponent(`webUrl eq '${webUrl}'`))),
    about(`name%20eq%20%27${token}%27`),
    page,
    page.replace(token, escapedToken),
    page.replace('/:', '/%3A').replace(':/', '%3a/'),
    page
      .replace('personal', '%70ersonal')
      .replace(token, `a%2Fb/${escapedToken}`)
      .replace(/[^/]+\/a%2F/, 'a%2F'),
    `/w/c/whoever/${token}`,
    `/w/c/%2Fa/${escapedToken}`,
    `/embed?authkey=${token}`,
    `/embed?authkey=${escapedToken}`,
    `/embed?%61uthkey=${token}`,
    `/embed?resid=1&%61uth%6bey=${escapedToken}&x=%`,
    `/v1.0/nonsense?%70assword=${password}`,
    `/v1.0/nonsense?sharing-password=%26'%22${password}`,
    `/v1.0/nonsense?x=1;password=${password}#token=${token}`,
  ])
    await send('GET', path);
  await send('GET', '/v1.0/me/drive', undefined, {
    password,
    'sharing-password': password,
    'x-sharing-password': otherPassword,
    'x-link': `link=${webUrl}`,
    'x-page': `the page ${inner} of ${escapedToken}`,
    'client-request-id': token,
    referer: `https://app.example.com/?then=${encodeURIComponent(inner)}`,
  });
  await send('POST', '/v1.0/$batch', {
    requests: [
      { id: '1', method: 'GET', url: `/%73hares/%75!${key}`, headers: { 'sharing-password': password } },
      { id: '2', method: 'POST', url: '/me', body: { [inner]: [inner, { note: `see ${webUrl}` }] } },
    ],
  });
}

test('there was something to look for, and somewhere to look', () => {
  printFigures('secrets', {
    secrets: secrets.size,
    answers: places.answers.length,
    'log entries': places.log.length,
    entities: places.tables.length,
  });
  expect(secrets.size).toBeGreaterThan(9);
  for (const [place, texts] of Object.entries(places)) expect([place, texts.length]).not.toEqual([place, 0]);
  // What is kept of a password is there, and so is what is answered of a link.
  expect(places.tables.join()).toContain('scrypt$');
  expect(places.answers.join()).toContain('shareId');
});

test.each(['answers', 'log', 'tables', 'control', 'notifications', 'state'] as const)(
  'no secret is in the %s but those that belong there',
  (place) => {
    for (const [secret, allowed] of secrets) {
      if (allowed.includes(place)) continue;
      const found = places[place].flatMap((text) =>
        [secret, encodeURIComponent(secret)].flatMap((form) => {
          const at = text.indexOf(form);
          return at < 0 ? [] : [text.slice(Math.max(0, at - 300), at + 100)];
        }),
      );
      expect(found).toEqual([]);
    }
  },
);

test("what signs and hashes is in the tables alone: the deployment's keys, the salted passwords, the secrets of files", () => {
  const kept = places.tables.join('\n');
  const inside = [
    ...[...kept.matchAll(/scrypt\$[\w-]+\$[\w-]+/g)].map(([hash]) => hash),
    ...[...kept.matchAll(/"(?:downloadSecret|sealingKey)":"([\w-]+)"/g)].map(([, secret = '']) => secret),
    'PRIVATE KEY',
  ];
  expect(inside.length).toBeGreaterThan(3);
  for (const secret of inside)
    for (const place of ['answers', 'log', 'control'] as const)
      expect(places[place].filter((text) => text.includes(secret))).toEqual([]);
});
