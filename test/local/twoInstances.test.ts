import { openContext } from '../../src/context.ts';
import { settleJournals } from '../../src/control/journal.ts';
import { dispatch } from '../../functions/index.ts';
import { type Host, startHost } from '../../src/local/host.ts';
import type { Context } from '../../src/operation.ts';
import { settingsOf } from '../../src/settings.ts';
import { ids, tokenOf } from '../kit/graph.ts';
import { freshStore, newPrefix } from '../kit/stores.ts';

// Two hosts, each with a store object and therefore caches of its own, over the same tables: two instances of an app.

interface Instance {
  readonly host: Host;
  readonly context: Context;
}

const instances: Instance[] = [];
const tenant = crypto.randomUUID();

beforeAll(async () => {
  const prefix = newPrefix();
  for (const _ of ['one', 'other']) {
    const context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }), {
      store: await freshStore('azurite', prefix),
    });
    instances.push({ context, host: await startHost({ dispatch, context, host: '127.0.0.1', port: 0 }) });
  }
});
afterAll(async () => {
  for (const { host, context } of instances) {
    await host.close();
    await settleJournals(context);
    await context.store.close();
  }
});

const headers = {
  authorization: `Bearer ${tokenOf({ tid: tenant, scp: 'Files.ReadWrite.All' })}`,
  'content-type': 'application/json',
};
const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;

async function send(at: number, method: string, path: string, body?: unknown) {
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`${instances[at]?.host.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

/**
 * Asks until it is seen what another instance was told just now.
 *
 * @returns how many milliseconds after that the last request that did not see it was sent: so this is no matter of how
 * busy the machine is
 */
async function untilSeen(isSeen: () => Promise<boolean>): Promise<number> {
  const told = performance.now();
  for (let last = 0; ;) {
    const sent = performance.now() - told;
    if (await isSeen()) return last;
    if (sent > 20_000) throw new Error('It was never seen');
    last = sent;
  }
}

/** In milliseconds: what is promised. */
const promised = 1000;

test('a fault', async () => {
  expect((await send(1, 'GET', item)).status).toBe(200);
  const { body } = await send(0, 'POST', '/_mock/faults', { status: 503 });
  expect((await send(0, 'GET', item)).status).toBe(503);
  expect(await untilSeen(async () => (await send(1, 'GET', item)).status === 503)).toBeLessThan(promised);
  await send(1, 'DELETE', `/_mock/faults/${body.id}`);
  expect((await send(1, 'GET', item)).status).toBe(200);
  expect(await untilSeen(async () => (await send(0, 'GET', item)).status === 200)).toBeLessThan(promised);
});

test('a fault that happens but so often, over both', async () => {
  await send(0, 'POST', '/_mock/faults', { status: 503, times: 5 });
  await untilSeen(async () => (await send(1, 'GET', item)).status === 503);
  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n % 2, 'GET', item)));
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(4);
  await send(0, 'DELETE', '/_mock/faults');
});

test('a bucket of calls, over both', async () => {
  await send(0, 'PUT', '/_mock/clock', { frozen: true });
  await send(0, 'POST', '/_mock/faults', { profile: 'throttled', limit: { burst: 8, perSecond: 1 } });
  // Once both know of it, eight calls are left to the two of them.
  await untilSeen(async () => (await send(1, 'GET', item)).status === 429);
  expect((await send(0, 'GET', item)).status).toBe(429);
  await send(0, 'DELETE', '/_mock/faults');
  await send(0, 'DELETE', '/_mock/clock');
});

test('the clock', async () => {
  const isAhead = (at: number) => async () => {
    const { body } = await send(at, 'GET', `${item}/nowhere`);
    return body.error.innerError.date > '2040';
  };
  await send(0, 'PUT', '/_mock/clock', { now: '2041-01-01T00:00:00Z' });
  expect(await untilSeen(isAhead(1))).toBeLessThan(promised);
  await send(1, 'DELETE', '/_mock/clock');
  expect(await untilSeen(async () => !(await isAhead(0)()))).toBeLessThan(promised);
});

test('the policy', async () => {
  const share = async (at: number) => send(at, 'POST', `${item}/createLink`, { type: 'view', scope: 'anonymous' });
  await send(0, 'PATCH', '/_mock/policy', { anonymousLinks: false });
  expect(await untilSeen(async () => (await share(1)).status === 403)).toBeLessThan(promised);
  await send(1, 'DELETE', '/_mock/policy');
  expect(await untilSeen(async () => (await share(0)).status !== 403)).toBeLessThan(promised);
});

test('a seed and a reset', async () => {
  const names = async (at: number): Promise<unknown> => {
    const { body } = await send(at, 'GET', '/v1.0/users/ada.fenn@contoso.com/drive/root/children');
    return body.value?.map(({ name }: { name: string }) => name);
  };
  const user = 'ada.fenn@contoso.com';
  const seed = { users: [{ userPrincipalName: user }], drives: [{ user, items: [{ path: 'Ours' }] }] };
  await send(0, 'PUT', '/_mock/seed', seed);
  expect(await untilSeen(async () => String(await names(1)) === 'Ours')).toBeLessThan(promised);
  await send(1, 'DELETE', '/v1.0/users/ada.fenn@contoso.com/drive/root:/Ours');
  expect(await names(1)).toEqual([]);
  await send(1, 'POST', '/_mock/reset');
  expect(await untilSeen(async () => String(await names(0)) === 'Ours')).toBeLessThan(promised);
});

test('the requests of both, also for whoever waits for them', async () => {
  await send(0, 'DELETE', '/_mock/requests');
  const waiting = send(0, 'GET', '/_mock/requests?wait=30000&count=3&path=/*/drives/**');
  await send(1, 'GET', item);
  await send(0, 'GET', item);
  await send(1, 'GET', item);
  const { body } = await waiting;
  expect(body.value).toHaveLength(3);
  expect(new Set(body.value.map(({ id }: { id: string }) => id)).size).toBe(3);
});
