import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const share = { type: 'view', scope: 'anonymous' };

describe.each([...storeNames])('fifty tenants at once on %s', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store });
  });
  afterAll(() => graph.close());

  test.concurrent.each(Array.from({ length: 50 }, (_, n) => n))(
    'number %i sees nothing of the others',
    async (n) => {
      const tid = crypto.randomUUID();
      const headers = { authorization: `Bearer ${graph.token({ tid, exp: undefined })}` };
      const send = (method: string, path: string, body?: unknown) => graph.send(method, path, body, headers);
      const first = await send('POST', `${item}/createLink`, share);
      expect(first.status).toBe(201);
      // From 430 on: fetch has plans of its own for 407 and 421.
      await send('POST', '/_mock/faults', { status: 430 + n, times: 1 });
      await send('PUT', '/_mock/clock', { now: `20${30 + n}-01-01T00:00:00Z`, frozen: true });
      await send('PATCH', '/_mock/policy', { maximumExpirationDays: n + 1 });
      expect((await send('GET', item)).status).toBe(430 + n);
      const ending = { type: 'edit', scope: 'anonymous', expirationDateTime: '2099-12-31T00:00:00Z' };
      const { body } = await send('POST', `${item}/createLink`, ending);
      const latest = new Date(Date.parse(`20${30 + n}-01-01T00:00:00Z`) + (n + 1) * 86_400_000);
      expect(body.expirationDateTime).toBe(`${latest.toISOString().slice(0, 19)}Z`);
      const before = (await send('GET', '/_mock/requests')).body.value;
      expect(before.map(({ status }: { status: number }) => status)).toEqual([201, 430 + n, 201]);
      if (n % 2 === 0) await send('POST', '/_mock/reset');
      const again = await send('POST', `${item}/createLink`, share);
      expect(again.status).toBe(n % 2 === 0 ? 201 : 200);
      expect(again.body.id === first.body.id).toBe(n % 2 === 1);
      const after = (await send('GET', '/_mock/requests')).body.value;
      expect(after).toHaveLength(n % 2 === 0 ? 1 : 4);
    },
    60_000,
  );
});
