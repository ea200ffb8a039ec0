import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { as } from '../kit/people.ts';
import type { Kind, Rows, Store } from '../../src/store/store.ts';
import { freshStore, storeNames } from '../kit/stores.ts';

const drive = `/v1.0/drives/${ids.drive}`;
const item = `${drive}/items/${ids.report}`;
const folder = `${drive}/items/${ids.projects}`;
const bruno = { email: 'bruno.costa@contoso.com' };
const link = { type: 'view', scope: 'organization' };
const notFound = {
  status: 404,
  body: { error: { code: 'itemNotFound', message: 'The resource could not be found.' } },
};
const denied = { status: 403, body: { error: { code: 'accessDenied', message: 'Access denied' } } };

describe.each([...storeNames])('access on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const invite = (at: string, role: string, recipient: object = bruno) =>
    graph.post(`${at}/invite`, { recipients: [recipient], roles: [role], requireSignIn: true });

  /** Every operation on an item, with the least that it needs; an owner's body for each. */
  const operations: readonly (readonly [needs: 'read' | 'write', method: string, rest: string, body: unknown])[] = [
    ['read', 'GET', '', undefined],
    ['read', 'HEAD', '', undefined],
    ['read', 'GET', '/children', undefined],
    ['read', 'GET', '/content', undefined],
    ['read', 'GET', '/permissions', undefined],
    ['write', 'PUT', '/content', 'new'],
    ['write', 'POST', '/children', { name: 'New', folder: {} }],
    ['write', 'PUT', ':/New.txt:/content', 'new'],
    ['write', 'POST', '/createLink', link],
    ['write', 'POST', '/createLink', { type: 'addressBar' }],
    ['write', 'POST', '/invite', { recipients: [bruno], roles: ['write'], requireSignIn: true }],
    ['write', 'POST', '/permissions', { roles: ['read'], grantedToV2: { application: { id: 'an-app' } } }],
    ['write', 'PATCH', '/permissions/any', { roles: ['write'] }],
    ['write', 'DELETE', '/permissions/any', undefined],
    ['write', 'DELETE', '', undefined],
  ];

  test.each(operations)('nobody who was not invited may: %s %s %s', async (_, method, rest, body) => {
    await graph.get(item);
    const reply = await graph.send(method, item + rest, body, as(graph, 'bruno'));
    expect(reply).toMatchObject(method === 'HEAD' ? { status: 404 } : notFound);
    expect(await entitiesOn(graph, ids.report)).toBe(0);
    expect((await graph.get(item)).body.eTag).toMatch(/,1"$/);
  });

  test.each(operations)('with the role read, %s is what it takes: %s %s', async (needs, method, rest, body) => {
    await invite(folder, 'read');
    const { status } = await graph.send(method, folder + rest, body, as(graph, 'bruno'));
    expect(status === 403).toBe(needs !== 'read');
    // What is denied has changed nothing.
    expect(await entitiesOn(graph, ids.projects)).toBe(1);
    expect((await graph.get(`${folder}/children`)).body.value).toHaveLength(3);
  });

  test.each(operations)('with the role write, nothing is denied: %s %s %s', async (_, method, rest, body) => {
    await invite(folder, 'write');
    const { status } = await graph.send(method, folder + rest, body, as(graph, 'bruno'));
    expect(status).not.toBe(403);
    expect(status === 404).toBe(rest === '/permissions/any');
  });

  test('an item that is shared is reached by its id and its path; the rest of the drive is not there', async () => {
    await invite(item, 'read');
    const ask = (path: string) => graph.get(path, as(graph, 'bruno'));
    for (const path of [
      item,
      `/v1.0/me/drives/${ids.drive}/items/${ids.report}`,
      `${drive}/root:/Projects/Report.docx`,
    ])
      expect(await ask(path)).toMatchObject({ status: 200, body: { id: ids.report } });
    for (const path of [
      drive,
      `${drive}/root`,
      `${drive}/root/children`,
      folder,
      `${folder}/children`,
      `${drive}/items/${ids.budget}`,
      `${drive}/items/${ids.unknown}`,
      `${drive}/root:/Logo.png`,
      `${drive}/special/documents`,
      `/v1.0/users/ada.fenn@contoso.com/drive`,
    ])
      expect(await ask(path)).toMatchObject(notFound);
  });

  test('what is shared with a folder is shared with all that is in it, now and later', async () => {
    await invite(folder, 'write');
    expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(200);
    const deep = await graph.post(`${folder}/children`, { name: 'Deep', folder: {} }, as(graph, 'bruno'));
    const made = await graph.put(`${drive}/items/${deep.body.id}:/a.txt:/content`, 'a', as(graph, 'bruno'));
    expect(made).toMatchObject({ status: 201, body: { createdBy: { user: { displayName: 'Bruno Costa' } } } });
    expect((await graph.get(`${drive}/items/${made.body.id}`, as(graph, 'chiara'))).status).toBe(404);
  });

  test('a folder that no longer inherits is closed to those above, and so is what is below it', async () => {
    const { body: inner } = await graph.post(`${folder}/children`, { name: 'Inner', folder: {} });
    const { body: file } = await graph.put(`${drive}/items/${inner.id}:/a.txt:/content`, 'a');
    await invite(folder, 'write');
    const ask = () => graph.get(`${drive}/items/${file.id}`, as(graph, 'bruno'));
    expect((await ask()).status).toBe(200);
    await graph.post(`${drive}/items/${inner.id}/invite`, {
      recipients: [{ alias: 'chiara.lund' }],
      roles: ['read'],
      requireSignIn: true,
      retainInheritedPermissions: false,
    });
    expect(await ask()).toMatchObject(notFound);
    expect((await graph.get(`${drive}/items/${file.id}`, as(graph, 'chiara'))).status).toBe(200);
    const { body } = await graph.get(`${folder}/children`, as(graph, 'bruno'));
    expect(body.value.map(({ name }: { name: string }) => name)).not.toContain('Inner');
    expect((await graph.put(`${folder}:/Inner:/content`, 'x', as(graph, 'bruno'))).status).toBe(404);
  });

  test('access ends with the permission', async () => {
    const { body } = await invite(item, 'read');
    expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(200);
    await graph.delete(`${item}/permissions/${body.value[0].id}`);
    expect(await graph.get(item, as(graph, 'bruno'))).toMatchObject(notFound);
  });

  test('a change of role counts at once', async () => {
    const { body } = await invite(item, 'read');
    const write = () => graph.put(`${item}/content`, 'x', as(graph, 'bruno'));
    expect(await write()).toMatchObject(denied);
    await graph.send('PATCH', `${item}/permissions/${body.value[0].id}`, { roles: ['write'] });
    expect((await write()).status).toBe(200);
  });

  test('people named in a link have what it gives without following it; others do not', async () => {
    await graph.post(`${item}/createLink`, { type: 'edit', scope: 'users', recipients: [bruno] });
    expect((await graph.put(`${item}/content`, 'x', as(graph, 'bruno'))).status).toBe(200);
    expect(await graph.get(item, as(graph, 'chiara'))).toMatchObject(notFound);
  });

  test('a link for anyone or the organisation gives nothing to those who do not follow it', async () => {
    await graph.post(`${item}/createLink`, { type: 'edit', scope: 'anonymous' });
    await graph.post(`${item}/createLink`, link);
    expect(await graph.get(item, as(graph, 'bruno'))).toMatchObject(notFound);
  });

  test('a group stands for everybody in the tenant', async () => {
    await invite(item, 'read', { email: 'field.trips@contoso.com' });
    expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(200);
    expect((await graph.get(item, as(graph, 'foreigner'))).status).toBe(404);
  });

  test('somebody from elsewhere is known by their address', async () => {
    await invite(item, 'read', { email: 'Eve@Example.org' });
    const eve = { authorization: `Bearer ${graph.token({ oid: crypto.randomUUID(), upn: 'eve@example.org' })}` };
    expect((await graph.get(item, eve)).status).toBe(200);
  });

  test('another tenant sees nothing, whatever the ids', async () => {
    await invite(item, 'write');
    const reply = await graph.get(`${item}/permissions`, as(graph, 'foreigner'));
    expect(reply).toMatchObject(notFound);
  });

  test('an application reaches every item, and a library is open to the whole tenant', async () => {
    expect((await graph.put(`${item}/content`, 'x', as(graph, 'app'))).status).toBe(200);
    const launch = `/v1.0/drives/${ids.library}/items/${ids.launch}`;
    expect((await graph.post(`${launch}/createLink`, link, as(graph, 'bruno'))).status).toBe(201);
    expect((await graph.get(`/v1.0/drives/${ids.library}`, as(graph, 'chiara'))).status).toBe(200);
  });

  test('who may change a file may not add another beside it', async () => {
    await invite(item, 'write');
    const rename = '?@microsoft.graph.conflictBehavior=rename';
    for (const path of [`${item}/content${rename}`, `${folder}:/Report.docx:/content${rename}`])
      expect((await graph.put(path, 'x', as(graph, 'bruno'))).status).toBe(404);
    expect((await graph.put(`${folder}:/New.docx:/content`, 'x', as(graph, 'bruno'))).status).toBe(404);
    expect((await graph.get(`${folder}/children`)).body.value).toHaveLength(3);
    expect((await graph.put(`${item}/content`, 'x', as(graph, 'bruno'))).status).toBe(200);
  });

  test("an unknown id becomes no file in somebody else's drive", async () => {
    await graph.close();
    graph = await startGraph({ store, settings: { GRAPH_MOCK_UNKNOWN_ITEMS: 'create' } });
    await invite(folder, 'write');
    expect((await graph.get(`${drive}/items/whatever`, as(graph, 'bruno'))).status).toBe(404);
    const { shareId } = (await graph.post(`${folder}/createLink`, link)).body;
    expect((await graph.get(`/v1.0/shares/${shareId}/items/whatever`)).status).toBe(404);
    expect((await graph.get(`${drive}/root/children`)).body.value).toHaveLength(2);
  });
});

describe('the owner', () => {
  test('pays nothing for the question what they may do: createLink on an own item stays at three table operations', async () => {
    const calls: string[] = [];
    const store = await freshStore('memory');
    // What a test has decided is read once in a while, and the journal written later: neither for this call.
    const isCounted = (table: string): boolean => !['control', 'journal'].includes(table);
    const counted: Store = {
      ...store,
      rows: <T extends object>(kind: Kind<T>): Rows<T> =>
        new Proxy(store.rows(kind), {
          get(target, name, receiver): unknown {
            if (isCounted(kind.table)) calls.push(`${String(name)} ${kind.table}`);
            return Reflect.get(target, name, receiver);
          },
        }),
    };
    const graph = await startGraph({ replaced: { store: counted } });
    await graph.get(item);
    calls.length = 0;
    await graph.post(`${item}/createLink`, link);
    expect(calls).toEqual(['get drives', 'get drives', 'insert permissions']);
    await graph.close();
  });
});
