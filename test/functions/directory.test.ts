import { sample } from '../../src/sample.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { as } from '../kit/people.ts';
import { storeNames } from '../kit/stores.ts';

const { ada, bruno } = sample.users;
const rootSite = 'contoso.sharepoint.com,6f0cbb38-4c6d-5d8e-8a53-94f1f3f0a7d2,b1c5f7ae-24c6-5a0b-90d8-3a7d0c1e9f54';
const user = ({ id, displayName, email, userPrincipalName }: typeof ada) => ({
  id,
  displayName,
  mail: email,
  userPrincipalName,
});

describe.each([...storeNames])('people, groups and sites on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const namesAt = async (path: string): Promise<string[]> =>
    (await graph.get(path)).body.value.map(({ displayName }: { displayName: string }) => displayName);

  test.each([
    ['me', ada],
    [`users/${ada.id}`, ada],
    [`users/${bruno.id.toUpperCase()}`, bruno],
    ['users/Bruno.Costa%40contoso.com', bruno],
    [`users('${bruno.id}')`, bruno],
  ])('GET /%s', async (path, who) => {
    expect(await graph.get(`/v1.0/${path}`)).toMatchObject({
      status: 200,
      body: { '@odata.context': `${graph.url}/v1.0/$metadata#users/$entity`, ...user(who) },
    });
  });

  test('somebody nobody has heard of is there for themselves, and for others once they have been here', async () => {
    const [id, upn] = [crypto.randomUUID(), 'new.one@contoso.com'];
    const authorization = `Bearer ${graph.token({ oid: id, upn, name: 'New One' })}`;
    for (const path of ['me', `users/${id}`, 'users/NEW.ONE@contoso.com'])
      expect((await graph.get(`/v1.0/${path}`, { authorization })).body).toMatchObject({ id, displayName: 'New One' });
    expect(await namesAt('/v1.0/users')).toEqual(['Ada Fenn', 'Bruno Costa', 'Chiara Lund']);
    await graph.get('/v1.0/me/drive', { authorization });
    expect(await namesAt('/v1.0/users')).toEqual(['Ada Fenn', 'Bruno Costa', 'Chiara Lund', 'New One']);
    expect((await graph.get(`/v1.0/users/${upn}`)).body.id).toBe(id);
    const elsewhere = { authorization: `Bearer ${graph.token({ tid: crypto.randomUUID() })}` };
    expect((await graph.get(`/v1.0/users/${id}`, elsewhere)).status).toBe(404);
  });

  test.each([
    ['users?$filter=startswith(displayName,%27B%27)', ['Bruno Costa']],
    ["users?$filter=mail eq 'chiara.lund@contoso.com'", ['Chiara Lund']],
    ['users?$orderby=displayName desc', ['Chiara Lund', 'Bruno Costa', 'Ada Fenn']],
    ['users?$top=2', ['Ada Fenn', 'Bruno Costa']],
    ['groups', ['Field Trips']],
    ["groups?$filter=mailNickname eq 'nobody'", []],
    ['sites?search=market', ['Marketing']],
    ['sites?search=*', ['Contoso', 'Marketing']],
    ['sites?search=', ['Contoso', 'Marketing']],
    ['sites?search=sites marketing', ['Marketing']],
    ['sites?search=nothing', []],
  ])('GET /%s', async (path, names) => {
    expect(await namesAt(`/v1.0/${path}`)).toEqual(names);
  });

  test('a user as far as it is selected', async () => {
    expect((await graph.get('/v1.0/me?$select=displayName,mail')).body).toEqual({
      '@odata.context': expect.stringContaining('#users(displayName,mail)/$entity'),
      displayName: 'Ada Fenn',
      mail: 'ada.fenn@contoso.com',
    });
  });

  test('a group by its id', async () => {
    const { body } = await graph.get(`/beta/groups/${sample.group.id}`);
    expect(body).toEqual({
      '@odata.context': `${graph.url}/beta/$metadata#groups/$entity`,
      id: sample.group.id,
      displayName: 'Field Trips',
      groupTypes: ['Unified'],
      mail: 'field.trips@contoso.com',
      mailEnabled: true,
      mailNickname: 'field.trips',
      securityEnabled: false,
    });
  });

  test.each([
    ['sites/root', rootSite, 'Contoso', ''],
    ['sites/contoso.sharepoint.com', rootSite, 'Contoso', ''],
    ['sites/contoso.sharepoint.com:/sites/marketing', ids.site, 'Marketing', '/sites/marketing'],
    ['sites/contoso.sharepoint.com:/sites/Marketing:', ids.site, 'Marketing', '/sites/marketing'],
    [`sites/${ids.site}`, ids.site, 'Marketing', '/sites/marketing'],
    [`sites/${ids.site.split(',')[1]}`, ids.site, 'Marketing', '/sites/marketing'],
  ])('GET /%s', async (path, id, displayName, webPath) => {
    expect(await graph.get(`/v1.0/${path}`)).toMatchObject({
      status: 200,
      body: {
        '@odata.context': `${graph.url}/v1.0/$metadata#sites/$entity`,
        id,
        displayName,
        name: webPath.slice(webPath.lastIndexOf('/') + 1),
        webUrl: graph.url + webPath,
        createdDateTime: expect.any(String),
      },
    });
  });

  test('the list of a site leads to its items, and they to the files', async () => {
    const site = `/v1.0/sites/${ids.site}`;
    const { body: lists } = await graph.get(`${site}/lists`);
    expect(lists['@odata.context']).toMatch(/#sites\('contoso[^']+'\)\/lists$/);
    expect(lists.value).toMatchObject([
      {
        id: ids.libraryList,
        displayName: 'Documents',
        name: 'Shared Documents',
        list: { template: 'documentLibrary' },
      },
    ]);
    for (const list of [ids.libraryList, 'Documents'])
      expect((await graph.get(`${site}/lists/${list}`)).body).toMatchObject({
        '@odata.context': expect.stringMatching(/#sites\('contoso[^']+'\)\/lists\/\$entity$/),
        id: ids.libraryList,
      });
    const item = await graph.get(`${site}/lists/Documents/items/1`);
    expect(item).toMatchObject({
      status: 200,
      body: {
        '@odata.context': expect.stringMatching(/\/lists\('Documents'\)\/items\/\$entity$/),
        id: '1',
        webUrl: `${graph.url}/sites/marketing/Shared%20Documents/Launch.pptx`,
        contentType: { name: 'Document' },
      },
    });
    const { body } = await graph.get(
      `/v1.0/sites/contoso.sharepoint.com:/sites/marketing:/lists/Documents/items/1/driveItem`,
    );
    expect(body).toMatchObject({
      id: ids.launch,
      name: 'Launch.pptx',
      eTag: item.headers['etag'],
    });
    const selected = await graph.get(`/v1.0/drives/${ids.library}/items/${ids.launch}?$select=sharepointIds`);
    expect(selected.body.sharepointIds).toMatchObject({ listItemId: '1', listId: ids.libraryList });
  });

  test.each([
    ['users/nobody@contoso.com', 404, 'Request_ResourceNotFound'],
    ['groups/00000000-0000-0000-0000-000000000000', 404, 'Request_ResourceNotFound'],
    [`groups/${ada.id}`, 404, 'Request_ResourceNotFound'],
    [`users/${sample.group.id}`, 404, 'Request_ResourceNotFound'],
    ['sites/contoso.sharepoint.com:/sites/nowhere', 404, 'itemNotFound'],
    ['sites/fabrikam.sharepoint.com:/sites/marketing', 400, 'invalidRequest'],
    [`sites/${ids.site}/lists/${ids.report}`, 404, 'itemNotFound'],
    [`sites/${ids.site}/lists/Documents/items/99`, 404, 'itemNotFound'],
    [`sites/${ids.site}/lists/Documents/items/0x1`, 404, 'itemNotFound'],
    [`sites/${ids.site.replace(/[^,]+$/, ids.report)}`, 404, 'itemNotFound'],
    [`users/${ada.id}:/Projects`, 400, 'BadRequest'],
    ['me/messages', 400, 'BadRequest'],
    ['users?$filter=age gt 3', 400, 'invalidRequest'],
  ])('GET /%s is %i %s', async (path, status, code) => {
    expect(await graph.get(`/v1.0/${path}`)).toMatchObject({ status, body: { error: { code } } });
  });

  test('an application is nobody, and sees everybody', async () => {
    expect(await graph.get('/v1.0/me', as(graph, 'app'))).toMatchObject({
      status: 400,
      body: {
        error: { code: 'BadRequest', message: '/me request is only valid with delegated authentication flow.' },
      },
    });
    expect((await graph.get(`/v1.0/users/${ada.id}`, as(graph, 'app'))).body.displayName).toBe('Ada Fenn');
    expect((await graph.get('/v1.0/sites/root', as(graph, 'app'))).status).toBe(200);
  });

  test.each([
    ['/v1.0/me'],
    ['/v1.0/users'],
    ['/v1.0/sites/root'],
    ['/v1.0/me/drive'],
    ['/v1.0/me/drive/root:/Projects/Report.docx'],
    ['/v1.0/me/drive/root/children'],
    [`/v1.0/me/drive/items/${ids.report}/content`],
    [`/v1.0/me/drive/items/${ids.report}/permissions`],
    [`/v1.0/me/drive/items/${ids.unknown}`],
  ])('HEAD %s is GET without its body', async (path) => {
    const [head, got] = [await graph.send('HEAD', path), await graph.get(path)];
    expect(head.status).toBe(got.status);
    expect(head.body).toBe('');
    for (const name of ['content-type', 'etag', 'odata-version', 'cache-control'])
      expect(head.headers[name]).toBe(got.headers[name]);
  });
});

describe('scopes', () => {
  test.each([
    ['me', 'User.Read', 200],
    ['users', 'User.ReadBasic.All', 200],
    ['sites/root', 'Sites.Read.All', 200],
    ['sites/root', 'Files.Read.All', 403],
    ['sites?search=*', 'Files.ReadWrite', 403],
  ])('GET /%s with %s alone is %i', async (path, scp, status) => {
    const graph = await startGraph({ settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    const reply = await graph.get(`/v1.0/${path}`, { authorization: `Bearer ${graph.token({ scp })}` });
    expect(reply.status).toBe(status);
    await graph.close();
  });
});
