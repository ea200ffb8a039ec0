import { openContext } from '../../src/context.ts';
import { dispatch } from '../../functions/index.ts';
import type { GraphRequest } from '../../src/graph/request.ts';
import { settingsOf } from '../../src/settings.ts';
import { memoryStore } from '../../src/store/memoryStore.ts';
import type { Rows, Store } from '../../src/store/store.ts';
import { ids, tokenOf } from '../kit/graph.ts';

/** A store that counts the operations on each of its tables. */
function countingStore(counts: Map<string, number>): Store {
  const store = memoryStore();
  return {
    ...store,
    rows: (kind) =>
      new Proxy(store.rows(kind), {
        get(rows, verb: keyof Rows<object>) {
          counts.set(kind.table, (counts.get(kind.table) ?? 0) + 1);
          return rows[verb];
        },
      }),
  };
}

const request = (token: string): GraphRequest => {
  const body = new TextEncoder().encode('{"type":"view","scope":"organization"}');
  const headers: Readonly<Record<string, string>> = { authorization: `Bearer ${token}` };
  return {
    method: 'POST',
    url: `http://127.0.0.1/v1.0/me/drive/items/${ids.report}/createLink`,
    params: {},
    query: new URLSearchParams(),
    headers: { get: (name) => headers[name] ?? null },
    bytes: async () => body,
  };
};

test('to be ready to be driven costs a tenant one read for many requests, and no write', async () => {
  jest.useFakeTimers();
  const counts = new Map<string, number>();
  const context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }), { store: countingStore(counts) });
  const token = tokenOf({ tid: 'a-tenant', scp: 'Files.ReadWrite' });
  for (let n = 0; n < 100; n += 1) expect((await dispatch(request(token), context)).status).toBe(n === 0 ? 201 : 200);
  expect(counts.get('control')).toBe(1);
  expect(counts.has('journal')).toBe(false);

  jest.advanceTimersByTime(501);
  await dispatch(request(token), context);
  expect(counts.get('control')).toBe(2);
  jest.useRealTimers();
});
