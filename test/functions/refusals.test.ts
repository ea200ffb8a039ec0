import { randomUUID } from 'node:crypto';

import type { Rows, Store } from '../../src/store/store.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { freshStore, storeNames } from '../kit/stores.ts';

/** The store, and every write to it but the journal's. */
function watched(store: Store): { store: Store; writes: string[] } {
  const writes: string[] = [];
  const verbs: readonly string[] = ['insert', 'replace', 'remove', 'transact'] satisfies (keyof Rows<object>)[];
  return {
    writes,
    store: {
      ...store,
      rows: (kind) =>
        new Proxy(store.rows(kind), {
          get(rows, verb: keyof Rows<object>) {
            const act = rows[verb];
            if (!verbs.includes(verb) || kind.table === 'journal') return act;
            return (...given: Parameters<typeof act>): unknown => {
              writes.push(`${verb} ${kind.table}`);
              return Reflect.apply(act, rows, given);
            };
          },
        }),
    },
  };
}

const drive = '/v1.0/me/drive';
const unknown = `${drive}/items/${ids.unknown}`;
const good = { type: 'view', scope: 'organization' };

describe.each([...storeNames])('what is refused leaves nothing behind (%s)', (name) => {
  let graph: Graph;
  let writes: string[];
  beforeEach(async () => {
    const seen = watched(await freshStore(name));
    ({ writes } = seen);
    graph = await startGraph({ replaced: { store: seen.store }, settings: { GRAPH_MOCK_UNKNOWN_ITEMS: 'create' } });
    // The sample is there from the start, whoever looks first.
    await graph.get(`${drive}/root`);
    await graph.get('/v1.0/users/bruno.costa@contoso.com');
    writes.length = 0;
  });
  afterEach(() => graph.close());

  const refusals: [string, string, string, unknown, Record<string, string>, number][] = [
    ['an item that is not there', 'GET', `${drive}/root:/Nowhere`, undefined, {}, 404],
    ['a person whom nobody knows', 'GET', '/v1.0/users/nobody@contoso.com', undefined, {}, 404],
    ['a drive of a person whom nobody knows', 'GET', '/v1.0/users/nobody@contoso.com/drive', undefined, {}, 404],
    ['something below a special folder', 'GET', `${drive}/special/music:/Song.mp3`, undefined, {}, 404],
    [
      'a link for the past',
      'POST',
      `${drive}/special/music/createLink`,
      { ...good, expirationDateTime: '2020-01-01T00:00:00Z' },
      {},
      400,
    ],
    ['a link without a scope', 'POST', `${drive}/special/cameraroll/createLink`, { type: 'view' }, {}, 400],
    [
      'a link for nobody',
      'POST',
      `${drive}/items/${ids.report}/createLink`,
      { type: 'view', scope: 'users', recipients: [{ objectId: ids.unknown }] },
      {},
      400,
    ],
    ['a link to an item not known before', 'POST', `${unknown}/createLink`, { type: 'embed' }, {}, 400],
    ['an invitation of nobody', 'POST', `${unknown}/invite`, { roles: ['read'], recipients: [] }, {}, 400],
    ['a bad name', 'POST', `${drive}/special/approot/children`, { name: 'a/b', folder: {} }, {}, 400],
    ['a bad name for content', 'PUT', `${drive}/special/music:/a%3Cb:/content`, 'abc', {}, 400],
    ['a version that is none', 'PATCH', `${drive}/special/music`, { name: 'Sounds' }, { 'if-match': '"{x},9"' }, 412],
    ['a version that is none, to be deleted', 'DELETE', unknown, undefined, { 'if-match': '"{x},9"' }, 412],
    ['a permission that is not there', 'GET', `${unknown}/permissions/x`, undefined, {}, 404],
    ['a share that leads nowhere', 'GET', '/v1.0/shares/s!nothing/driveItem', undefined, {}, 403],
    ['a session that is none', 'POST', `${unknown}/createLink`, good, { 'workbook-session-id': 'x' }, 404],
  ];

  test.each(refusals)('%s: %s %s', async (_, method, path, body, headers, status) => {
    const refused = await graph.send(method, path, body, headers);
    expect([refused.status, refused.body.error?.code, writes]).toEqual([status, expect.any(String), []]);
  });

  test.each([
    ['below a special folder', 'special/music:/Song.mp3', 'Music'],
    ["below an app's own", 'special/approot:/settings.json', 'Apps'],
  ])('the first request of a tenant, refused, leaves the sample alone: %s', async (_, path, folder) => {
    const claims = { authorization: `Bearer ${graph.token({ tid: randomUUID() })}` };
    expect((await graph.get(`${drive}/${path}`, claims)).status).toBe(404);
    const { body } = await graph.get(`${drive}/root/children`, claims);
    const names = body.value.map((child: { name: string }) => child.name);
    expect(names).toContain('Projects');
    expect(names).not.toContain(folder);
  });

  test('what is answered stays: the same drive, folder and item from then on', async () => {
    for (const path of [`${drive}/special/cameraroll`, unknown, `${drive}/special/approot`]) {
      const first = await graph.get(path);
      expect(first.status).toBe(200);
      expect(writes).not.toEqual([]);
      writes.length = 0;
      const again = await graph.get(path);
      expect(again.body.id).toBe(first.body.id);
      expect(writes).toEqual([]);
    }
  });

  test.each([
    ['a link', 'POST', `${drive}/special/music/createLink`, good, 201],
    ['a folder', 'POST', `${drive}/special/cameraroll/children`, { name: 'May', folder: {} }, 201],
    ['another name', 'PATCH', `${drive}/special/music`, { name: 'Sounds' }, 200],
    ['its end', 'DELETE', `${drive}/special/music`, undefined, 204],
    ['bytes', 'PUT', `${drive}/special/approot:/settings.json:/content`, '{}', 201],
    ['bytes of an item not known before', 'PUT', `${unknown}/content`, 'abc', 200],
    ['a workbook session', 'POST', `${unknown}/workbook/createSession`, { persistChanges: true }, 201],
    ['an upload', 'POST', `${drive}/special/music:/a.mp3:/createUploadSession`, {}, 200],
  ])('%s may be the first that is asked for: %s %s', async (_, method, path, body, status) => {
    expect((await graph.send(method, path, body)).status).toBe(status);
  });

  test('many that come first at once meet in one folder', async () => {
    const puts = Array.from({ length: 12 }, (_, n) =>
      graph.put(`${drive}/special/cameraroll:/${n}.txt:/content`, 'abc'),
    );
    expect((await Promise.all(puts)).map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
    const { body } = await graph.get(`${drive}/special/cameraroll/children`);
    expect(body.value).toHaveLength(12);
    const links = await Promise.all(Array.from({ length: 12 }, () => graph.post(`${unknown}/createLink`, good)));
    expect(links.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(links.map((link) => link.body.id)).size).toBe(1);
  });

  test('parts of a batch that come first at once, too', async () => {
    const requests = ['music', 'photos', 'cameraroll', 'attic'].map((folder, id) => ({
      id: String(id),
      method: 'GET',
      url: `/me/drive/special/${folder}`,
    }));
    const { body } = await graph.post('/v1.0/$batch', { requests });
    const statuses = body.responses.map((part: { id: string; status: number }) => [part.id, part.status]);
    expect(Object.fromEntries(statuses)).toEqual({ 0: 200, 1: 200, 2: 200, 3: 404 });
  });
});
