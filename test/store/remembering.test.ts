import { dispatch } from '../../functions/index.ts';
import { openContext } from '../../src/context.ts';
import type { GraphRequest } from '../../src/graph/request.ts';
import { settingsOf } from '../../src/settings.ts';
import { memoryStore } from '../../src/store/memoryStore.ts';
import { remembering } from '../../src/store/remembering.ts';
import type { Kind, Rows, Store } from '../../src/store/store.ts';
import { storeContract } from '../contract/store.ts';
import { ids, tokenOf } from '../kit/graph.ts';

storeContract('a store that remembers', async () => remembering(memoryStore()));

const things: Kind<{ n: number }> = { table: 'things', json: [], constant: 'first' };
const first = { partition: 'p', row: 'first' };
const second = { partition: 'p', row: 'second' };

/** A store as others share it, with the operations that it was asked for. */
function watched(): { store: Store; asked: string[] } {
  const kept = memoryStore();
  const asked: string[] = [];
  const rows: Store['rows'] = (kind) =>
    new Proxy(kept.rows(kind), {
      get:
        (held, verb: keyof Rows<object>) =>
        (...given: unknown[]): unknown => {
          asked.push(`${verb} ${kind.table}`);
          return Reflect.apply(held[verb], held, given);
        },
    });
  return { store: { ...kept, isShared: true, rows }, asked };
}

test('a row that never changes is read once', async () => {
  const { store, asked } = watched();
  await store.rows(things).insert(first, { n: 1 });
  const rows = remembering(store).rows(things);
  asked.length = 0;
  for (let n = 0; n < 3; n += 1) expect((await rows.get(first))?.value).toEqual({ n: 1 });
  expect(asked).toEqual(['get things']);
});

test('one that is not there yet is found once it comes', async () => {
  const { store } = watched();
  const rows = remembering(store).rows(things);
  expect(await rows.get(first)).toBeUndefined();
  await store.rows(things).insert(first, { n: 1 });
  expect((await rows.get(first))?.value).toEqual({ n: 1 });
});

test('where something is missing in its partition, it is read anew', async () => {
  const { store } = watched();
  await store.rows(things).insert(first, { n: 1 });
  const rows = remembering(store).rows(things);
  await rows.get(first);
  await store.clear([things], 'p');
  await store.rows(things).insert(first, { n: 2 });
  expect(await rows.get(second)).toBeUndefined();
  expect((await rows.get(first))?.value).toEqual({ n: 2 });
});

describe('on a store that others share, a createLink asks', () => {
  const createLink = (app: string): GraphRequest => {
    const body = new TextEncoder().encode('{"type":"view","scope":"organization"}');
    const authorization = `Bearer ${tokenOf({ tid: 'a-tenant', appid: app })}`;
    return {
      method: 'POST',
      url: `http://127.0.0.1/v1.0/me/drive/items/${ids.report}/createLink`,
      params: {},
      query: new URLSearchParams(),
      headers: { get: (name) => (name === 'authorization' ? authorization : null) },
      bytes: async () => body,
    };
  };

  test.each([
    ['for the item and one insert, for a new link', 'another', 201, ['get drives', 'insert permissions']],
    ['for the item and the link, for one that was asked for before', 'own', 200, ['get drives', 'get permissions']],
  ])('%s', async (_, app, status, operations) => {
    jest.useFakeTimers();
    const { store, asked } = watched();
    const context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }), { store });
    for (let n = 0; n < 2; n += 1) await dispatch(createLink('own'), context);
    asked.length = 0;
    expect((await dispatch(createLink(app), context)).status).toBe(status);
    expect(asked).toEqual(operations);
    jest.useRealTimers();
  });
});
