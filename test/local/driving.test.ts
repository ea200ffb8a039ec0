import { type GraphMock, type GraphMockOptions, startGraphMock } from '../../src/index.ts';
import { azurite, storeNames } from '../kit/stores.ts';

const mocks: GraphMock[] = [];
afterEach(() => Promise.all(mocks.splice(0).map((mock) => mock.close())));

const seed = {
  users: [{ userPrincipalName: 'ada.fenn@contoso.com' }],
  drives: [{ user: 'ada.fenn@contoso.com', items: [{ path: 'Ours' }] }],
};

describe.each([...storeNames])('a mock in this process, on %s', (store) => {
  async function mockOf(options?: GraphMockOptions): Promise<GraphMock> {
    const mock = await startGraphMock({ storage: store === 'azurite' ? azurite() : store, ...options });
    mocks.push(mock);
    return mock;
  }

  const get = (mock: GraphMock, path: string, token = mock.token()) =>
    fetch(mock.url + path, { headers: { authorization: `Bearer ${token}` } });
  const names = async (mock: GraphMock, token?: string): Promise<string[]> => {
    const { value } = JSON.parse(await (await get(mock, '/v1.0/me/drive/root/children', token)).text());
    return value.map(({ name }: { name: string }) => name);
  };
  const status = async (mock: GraphMock, token?: string) => (await get(mock, '/v1.0/me/drive', token)).status;

  test('fails as it is told, in the tenant that is told', async () => {
    const mock = await mockOf();
    const other = mock.tenant(crypto.randomUUID());
    const { id } = await other.faults.add({ profile: 'maintenance', match: { method: 'GET' } });
    expect([await status(mock), await status(mock, other.token())]).toEqual([200, 503]);
    expect(await other.faults.list()).toEqual([{ id, status: 503, retryAfterSeconds: 120, match: { method: 'GET' } }]);
    expect(await mock.faults.list()).toEqual([]);
    await other.faults.remove(id);
    expect(await status(mock, other.token())).toBe(200);
    await expect(other.faults.remove(id)).rejects.toThrow('There is no fault of this id.');
    await expect(other.faults.add({ times: 1 })).rejects.toThrow('must have one of status, drop, delayMs and profile');
    await other.faults.add({ drop: true });
    await other.faults.clear();
    expect((await other.requests({ status: '5xx' })).map(({ faults }) => faults)).toEqual([[id]]);
  });

  test('tells what it was asked', async () => {
    const { requests, clearRequests, guidance, token, url } = {
      ...(await mockOf()).tenant(crypto.randomUUID()),
      url: mocks[0]?.url,
    };
    const waiting = requests({ operation: 'getDrive', count: 1, wait: 60_000 });
    await fetch(`${url}/v1.0/me/drive`, { headers: { authorization: `Bearer ${token()}` } });
    const [request] = await waiting;
    expect(request).toMatchObject({ operation: 'getDrive', status: 200, path: '/v1.0/me/drive' });
    expect((await guidance()).warnings.map(({ code }) => code)).toEqual(['excessiveScopes', 'noClientRequestId']);
    await clearRequests();
    expect(await requests()).toEqual([]);
    await expect(requests({ top: 0 })).rejects.toThrow('top: ');
  });

  test('has a clock, by which its tokens are good', async () => {
    const mock = (await mockOf()).tenant(crypto.randomUUID());
    const { url } = mocks[0] ?? { url: '' };
    const ask = async (token: string) =>
      (await fetch(`${url}/v1.0/me/drive`, { headers: { authorization: `Bearer ${token}` } })).status;
    const old = mock.token();
    await mock.clock.set('2041-01-01T00:00:00Z');
    expect((await mock.clock.now()).getUTCFullYear()).toBe(2041);
    await mock.clock.freeze();
    await mock.clock.advance('P1Y');
    const now = await mock.clock.now();
    expect([now.getUTCFullYear(), await mock.clock.now()]).toEqual([2042, now]);
    expect([await ask(old), await ask(mock.token())]).toEqual([401, 200]);
    await mock.clock.freeze(new Date(0));
    expect(await mock.clock.now()).toEqual(new Date(0));
    await mock.clock.reset();
    expect([await ask(old), await ask(mock.token())]).toEqual([200, 200]);
    await expect(mock.clock.advance('a day')).rejects.toThrow('must be an ISO 8601 duration');
  });

  test('has a policy, of its own or its tenant’s', async () => {
    const mock = await mockOf({ policy: { maximumExpirationDays: 30 }, historicContract: false });
    const tenant = mock.tenant(crypto.randomUUID());
    expect(await tenant.policy.get()).toMatchObject({ maximumExpirationDays: 30, historicContract: false });
    expect(await tenant.policy.set({ anonymousLinks: false })).toMatchObject({ anonymousLinks: false });
    await tenant.policy.reset();
    expect(await tenant.policy.get()).toMatchObject({ anonymousLinks: true, maximumExpirationDays: 30 });
  });

  test('starts with a seed, and comes back to it and to others that it is given', async () => {
    const tenant = crypto.randomUUID();
    const mock = await mockOf({ seed: { ...seed, tenant } });
    const other = mock.tenant(crypto.randomUUID());
    expect(await names(mock)).toEqual(['Ours']);
    await other.seed('users: [userPrincipalName: ada.fenn@contoso.com]');
    expect(await names(mock, other.token())).toEqual([]);
    const remove = (token: string) =>
      fetch(`${mock.url}/v1.0/me/drive/root:/Ours`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      });
    await remove(mock.token());
    await mock.tenant(tenant).reset();
    expect(await names(mock)).toEqual(['Ours']);
    await other.seed(await mock.tenant(tenant).state());
    expect(await names(mock, other.token())).toEqual(['Ours']);
    await expect(mock.seed('users: 5')).rejects.toThrow('line 1: users: ');
  });

  test('does not start with a bad seed, and leaves nothing open', async () => {
    await expect(mockOf({ seed: 'users:\n- { name: x }' })).rejects.toThrow('line 2: users[0].userPrincipalName: ');
    await expect(mockOf({ policy: JSON.parse('{"anonymousLinks": 1}') })).rejects.toThrow('anonymousLinks: ');
  });
});

test('all tenants go back to their seeds at once', async () => {
  const mock = await startGraphMock({ seed });
  mocks.push(mock);
  const [one, other] = [mock.tenant('one'), mock.tenant('other')];
  await one.seed({ ...seed, drives: [] });
  const list = async (token: string) => {
    const response = await fetch(`${mock.url}/v1.0/me/drive/root/children`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return JSON.parse(await response.text()).value.length;
  };
  const all = () => Promise.all([mock, one, other].map(({ token }) => list(token())));
  expect(await all()).toEqual([1, 0, 2]);
  for (const { token } of [mock, one, other])
    await fetch(`${mock.url}/v1.0/me/drive/root/children`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token()}` },
      body: JSON.stringify({ name: 'New', folder: {} }),
    });
  await other.faults.add({ status: 503 });
  await mock.reset();
  expect(await all()).toEqual([1, 0, 2]);
});
