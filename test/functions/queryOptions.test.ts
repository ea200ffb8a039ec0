import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const drive = `/v1.0/drives/${ids.drive}`;
const report = `${drive}/items/${ids.report}`;
const projects = `${drive}/items/${ids.projects}`;
const inContext = `drives('${ids.drive.replace('!', '%21')}')`;

const namesOf = ({ body }: Reply): string[] => body.value.map(({ name }: { name: string }) => name);
const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search;

/** Every page of a list, from its first on. */
async function pagesOf(graph: Graph, path: string): Promise<Reply[]> {
  const pages = [await graph.get(path)];
  for (let link = pages[0]?.body['@odata.nextLink']; link !== undefined; link = pages.at(-1)?.body['@odata.nextLink'])
    pages.push(await graph.get(pathOf(link)));
  return pages;
}

describe.each([...storeNames])('query options on %s', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store });
    for (const [path, type, scope] of [
      [report, 'view', 'organization'],
      [report, 'edit', 'users'],
      [report, 'view', 'anonymous'],
      [projects, 'view', 'organization'],
    ] as const)
      await graph.post(`${path}/createLink`, { type, scope });
    for (const name of ['Sorted', 'Moving']) await graph.post(`${drive}/root/children`, { name, folder: {} });
    for (const [name, size] of [
      ['b.txt', 30],
      ['A.txt', 10],
      ['ä.txt', 20],
      ["it's.txt", 20],
    ] as const)
      await graph.put(`${drive}/root:/Sorted/${encodeURIComponent(name)}:/content`, 'x'.repeat(size));
  });
  afterAll(() => graph.close());

  describe('$select', () => {
    test.each([
      ['$select=id,name', ['id', 'name']],
      ['select=id,name', ['id', 'name']],
      ['$SELECT=NAME', ['name']],
      ['$select=parentreference,sharepointids', ['parentReference', 'sharepointIds']],
      ['$select=id,colour', ['id']],
      ['$select=@microsoft.graph.downloadUrl', ['@microsoft.graph.downloadUrl']],
    ])('an item with %s has %j, and control information', async (query, properties) => {
      const { status, headers, body } = await graph.get(`${report}?${query}`);
      expect(status).toBe(200);
      expect(Object.keys(body).toSorted()).toEqual(['@odata.context', '@odata.etag', ...properties].toSorted());
      expect(headers['etag']).toBe(body['@odata.etag']);
    });

    test.each([
      [`${report}?$select=parentreference,SharePointIds`, `${inContext}/items(parentReference,sharepointIds)/$entity`],
      [`${drive}/root?$select=id`, `${inContext}/root(id)/$entity`],
      [`${projects}/children?$select=Name,size`, `${inContext}/items('${ids.projects}')/children(name,size)`],
      [`${report}/permissions?$select=roles`, `${inContext}/items('${ids.report}')/permissions(roles)`],
      ['/v1.0/me/drive?$select=id,colour', 'drives(id,colour)/$entity'],
      ['/v1.0/me/drives?$select=driveType', 'drives(driveType)'],
      [`${report}?$select=*`, `${inContext}/items/$entity`],
      [`${report}?$select=`, `${inContext}/items/$entity`],
    ])('%s has its list in the context', async (path, context) => {
      const { body } = await graph.get(path);
      expect(body['@odata.context']).toBe(`${graph.url}/v1.0/$metadata#${context}`);
    });

    test('a list and each single thing is cut down', async () => {
      const list = await graph.get(`${report}/permissions?$select=id,roles`);
      expect(list.body.value.length).toBeGreaterThan(3);
      for (const each of list.body.value) expect(Object.keys(each)).toEqual(['id', 'roles']);
      const one = await graph.get(`${report}/permissions/${list.body.value[1].id}?$select=link`);
      expect(Object.keys(one.body)).toEqual(['@odata.context', 'link']);
      expect(Object.keys((await graph.get('/v1.0/me/drive?$select=quota')).body)).toEqual(['@odata.context', 'quota']);
    });

    test('without metadata nothing but the selected is left', async () => {
      const { body } = await graph.get('/v1.0/me/drive?$select=id', {
        accept: 'application/json;odata.metadata=none',
      });
      expect(body).toEqual({ id: ids.drive });
    });
  });

  describe('$filter', () => {
    const scopesOf = ({ body }: Reply) =>
      body.value.map(({ link }: { link?: { scope: string } }) => link?.scope ?? null);

    test.each([
      ['link ne null', ['organization', 'users', 'anonymous', 'organization']],
      ['Link eq null', [null]],
      ["Link ne null and Link/Scope eq 'anonymous'", ['anonymous']],
      ["link/scope eq 'organization' and inheritedFrom eq null", ['organization']],
      [`inheritedFrom/id eq '${ids.projects}'`, ['organization']],
      ["not (link/scope eq 'organization' or link eq null)", ['users', 'anonymous']],
      ["link/type eq 'edit'", ['users']],
      ['hasPassword eq true', []],
      ["grantedToV2/user/displayName eq 'Ada Fenn'", [null]],
    ])('permissions with %s', async (filter, expected) => {
      expect(scopesOf(await graph.get(`${report}/permissions?$filter=${encodeURIComponent(filter)}`))).toEqual(
        expected,
      );
    });

    test.each([
      ['file ne null', ['Logo.png']],
      ['folder ne null', ['Moving', 'Projects', 'Sorted']],
      ["startswith(name,'P')", ['Projects']],
      ['folder/childCount gt 3', ['Sorted']],
      ["name eq 'it''s.txt'", []],
      ['lastModifiedDateTime lt 2000-01-01T00:00:00Z', []],
    ])('children with %s', async (filter, expected) => {
      expect(namesOf(await graph.get(`${drive}/root/children?$filter=${encodeURIComponent(filter)}`))).toEqual(
        expected,
      );
    });

    test('a quote in a literal is doubled', async () => {
      const filter = encodeURIComponent("name eq 'it''s.txt'");
      expect(namesOf(await graph.get(`${drive}/root:/Sorted:/children?$filter=${filter}`))).toEqual(["it's.txt"]);
    });

    test('drives by their type', async () => {
      const { body } = await graph.get("/v1.0/me/drives?$filter=driveType eq 'personal'");
      expect(body.value.map(({ id }: { id: string }) => id)).toEqual([ids.personalDrive]);
    });
  });

  describe('$orderby', () => {
    test.each([
      ['', ['A.txt', 'ä.txt', 'b.txt', "it's.txt"]],
      ['$orderby=name', ['A.txt', 'ä.txt', 'b.txt', "it's.txt"]],
      ['orderBy=Name desc', ["it's.txt", 'b.txt', 'ä.txt', 'A.txt']],
      ['$orderby=size desc,name', ['b.txt', 'ä.txt', "it's.txt", 'A.txt']],
      ['$orderby=size asc,name desc', ['A.txt', "it's.txt", 'ä.txt', 'b.txt']],
      ['$orderby=size desc&$top=1', ['b.txt']],
    ])('%s', async (query, expected) => {
      expect(namesOf(await graph.get(`${drive}/root:/Sorted:/children?${query}`))).toEqual(expected);
    });
  });

  describe('pages', () => {
    test.each([
      [1, [['A.txt'], ['ä.txt'], ['b.txt'], ["it's.txt"]]],
      [3, [['A.txt', 'ä.txt', 'b.txt'], ["it's.txt"]]],
      [4, [['A.txt', 'ä.txt', 'b.txt', "it's.txt"]]],
      [1000, [['A.txt', 'ä.txt', 'b.txt', "it's.txt"]]],
    ])('of %d, each with an absolute link to the next', async (top, expected) => {
      const pages = await pagesOf(graph, `${drive}/root:/Sorted:/children?$top=${top}`);
      expect(pages.map(namesOf)).toEqual(expected);
      for (const { body } of pages.slice(0, -1)) expect(body['@odata.nextLink']).toMatch(`${graph.url}${drive}`);
    });

    test('the link keeps the other options as they were sent', async () => {
      const query =
        'top=2&$select=name&%24orderby=size%20desc&$filter=startswith(name,%27x%27)%20eq%20false&ms-test=a%26b';
      const pages = await pagesOf(graph, `${drive}/root:/Sorted:/children?${query}`);
      expect(pages[0]?.body['@odata.nextLink']).toMatch(
        `${graph.url}${drive}/root:/Sorted:/children?${query}&$skiptoken=`,
      );
      expect(pages.flatMap(namesOf)).toHaveLength(4);
      for (const { body } of pages)
        for (const child of body.value) expect(Object.keys(child)).toEqual(['@odata.etag', 'name']);
    });

    test('the link leads through the proxy that the request came by', async () => {
      const { body } = await graph.get(`${drive}/root/children?$top=1`, {
        'x-forwarded-host': 'mock.example.com',
        'x-forwarded-proto': 'https',
      });
      expect(body['@odata.nextLink']).toMatch(`https://mock.example.com${drive}/root/children?$top=1&$skiptoken=`);
    });

    test('permissions come whole unless pages are asked for', async () => {
      const { body: whole } = await graph.get(`${report}/permissions`);
      expect(whole['@odata.nextLink']).toBeUndefined();
      const pages = await pagesOf(graph, `${report}/permissions?$top=2&$filter=link ne null`);
      expect(pages.map(({ body }) => body.value.length)).toEqual([2, 2]);
      expect(pages.flatMap(({ body }) => body.value)).toEqual(whole.value.slice(1));
    });

    test('drives come in pages too', async () => {
      const pages = await pagesOf(graph, '/v1.0/me/drives?$top=1&$select=id');
      expect(pages.map(({ body }) => body.value)).toEqual([[{ id: ids.drive }], [{ id: ids.personalDrive }]]);
    });

    test('a token is of use for its own list only', async () => {
      const { body } = await graph.get(`${drive}/root:/Sorted:/children?$top=1`);
      const token = new URL(body['@odata.nextLink']).searchParams.get('$skiptoken');
      const others = [
        `${drive}/root/children?$skiptoken=${token}`,
        `${drive}/root:/Sorted:/children?$orderby=size&$skiptoken=${token}`,
        `${drive}/root:/Sorted:/children?$filter=file ne null&$skiptoken=${token}`,
        `${report}/permissions?$skiptoken=${token}`,
      ];
      for (const path of others)
        expect(await graph.get(path)).toMatchObject({
          status: 400,
          body: { error: { code: 'invalidRequest', innerError: { code: 'invalidQueryOption' } } },
        });
      const authorization = `Bearer ${graph.token({ oid: crypto.randomUUID(), upn: 'new@contoso.com' })}`;
      const mine = await graph.get('/v1.0/me/drive/root/children?$top=1');
      expect((await graph.get(pathOf(mine.body['@odata.nextLink']), { authorization })).status).toBe(400);
      expect((await graph.get(pathOf(mine.body['@odata.nextLink']))).status).toBe(200);
    });
  });

  test('what comes and goes between two pages neither repeats nor hides anything', async () => {
    const folder = `${drive}/root:/Moving`;
    for (const name of ['b', 'd', 'f', 'h']) await graph.put(`${folder}/${name}:/content`, 'x');
    const first = await graph.get(`${folder}:/children?$top=2`);
    expect(namesOf(first)).toEqual(['b', 'd']);
    await graph.put(`${folder}/a:/content`, 'x');
    await graph.put(`${folder}/c:/content`, 'x');
    await graph.delete(`${folder}/b:`);
    await graph.delete(`${folder}/f:`);
    await graph.put(`${folder}/g:/content`, 'x');
    expect(namesOf(await graph.get(pathOf(first.body['@odata.nextLink'])))).toEqual(['g', 'h']);
  });

  test('permissions that are deleted page by page are all met', async () => {
    const item = `${drive}/items/${ids.budget}`;
    for (const type of ['view', 'edit'])
      for (const scope of ['organization', 'users', 'anonymous'])
        await graph.post(`${item}/createLink`, { type, scope });
    let path = `${item}/permissions?$top=2&$filter=link ne null and inheritedFrom eq null`;
    let met = 0;
    for (let page = await graph.get(path); ; page = await graph.get(path)) {
      for (const { id } of page.body.value) expect((await graph.delete(`${item}/permissions/${id}`)).status).toBe(204);
      met += page.body.value.length;
      if (page.body['@odata.nextLink'] === undefined) break;
      path = pathOf(page.body['@odata.nextLink']);
    }
    expect(met).toBe(6);
  });

  describe('$expand', () => {
    test('children come along, sorted, and with options of their own', async () => {
      const { body } = await graph.get(`${drive}/root:/Sorted?$expand=children`);
      expect(body).toMatchObject({ name: 'Sorted', folder: { childCount: 4 } });
      expect(body.children.map(({ name }: { name: string }) => name)).toEqual(['A.txt', 'ä.txt', 'b.txt', "it's.txt"]);
      const cut = await graph.get(
        `${drive}/root:/Sorted?$select=name&expand=Children($select=name;$top=2;$orderby=size desc;$filter=size lt 30)`,
      );
      expect(cut.body).toMatchObject({ name: 'Sorted', children: [{ name: expect.any(String) }, {}] });
      expect(Object.keys(cut.body).toSorted()).toEqual(['@odata.context', '@odata.etag', 'children', 'name']);
      for (const child of cut.body.children) expect(Object.keys(child)).toEqual(['@odata.etag', 'name']);
    });

    test('a file has none', async () => {
      expect((await graph.get(`${report}?$expand=children`)).body.children).toEqual([]);
    });

    test('there are no thumbnails, and a list item where there is a list', async () => {
      const { body } = await graph.get(`${drive}/root/children?$expand=thumbnails,listItem&$select=id`);
      for (const child of body.value)
        expect(child).toMatchObject({ thumbnails: [], listItem: { id: expect.stringMatching(/^\d+$/) } });
      const personal = await graph.get(`/v1.0/drives/${ids.personalDrive}/root?$expand=listItem`);
      expect(personal.body).not.toHaveProperty('listItem');
      expect((await graph.get(report)).body).not.toHaveProperty('thumbnails');
    });
  });

  test.each([
    [`${drive}/root/children?$top=0`, /^Invalid value '0' for \$top query option found\./],
    [`${drive}/root/children?$top=many`, /^Invalid value 'many' for \$top query option found\./],
    [`${drive}/root/children?$skip=1`, /'\$skip'/],
    [`${drive}/root/children?$count=true`, /'\$count'/],
    [`${drive}/root/children?$search=x`, /'\$search'/],
    [`${drive}/root/children?$orderby=webUrl`, /'webUrl'/],
    [
      `${drive}/root/children?$filter=colour eq 'red'`,
      /^Could not find a property named 'colour' on type 'microsoft.graph.driveItem'\.$/,
    ],
    [`${drive}/root/children?$filter=name`, /boolean/],
    [`${drive}/root/children?$filter=name eq`, /^Syntax error at position 7 in 'name eq'\.$/],
    [`${drive}/root/children?$skiptoken=x`, /skiptoken/],
    [`${drive}/root/children?$top=1&top=2`, /more than once/],
    [`${report}?$expand=permissions`, /'\$expand=permissions'/],
    [`${report}?$filter=name eq 'x'`, /'\$filter'/],
    [`${report}/permissions?$expand=grantedTo`, /'\$expand'/],
    [`${report}/permissions?$orderby=id`, /'\$orderby'/],
    [`${report}/permissions?$filter=link/colour ne 'x'`, /'link\/colour' on type 'microsoft.graph.permission'/],
    ['/v1.0/me/drive?$top=1', /'\$top'/],
    ['/v1.0/me/drives?$format=json&$apply=x', /'\$apply'/],
  ])('%s is a bad query option', async (path, message) => {
    expect(await graph.get(path)).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'invalidRequest',
          message: expect.stringMatching(message),
          innerError: { code: 'invalidQueryOption' },
        },
      },
    });
  });

  test.each([
    [`${report}?ms-anything=1&@microsoft.graph.conflictBehavior=rename&x=$top`],
    [`${drive}/root/children?api-version=1.0`],
    [`${report}/permissions?$format=json`],
  ])('%s passes', async (path) => {
    expect((await graph.get(path)).status).toBe(200);
  });

  test('an operation without options of its own does not look at them', async () => {
    const made = await graph.post(`${report}/createLink?$top=x&$select=id`, { type: 'view', scope: 'anonymous' });
    expect(made.body).toMatchObject({ id: expect.any(String), link: { type: 'view' } });
  });

  test('an item that is answered to a change takes what one that is read takes', async () => {
    const path = `${drive}/root:/Odd.txt:/content?@microsoft.graph.conflictBehavior=rename`;
    const made = await graph.put(`${path}&$select=name&$expand=thumbnails`, 'x');
    expect(made).toMatchObject({ status: 201, body: { name: 'Odd.txt', thumbnails: [] } });
    expect(made.body).not.toHaveProperty('id');
    expect((await graph.put(`${path}&$top=x`, 'x')).status).toBe(400);
  });

  test('a bad option comes after the token, and before the item', async () => {
    expect((await graph.get(`${report}?$top=1`, { authorization: '' })).status).toBe(401);
    expect((await graph.get(`${drive}/items/${ids.unknown}?$top=1`)).status).toBe(400);
  });
});

