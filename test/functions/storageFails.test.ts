import { openStore } from '../../src/store/openStore.ts';
import { printFigures } from '../kit/figures.ts';
import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { halfDoneIn } from '../kit/invariants.ts';
import { randomOf, weighted } from '../kit/random.ts';
import { proxied, type StorageProxy, type Treatment } from '../kit/storageProxy.ts';
import { azurite, newPrefix } from '../kit/stores.ts';

// Storage fails at random, every other time: what a call has acknowledged is there afterwards, every other call is
// answered 503 with Retry-After, its repetition works, and nothing is ever seen half-done.

// Each refusal has been waited for by the SDK: on a busy machine a minute is little.
jest.setTimeout(180_000);

const drive = `/v1.0/drives/${ids.drive}`;
const folder = `${drive}/items/${ids.projects}`;

/** So often that the SDK's own repetitions do not get through each time. */
const faults: readonly (readonly [number, Treatment])[] = [
  [20, 'pass'],
  [4, 'refuse'],
  [4, 503],
  [2, 500],
  [2, 429],
  [1, 'cut'],
  [1, 'shorten'],
  [4, 'lose'],
  [2, { delay: 20 }],
];

const graphDefault = 'https://graph.microsoft.com/.default';
const signIn = 'client_id=a&response_type=code&redirect_uri=https://app.example.com/&scope=openid';

let proxy: StorageProxy;
let graph: Graph;
let direct: Graph;
let isFailing = false;
let isRefusing = false;
const seed = Math.floor(Math.random() * 2 ** 32);
const random = randomOf(seed);

beforeEach(async () => {
  const prefix = newPrefix();
  proxy = await proxied(() => (isRefusing ? 'refuse' : isFailing ? weighted(random, faults) : 'pass'));
  const report = (): void => {};
  graph = await startGraph({ replaced: { store: await openStore(proxy.connectionString, prefix), report } });
  direct = await startGraph({ replaced: { store: await openStore(azurite(), prefix) } });
  // The drive and the tables are there.
  await graph.get(drive);
  isFailing = true;
});
afterEach(async () => {
  isFailing = false;
  isRefusing = false;
  await graph.close();
  await direct.close();
  await proxy.close();
});

const figures = { calls: 0, acknowledged: 0, refused: 0, lost: 0 };
afterAll(() => printFigures(`storage that fails (seed ${seed})`, figures));

/** Repeats a call until it is acknowledged; every other answer is the 503 that says so. */
async function insist(call: () => Promise<Reply>, done: readonly number[], doneBefore: readonly number[] = []) {
  for (let refusals = 0; ; refusals += 1) {
    const reply = await call();
    figures.calls += 1;
    // A call that was refused may have been done all the same: nobody can know.
    if (done.includes(reply.status) || (refusals > 0 && doneBefore.includes(reply.status))) {
      figures.acknowledged += 1;
      return reply;
    }
    expect(reply).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      body: { error: { code: 'serviceNotAvailable' } },
    });
    figures.refused += 1;
  }
}

const asApp = (app: string) => ({ authorization: `Bearer ${graph.token({ appid: app })}` });
const each = <T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => make(at)));

test('every link that was acknowledged is there', async () => {
  const made = await each(16, async (at) => {
    const body = { type: 'view', scope: 'anonymous' };
    const reply = await insist(
      () => graph.post(`${drive}/items/${ids.report}/createLink`, body, asApp(`app ${at}`)),
      [200, 201],
    );
    return reply.body;
  });
  const { body } = await direct.get(`${drive}/items/${ids.report}/permissions`, {
    authorization: `Bearer ${graph.token()}`,
  });
  const kept = new Map(body.value.map(({ id, link }: { id: string; link?: object }) => [id, link]));
  const lost = made.filter(({ id, link }) => JSON.stringify(kept.get(id)) !== JSON.stringify(link));
  figures.lost += lost.length;
  expect(lost).toEqual([]);
  // Nor does a repetition make a second one.
  expect(new Set(made.map(({ id }) => id)).size).toBe(16);
  expect([...kept.values()].filter((link) => link !== undefined)).toHaveLength(16);
});

