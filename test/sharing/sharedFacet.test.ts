import type { Store } from '../../src/store/store.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { freshStore, type StoreName } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;

/** The store, and how many rows of permissions have been read in lists. */
function counting(kept: Store): { store: Store; read: () => number } {
  let count = 0;
  const rows: Store['rows'] = (kind) => ({
    ...kept.rows(kind),
    async *list(...asked) {
      for await (const row of kept.rows(kind).list(...asked)) {
        if (kind.table === 'permissions') count += 1;
        yield row;
      }
    },
  });
  return { store: { ...kept, rows }, read: () => count };
}

describe.each<StoreName>(['memory', 'azurite'])('on %s', (name) => {
  let graph: Graph;
  let read: () => number;
  beforeEach(async () => {
    const counted = counting(await freshStore(name));
    ({ read } = counted);
    graph = await startGraph({ replaced: { store: counted.store } });
  });
  afterEach(() => graph.close());

  const share = (body: object, app: string) =>
    graph.post(`${item}/createLink`, body, { authorization: `Bearer ${graph.token({ appid: app })}` });

  test('with whom an item is shared is seen by few of its permissions, however many there are', async () => {
    const apps = Array.from({ length: 20 }, (_, n) => `app-${n}`);
    await share({ type: 'view', scope: 'users', recipients: [{ email: 'bruno.costa@contoso.com' }] }, 'app-0');
    await Promise.all(apps.map((app) => share({ type: 'view', scope: 'organization' }, app)));
    const before = read();
    expect((await graph.get(item)).body.shared).toEqual({ scope: 'organization' });
    expect(read() - before).toBe(1);
    await Promise.all(apps.map((app) => share({ type: 'view', scope: 'anonymous' }, app)));
    const then = read();
    expect((await graph.get(item)).body.shared).toEqual({ scope: 'anonymous' });
    expect(read() - then).toBe(1);
  });
});