describe('a folder of 250', () => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph();
    await graph.post(`${drive}/root/children`, { name: 'Many', folder: {} });
    for (let at = 0; at < 250; at += 1)
      await graph.put(`${drive}/root:/Many/${String(at).padStart(3, '0')}.txt:/content`, 'x');
  });
  afterAll(() => graph.close());

  test('comes in pages of 200 when nothing is asked', async () => {
    const pages = await pagesOf(graph, `${drive}/root:/Many:/children?$select=name`);
    expect(pages.map((page) => [page.body.value.length, namesOf(page)[0]])).toEqual([
      [200, '000.txt'],
      [50, '200.txt'],
    ]);
  });

  test('a page asks the store for what it shows, and for nothing of the others', async () => {
    await graph.post(`${drive}/root:/Many/007.txt:/createLink`, { type: 'view', scope: 'organization' });
    const asked = async (query: string) => {
      const list = jest.spyOn(graph.context.sharing, 'sharedFacet');
      const { body } = await graph.get(`${drive}/root:/Many:/children?${query}`);
      const { length } = list.mock.calls;
      list.mockRestore();
      return { length, shared: body.value.map(({ shared }: { shared?: object }) => shared) };
    };
    const shared = { scope: 'organization' };
    expect(await asked('$top=2')).toEqual({ length: 2, shared: [undefined, undefined] });
    expect(await asked("$top=2&$filter=startswith(name,'007')")).toEqual({ length: 1, shared: [shared] });
    expect(await asked('$top=2&$select=name')).toEqual({ length: 0, shared: [undefined, undefined] });
    expect(await asked("$top=2&$select=name,Shared&$filter=name eq '007.txt'")).toEqual({
      length: 1,
      shared: [shared],
    });
    expect(await asked("$top=1&$filter=shared/scope eq 'organization'")).toEqual({ length: 250, shared: [shared] });
    expect(await asked('$filter=folder/childCount gt 0')).toEqual({ length: 250, shared: [] });
  });

  test('is expanded as a whole', async () => {
    expect((await graph.get(`${drive}/root:/Many?$expand=children`)).body.children).toHaveLength(250);
  });
});