test('uploads, folders and invitations are there as a whole, and what is deleted is gone as a whole', async () => {
  const big = new Uint8Array(150_000).fill(7);
  await each(3, async (at) => {
    const name = `Folder ${at}`;
    await insist(() => graph.post(`${drive}/root/children`, { name, folder: {} }), [201], [409]);
    const path = `${drive}/root:/${encodeURIComponent(name)}`;
    await insist(() => graph.put(`${path}/small.txt:/content`, 'small'), [201], [200]);
    const kept = await insist(() => graph.put(`${path}/big.bin:/content`, big), [201], [200]);
    const recipients = [{ email: 'bruno.costa@contoso.com' }];
    const invitation = { recipients, roles: ['read'], requireSignIn: true, sendInvitation: true };
    await insist(() => graph.post(`${drive}/items/${kept.body.id}/invite`, invitation), [200]);
  });
  const owner = { authorization: `Bearer ${graph.token()}` };
  expect(await halfDoneIn(graph.tenant, ids.drive, direct.context)).toEqual([]);
  for (let at = 0; at < 3; at += 1) {
    const path = `${drive}/root:/Folder%20${at}`;
    const { body } = await direct.get(`${path}:/children`, owner);
    expect(body.value.map(({ name, size }: { name: string; size: number }) => [name, size])).toEqual([
      ['big.bin', 150_000],
      ['small.txt', 5],
    ]);
    expect((await direct.get(`${path}/big.bin:/permissions`, owner)).body.value).toHaveLength(2);
  }

  await each(3, async (at) => {
    const path = `${drive}/root:/Folder%20${at}`;
    await insist(
      async () => {
        const reply = await graph.delete(path);
        if (reply.status !== 503) return reply;
        // Refused, or done and not heard of: all of it is there, or none.
        const { status, body } = await direct.get(`${path}:/children`, owner);
        expect(['2 children', '404']).toContain(status === 200 ? `${body.value.length} children` : String(status));
        return reply;
      },
      [204],
      [404],
    );
  });
  expect(await halfDoneIn(graph.tenant, ids.drive, direct.context)).toEqual([]);
  const { body } = await direct.get(`${drive}/root/children`, owner);
  expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['Logo.png', 'Projects']);
});

test('permissions that were changed are as they were acknowledged', async () => {
  isFailing = false;
  const made = await each(6, async (at) => {
    const body = { type: 'edit', scope: 'anonymous' };
    return (await graph.post(`${folder}/createLink`, body, asApp(`app ${at}`))).body;
  });
  isFailing = true;
  const expirationDateTime = '2040-01-01T00:00:00Z';
  await each(6, async (at) => {
    const path = `${folder}/permissions/${made[at].id}`;
    if (at % 2 === 0) await insist(() => graph.send('PATCH', path, { expirationDateTime }), [200]);
    // 404: a removal whose answer was lost is repeated by the SDK, and finds nothing.
    else await insist(() => graph.delete(path), [204, 404]);
  });
  const { body } = await direct.get(`${folder}/permissions`, { authorization: `Bearer ${graph.token()}` });
  const links = body.value.filter(({ link }: { link?: object }) => link);
  expect(new Set(links.map(({ id }: { id: string }) => id))).toEqual(new Set([0, 2, 4].map((at) => made[at].id)));
  for (const link of links) expect(link).toMatchObject({ expirationDateTime });
});

describe('while storage is refused', () => {
  /** What is no part of Graph, each in the words of its own protocol. */
  const calls: readonly { name: string; path: string; form?: string }[] = [
    {
      name: 'token',
      path: 'oauth2/v2.0/token',
      form: `grant_type=client_credentials&client_secret=b&scope=${graphDefault}`,
    },
    { name: 'devicecode', path: 'oauth2/v2.0/devicecode', form: 'scope=User.Read' },
    { name: 'the page for a device', path: 'oauth2/deviceauth' },
    { name: 'the answer of a device’s user', path: 'oauth2/deviceauth', form: 'user_code=BCDFGHJKL&username=x' },
    { name: 'the page to sign in', path: `oauth2/v2.0/authorize?${signIn}` },
    { name: 'a silent sign-in', path: `oauth2/v2.0/authorize?${signIn}&prompt=none` },
    { name: 'the keys', path: 'discovery/v2.0/keys' },
    { name: 'the keys of version 1.0', path: 'discovery/keys' },
  ];

  beforeEach(() => {
    isRefusing = true;
  });

  test.each(calls)('$name is 503 with Retry-After', async ({ path, form }) => {
    const reply = await fetch(`${graph.url}/${graph.tenant}/${path}`, {
      redirect: 'manual',
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(`client_id=a&${form}`) }),
    });
    expect({ status: reply.status, retryAfter: reply.headers.get('retry-after') }).toEqual({
      status: 503,
      retryAfter: '5',
    });
    expect(await reply.text()).toContain('AADSTS90033');
  });

  test('so are the page behind a link, and URLs that are asked without a token', async () => {
    [isRefusing, isFailing] = [false, false];
    const { body } = await graph.post(`${drive}/items/${ids.report}/createLink`, { type: 'view', scope: 'anonymous' });
    const { body: session } = await graph.post(`${drive}/root:/late.bin:/createUploadSession`);
    const item = await graph.get(`${drive}/items/${ids.report}`);
    isRefusing = true;
    for (const url of [body.link.webUrl, session.uploadUrl, item.body['@microsoft.graph.downloadUrl']]) {
      const reply = await fetch(url);
      expect({ status: reply.status, retryAfter: reply.headers.get('retry-after') }).toEqual({
        status: 503,
        retryAfter: '5',
      });
      expect(await reply.text()).toContain('serviceNotAvailable');
    }
  });
});
