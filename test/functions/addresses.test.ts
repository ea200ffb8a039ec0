import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const ada = 'e3019764-1d4b-5ed3-91ed-66843ed2ffa6';
const group = '5b0b3b6e-8f7c-5c1e-9d43-0c5c8a1f6e21';
const marketing = 'da992cda-fc31-5353-a727-73545115b521';
const encoded = (id: string): string => encodeURIComponent(id).replaceAll('!', '%21');

/** The address as something can follow it: a path is closed by a colon, and an id alone has none. */
function bound(path: string): string {
  const address = path.replace(/\/$/, '');
  if (/items\/\w+:$/.test(address)) return address.slice(0, -1);
  const isOpen = /(root|items\/\w+):\/[^:]*$/.test(address);
  return isOpen ? `${address}:` : address;
}

describe.each([...storeNames])('every way to name a driveItem (%s)', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store });
  });
  afterAll(() => graph.close());

  const report = [
    `/me/drive/items/${ids.report}`,
    `/drive/items/${ids.report}`,
    `/me/drives/${ids.drive}/items/${ids.report}`,
    `/users/${ada}/drive/items/${ids.report}`,
    `/users/ada.fenn@contoso.com/drive/items/${ids.report}`,
    `/users/Ada.Fenn%40contoso.com/drives/${ids.drive}/items/${ids.report}`,
    `/drives/${ids.drive}/items/${ids.report}`,
    `/drives/${encoded(ids.drive)}/items/${ids.report}`,
    `/me/drive/root:/Projects/Report.docx:`,
    `/me/drive/root:/Projects/Report.docx`,
    `/me/drive/root:/projects/REPORT.DOCX:`,
    `/me/drive/root%3A/Projects/Report.docx%3A`,
    `/drive/root:/Projects/Report.docx:`,
    `/drives/${ids.drive}/root:/Projects/Report.docx:`,
    `/me/drive/items/root:/Projects/Report.docx:`,
    `/me/drive/items/ROOT:/Projects/Report.docx:`,
    `/me/drive/items/${ids.projects}:/Report.docx:`,
    `/me/drive/items/${ids.projects}:/Report.docx`,
    `/me/drive/items/${ids.report}:`,
    // Kiota's clients escape a path in the place of an id.
    `/me/drive/items/root%3A%2FProjects%2FReport.docx%3A`,
    `/me/drive/items/root%3a%2fprojects%2fREPORT.DOCX%3a`,
    `/drives/${encoded(ids.drive)}/items/${ids.projects}%3A%2FReport.docx%3A`,
    `/users/${ada}/drive/items/${ids.projects}:/Report.docx:`,
    `/ME/Drive/ITEMS/${ids.report}`,
    `/me/drive/items/${ids.report}/`,
    `/me/drive/items('${ids.report}')`,
    `/drives('${ids.drive}')/items('${ids.report}')`,
  ];
  const inLibrary = [
    `/sites/${ids.site}/drive/items/${ids.launch}`,
    `/sites/${ids.site}/drives/${ids.library}/items/${ids.launch}`,
    `/sites/${marketing}/drive/root:/Launch.pptx:`,
    `/sites/contoso.sharepoint.com:/sites/marketing:/drive/items/${ids.launch}`,
    `/sites/contoso.sharepoint.com:/sites/Marketing:/drive/root:/Launch.pptx:`,
    `/sites/contoso.sharepoint.com%3A%2Fsites%2Fmarketing%3A/drive/items/root%3A%2FLaunch.pptx%3A`,
    `/drives/${ids.library}/items/${ids.launch}`,
  ];

  test.each([...report.map((path) => [path, ids.report]), ...inLibrary.map((path) => [path, ids.launch])] as const)(
    '%s',
    async (path, id) => {
      for (const version of ['v1.0', 'beta']) {
        const item = await graph.get(`/${version}${path}`);
        expect(item).toMatchObject({ status: 200, body: { id } });
        const made = await graph.post(`/${version}${bound(path)}/createLink`, { type: 'view', scope: 'organization' });
        expect([200, 201]).toContain(made.status);
        expect(made.body.link.type).toBe('view');
      }
    },
  );

  test('all of them lead to one and the same link', async () => {
    const replies = await Promise.all(
      report.slice(0, 8).map((path) => graph.post(`/v1.0${path}/createLink`, { type: 'edit', scope: 'organization' })),
    );
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
  });

  test.each([
    ['/groups/{group}/drive/root', 200],
    ['/groups/field.trips@contoso.com/drive/root:/Plans/Plan.xlsx:', 200],
    ['/sites/root/drive/root:/Launch.pptx:', 200],
    ['/sites/contoso.sharepoint.com/drive/root', 200],
    ['/me/drive/special/documents', 200],
    ['/me/drive/special/approot', 200],
    ['/me/drive/special/attic', 404],
  ])('%s answers %i', async (path, status) => {
    expect((await graph.get(`/v1.0${path.replace('{group}', group)}`)).status).toBe(status);
  });

  test.each(['createLink', 'CREATELINK', 'microsoft.graph.createLink'])(
    'the action may be called %s',
    async (action) => {
      const { body } = await graph.post(`/v1.0/me/drive/items/${ids.logo}/${action}`, { type: 'view', scope: 'users' });
      expect(body.link).toMatchObject({ type: 'view', scope: 'users' });
    },
  );

  test.each([
    'Größe & Preis #1.txt',
    '50% of 100%.txt',
    '你好 world.docx',
    "it's {odd}+name=1.txt",
    'children',
    'createLink',
    'a.b.c',
  ])('a file named %j is found by its path', async (name) => {
    const path = `/v1.0/me/drive/items/${ids.projects}:/${encodeURIComponent(name)}`;
    const made = await graph.put(`${path}:/content`, 'x');
    expect(made).toMatchObject({ status: 201, body: { name } });
    expect(await graph.get(path)).toMatchObject({ status: 200, body: { id: made.body.id, name } });
    const link = await graph.post(`${path}:/createLink`, { type: 'view', scope: 'organization' });
    expect(link.status).toBe(201);
  });

  test('a special folder takes a path, and is made when it is needed', async () => {
    const made = await graph.put('/v1.0/me/drive/special/documents:/Letter.docx:/content', 'Dear Sir');
    expect(made.body.parentReference.path).toBe(`/drives/${ids.drive}/root:/Documents`);
    expect(await graph.get('/v1.0/me/drive/root:/Documents/Letter.docx')).toMatchObject({ body: { id: made.body.id } });
  });

  test('a list item is named by its number', async () => {
    const { body: item } = await graph.get(`/v1.0/drives/${ids.library}/items/${ids.launch}`);
    const path = `/v1.0/sites/${ids.site}/lists/${ids.libraryList}/items/1/createLink`;
    const made = await graph.post(path, { type: 'edit', scope: 'users' });
    expect(item.id).toBe(ids.launch);
    expect(made.status).toBe(201);
    expect(made.body.link.webUrl).toContain('/:li:/s/marketing/');
    expect((await graph.post(path.replace('/1/', '/99/'), { type: 'view', scope: 'users' })).status).toBe(404);
    expect((await graph.post(path.replace(ids.libraryList, ids.report), { type: 'view', scope: 'users' })).status).toBe(
      404,
    );
  });
});

describe.each([...storeNames])('unknown items (%s)', (store) => {
  test('by a setting an unknown id becomes a file on first use, once', async () => {
    const graph = await startGraph({ store, settings: { GRAPH_MOCK_UNKNOWN_ITEMS: 'create' } });
    const ask = (id: string) =>
      graph.post(`/v1.0/me/drive/items/${encodeURIComponent(id)}/createLink`, { type: 'view', scope: 'organization' });
    const replies = await Promise.all(Array.from({ length: 10 }, () => ask('my-own-id')));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await graph.get('/v1.0/me/drive/items/my-own-id')).toMatchObject({
      status: 200,
      body: { id: 'my-own-id', file: {} },
    });
    for (const id of ['MY-OWN-ID', 'a/b', 'x'.repeat(2000), 'é😀']) expect((await ask(id)).status).toBe(201);
    expect((await graph.post('/v1.0/workbooks/abc/createLink', { type: 'view', scope: 'organization' })).status).toBe(
      200,
    );
    await graph.close();
  });
});
