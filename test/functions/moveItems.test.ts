import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { as } from '../kit/people.ts';
import { storeNames } from '../kit/stores.ts';

// The races take their time where the store is a process of its own.
jest.setTimeout(60_000);

const drive = '/v1.0/me/drive';
interface Tags {
  readonly eTag: string;
  readonly cTag: string;
}

const namesOf = (body: { value: { name: string }[] }): string[] => body.value.map(({ name }) => name);

describe.each([...storeNames])('renaming and moving on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const patch = (path: string, body: unknown, headers?: Record<string, string>) =>
    graph.send('PATCH', `${drive}/${path}`, body, headers);
  const report = `items/${ids.report}`;
  const childrenOf = async (path: string): Promise<string[]> =>
    namesOf((await graph.get(`${drive}/${path}/children`)).body);

  async function newFolder(name: string, parentId?: string): Promise<string> {
    const parent = parentId === undefined ? 'root' : `items/${parentId}`;
    const { status, body } = await graph.post(`${drive}/${parent}/children`, { name, folder: {} });
    expect(status).toBe(201);
    return body.id;
  }

  test('a renamed file keeps its id, counts its version and is found under the new name alone', async () => {
    const before = (await graph.get(`${drive}/${report}`)).body;
    const { status, headers, body } = await patch(report, { name: 'Summary.pdf' });
    expect(status).toBe(200);
    expect(headers['etag']).toBe(body.eTag);
    expect(body).toMatchObject({
      '@odata.context': expect.stringMatching(/\/items\/\$entity$/),
      id: ids.report,
      name: 'Summary.pdf',
      eTag: before.eTag.replace(',1"', ',2"'),
      cTag: before.cTag,
      file: { mimeType: 'application/pdf' },
      webUrl: before.webUrl.replace('Report.docx', 'Summary.pdf'),
    });
    expect((await graph.get(`${drive}/root:/Projects/Summary.pdf`)).body.id).toBe(ids.report);
    expect((await graph.get(`${drive}/root:/Projects/Report.docx`)).status).toBe(404);
    expect(await childrenOf(`items/${ids.projects}`)).toEqual(['Budget.xlsx', 'Café № 1 (50%).txt', 'Summary.pdf']);
  });

  test('a name may change in nothing but its case', async () => {
    expect(await patch(report, { name: 'REPORT.docx' })).toMatchObject({ status: 200, body: { name: 'REPORT.docx' } });
    expect((await graph.get(`${drive}/root:/projects/report.DOCX`)).body.name).toBe('REPORT.docx');
  });

  test('a folder takes along what is below it', async () => {
    const archive = await newFolder('Archive');
    const { body } = await patch(`items/${ids.projects}`, { parentReference: { id: archive }, name: 'Old' });
    expect(body).toMatchObject({
      id: ids.projects,
      name: 'Old',
      parentReference: { id: archive, name: 'Archive', path: `/drives/${ids.drive}/root:/Archive` },
    });
    expect((await graph.get(`${drive}/root:/Archive/Old/Report.docx`)).body).toMatchObject({
      id: ids.report,
      eTag: expect.stringMatching(/,1"$/),
      parentReference: { path: `/drives/${ids.drive}/root:/Archive/Old` },
    });
    expect((await graph.get(`${drive}/root:/Projects/Report.docx`)).status).toBe(404);
    expect(await childrenOf('root')).toEqual(['Archive', 'Logo.png']);
  });

  test('links and content of a moved file stay with it', async () => {
    const link = await graph.post(`${drive}/${report}/createLink`, { type: 'view', scope: 'organization' });
    const root = (await graph.get(`${drive}/root`)).body.id;
    await patch(report, { parentReference: { id: root } });
    const { body } = await graph.get(`${drive}/root:/Report.docx:/permissions/${link.body.id}`);
    expect(body.link.webUrl).toBe(link.body.link.webUrl);
    const { headers } = await graph.get(`${drive}/root:/Report.docx:/content`);
    expect(await (await fetch(headers['location'] ?? '')).text()).toBe('The quarterly report.');
  });

  test.each([
    ['/drive/root:', ''],
    ['/drive/root:/', ''],
    ['/drive/root', ''],
    ['/me/drive/root:/A b', 'A b/'],
    ['/drive/root:/A%20b', 'A b/'],
    [`/drives/${ids.drive}/root:/a%20B`, 'A b/'],
    [`/drives/${ids.drive.replace('!', '%21')}/root:/A%20b/`, 'A b/'],
  ])('the path %s is a folder to move to', async (path, prefix) => {
    await newFolder('A b');
    expect((await patch(report, { parentReference: { path } })).status).toBe(200);
    expect((await graph.get(`${drive}/root:/${prefix}Report.docx`)).body.id).toBe(ids.report);
  });

  test('what clients send back of an item unchanged changes nothing, and a description and times are kept', async () => {
    const { '@odata.context': _, ...before } = (await graph.get(`${drive}/${report}`)).body;
    const same = await patch(report, { ...before, '@odata.type': '#microsoft.graph.driveItem' });
    expect(same).toMatchObject({ status: 200, body: { eTag: before.eTag } });
    const times = { createdDateTime: '2001-02-03T04:05:06Z', lastModifiedDateTime: '2002-03-04T05:06:07.89+02:00' };
    const { body } = await patch(report, { description: 'For the board', fileSystemInfo: times });
    expect(body).toMatchObject({
      description: 'For the board',
      fileSystemInfo: { createdDateTime: '2001-02-03T04:05:06Z', lastModifiedDateTime: '2002-03-04T03:06:07Z' },
      createdDateTime: before.createdDateTime,
    });
    await patch(report, { fileSystemInfo: { createdDateTime: '2003-01-01T00:00:00Z' } });
    expect((await graph.get(`${drive}/root:/Projects/Report.docx`)).body).toMatchObject({
      description: 'For the board',
      fileSystemInfo: { createdDateTime: '2003-01-01T00:00:00Z', lastModifiedDateTime: '2002-03-04T03:06:07Z' },
    });
  });

  const taken = { error: expect.objectContaining({ code: 'nameAlreadyExists' }) };
  test.each([
    { behavior: undefined, status: 409, body: taken, budget: 200, links: 1, children: 3 },
    { behavior: 'fail', status: 409, body: taken, budget: 200, links: 1, children: 3 },
    {
      behavior: 'rename',
      status: 200,
      body: { id: ids.report, name: 'Budget 1.xlsx' },
      budget: 200,
      links: 1,
      children: 3,
    },
    {
      behavior: 'replace',
      status: 200,
      body: { id: ids.report, name: 'Budget.xlsx' },
      budget: 404,
      links: 0,
      children: 2,
    },
  ])(
    'to a name that is taken, with $behavior: $status',
    async ({ behavior, status, body, budget, links, children }) => {
      await graph.post(`${drive}/items/${ids.budget}/createLink`, { type: 'view', scope: 'organization' });
      const given = behavior !== undefined && { '@microsoft.graph.conflictBehavior': behavior };
      expect(await patch(report, { name: 'Budget.xlsx', ...given })).toMatchObject({ status, body });
      expect((await graph.get(`${drive}/items/${ids.budget}`)).status).toBe(budget);
      expect(await entitiesOn(graph, ids.budget)).toBe(links);
      expect(await childrenOf(`items/${ids.projects}`)).toHaveLength(children);
    },
  );

  test.each([
    ['a file over a folder', report, { name: 'Drafts' }],
    ['a folder over a file', 'root:/Projects/Drafts:', { name: 'Report.docx' }],
  ])('replacing %s is refused', async (_, path, body) => {
    await newFolder('Drafts', ids.projects);
    const reply = await patch(path, { ...body, '@microsoft.graph.conflictBehavior': 'replace' });
    expect(reply).toMatchObject({ status: 409, body: { error: { code: 'nameAlreadyExists' } } });
    expect(await childrenOf(`items/${ids.projects}`)).toContain('Drafts');
    expect(await childrenOf(`items/${ids.projects}`)).toContain('Report.docx');
  });

  const elsewhere = { driveId: ids.personalDrive, id: ids.projects };
  test.each([
    ['the root is renamed', 'root', { name: 'Top' }, 400, 'invalidRequest'],
    ['the root is moved', 'root', { parentReference: { id: ids.projects } }, 400, 'invalidRequest'],
    [
      'a folder goes into itself',
      `items/${ids.projects}`,
      { parentReference: { id: ids.projects } },
      400,
      'invalidRequest',
    ],
    ['the folder is a file', report, { parentReference: { id: ids.budget } }, 400, 'invalidRequest'],
    ['the folder is unknown', report, { parentReference: { id: ids.unknown } }, 404, 'itemNotFound'],
    ['the folder is named `root`', report, { parentReference: { id: 'root' } }, 400, 'invalidRequest'],
    ['no folder has the path', report, { parentReference: { path: '/drive/root:/Nowhere' } }, 404, 'itemNotFound'],
    ['the path is none', report, { parentReference: { path: 'Projects' } }, 400, 'invalidRequest'],
    [
      'the path is badly encoded',
      report,
      { parentReference: { path: '/drive/root:/%E0%A4%A' } },
      400,
      'invalidRequest',
    ],
    ['the folder is on another drive', report, { parentReference: elsewhere }, 400, 'invalidRequest'],
    [
      'the path is on another drive',
      report,
      { parentReference: { path: `/drives/${ids.library}/root:` } },
      400,
      'invalidRequest',
    ],
    ['a name has a slash', report, { name: 'a/b' }, 400, 'invalidRequest'],
    ['a name is empty', report, { name: '' }, 400, 'invalidRequest'],
    ['a name is no text', report, { name: 7 }, 400, 'invalidRequest'],
    [
      'the behavior is unknown',
      report,
      { name: 'x', '@microsoft.graph.conflictBehavior': 'merge' },
      400,
      'invalidRequest',
    ],
    ['a time is none', report, { fileSystemInfo: { createdDateTime: 'yesterday' } }, 400, 'BadRequest'],
  ])('%s: nothing is changed', async (_, path, body, status, code) => {
    const before = await everything();
    expect(await patch(path, body)).toMatchObject({ status, body: { error: { code } } });
    expect(await everything()).toEqual(before);
  });

  test('a folder does not go below itself', async () => {
    const deep = await newFolder('Deeper', await newFolder('Deep', ids.projects));
    const reply = await patch(`items/${ids.projects}`, { parentReference: { id: deep } });
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalidRequest' } } });
    expect(await childrenOf('root')).toContain('Projects');
  });

  test.each([
    { given: 'the eTag', tagOf: ({ eTag }: Tags) => eTag, status: 200 },
    { given: 'the cTag', tagOf: ({ cTag }: Tags) => cTag, status: 200 },
    { given: 'one of several', tagOf: ({ eTag }: Tags) => `"other", ${eTag}`, status: 200 },
    { given: 'any', tagOf: () => '*', status: 200 },
    { given: 'an old tag', tagOf: ({ eTag }: Tags) => eTag.replace(',1"', ',0"'), status: 412 },
  ])('if-match with $given: $status', async ({ tagOf, status }) => {
    const { body } = await graph.get(`${drive}/${report}`);
    expect((await patch(report, { name: 'New.docx' }, { 'if-match': tagOf(body) })).status).toBe(status);
  });

  test('somebody else cannot rename it, and a read scope is not enough', async () => {
    const scoped = await startGraph({ store, settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    const send = (claims: Record<string, unknown>) =>
      scoped.send(
        'PATCH',
        `/v1.0/drives/${ids.drive}/${report}`,
        { name: 'Mine.docx' },
        {
          authorization: `Bearer ${scoped.token(claims)}`,
        },
      );
    expect((await send({ scp: 'Files.Read.All' })).status).toBe(403);
    expect((await send({ oid: crypto.randomUUID(), upn: 'eve@contoso.com' })).status).toBe(404);
    expect((await send({ scp: 'Files.ReadWrite' })).status).toBe(200);
    await scoped.close();
  });

  test('who came through a link to one file renames that one, and replaces no other', async () => {
    const link = await graph.post(`${drive}/${report}/createLink`, { type: 'edit', scope: 'anonymous' });
    const shared = `/v1.0/shares/${link.body.shareId}/driveItem`;
    const send = (body: object) => graph.send('PATCH', shared, body, as(graph, 'bruno'));
    const replace = { name: 'Budget.xlsx', '@microsoft.graph.conflictBehavior': 'replace' };
    expect(await send(replace)).toMatchObject({ status: 409, body: { error: { code: 'nameAlreadyExists' } } });
    expect((await graph.get(`${drive}/items/${ids.budget}`)).status).toBe(200);
    const root = (await graph.get(`${drive}/root`)).body.id;
    expect((await send({ parentReference: { id: root } })).status).toBe(404);
    expect(await send({ name: 'Renamed.docx' })).toMatchObject({ status: 200, body: { name: 'Renamed.docx' } });
  });

  test('who came through a link to a folder moves within it, and not out of it', async () => {
    const link = await graph.post(`${drive}/items/${ids.projects}/createLink`, { type: 'edit', scope: 'anonymous' });
    const inner = await newFolder('Inner', ids.projects);
    const send = (body: object) =>
      graph.send('PATCH', `/v1.0/shares/${link.body.shareId}/driveItem:/Report.docx:`, body, as(graph, 'bruno'));
    expect((await send({ parentReference: { path: '/drive/root:' } })).status).toBe(404);
    expect((await send({ parentReference: { id: inner } })).status).toBe(200);
    expect((await graph.get(`${drive}/root:/Projects/Inner/Report.docx`)).body.id).toBe(ids.report);
  });

  /** Every path of the drive, with the item's id. */
  async function everything(id = 'root', path = ''): Promise<Record<string, string>> {
    const { body } = await graph.get(`${drive}/items/${id}/children`);
    const found: Record<string, string> = {};
    for (const item of body.value) {
      found[`${path}/${item.name}`] = item.id;
      if (item.folder) Object.assign(found, await everything(item.id, `${path}/${item.name}`));
    }
    return found;
  }

  async function newFiles(count: number): Promise<string[]> {
    const made = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        graph.put(`${drive}/items/${ids.projects}:/f${at}.txt:/content`, `${at}`),
      ),
    );
    return made.map(({ body }) => body.id);
  }

  test('of 100 files renamed to one name at once one gets it, and none is lost', async () => {
    const files = await newFiles(100);
    const replies = await Promise.all(files.map((id) => patch(`items/${id}`, { name: 'Winner.txt' })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(99);
    const winner = replies.find(({ status }) => status === 200)?.body.id;
    const paths = await everything(ids.projects);
    expect(paths['/Winner.txt']).toBe(winner);
    expect(Object.values(paths).filter((id) => files.includes(id))).toHaveLength(100);
    expect(new Set(Object.values(paths)).size).toBe(Object.values(paths).length);
  });

  test('one file renamed to 20 names at once has one of them', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `Name ${at}.txt`);
    const replies = await Promise.all(names.map((name) => patch(report, { name })));
    for (const { status } of replies) expect(status).toBe(200);
    const paths = Object.entries(await everything()).filter(([, id]) => id === ids.report);
    expect(paths).toHaveLength(1);
    const { body } = await graph.get(`${drive}/${report}`);
    expect(paths[0]?.[0]).toBe(`/Projects/${body.name}`);
    expect(body.eTag).toMatch(/,21"$/);
  });

  test('12 files moved to one folder with `rename` all get there', async () => {
    const target = await newFolder('Target');
    const folders = await Promise.all(Array.from({ length: 12 }, (_, at) => newFolder(`From ${at}`)));
    const files: string[] = await Promise.all(
      folders.map(
        async (id): Promise<string> => (await graph.put(`${drive}/items/${id}:/same.txt:/content`, id)).body.id,
      ),
    );
    const move = { parentReference: { id: target }, '@microsoft.graph.conflictBehavior': 'rename' };
    const replies = await Promise.all(files.map((id) => patch(`items/${id}`, move)));
    for (const { status } of replies) expect(status).toBe(200);
    expect(new Set(Object.values(await everything(target)))).toEqual(new Set(files));
  });

  test('folders moved into one another at once never make a circle', async () => {
    const folders = await Promise.all(Array.from({ length: 12 }, (_, at) => newFolder(`Ring ${at}`)));
    const replies = await Promise.all(
      folders.map((id, at) => patch(`items/${id}`, { parentReference: { id: folders[(at + 1) % folders.length] } })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(11);
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(1);
    const found = Object.values(await everything());
    for (const id of folders) expect(found).toContain(id);
  });

  test('what is moved out of a folder that is being deleted survives whole, or goes whole', async () => {
    const inner = await newFolder('Inner', ids.projects);
    for (let at = 0; at < 5; at += 1) await graph.put(`${drive}/items/${inner}:/f${at}.txt:/content`, `${at}`);
    const root = (await graph.get(`${drive}/root`)).body.id;
    const [deleted, moved] = await Promise.all([
      graph.delete(`${drive}/items/${ids.projects}`),
      patch(`items/${inner}`, { parentReference: { id: root } }),
    ]);
    expect(deleted.status).toBe(204);
    expect([200, 404]).toContain(moved.status);
    const found = await everything();
    const isMoved = moved.status === 200 && found['/Inner'] === inner;
    const whole = ['/Inner', ...[0, 1, 2, 3, 4].map((at) => `/Inner/f${at}.txt`)];
    expect(Object.keys(found).toSorted()).toEqual([...(isMoved ? whole : []), '/Logo.png']);
    expect((await graph.get(`${drive}/items/${inner}`)).status).toBe(isMoved ? 200 : 404);
  });

  test('a name given up by a deletion is free at once, however many want it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = (await graph.put(`${drive}/root:/Spot.txt:/content`, 'x')).body.id;
      const files = await newFiles(3);
      const [deleted, ...replies] = await Promise.all([
        graph.delete(`${drive}/items/${first}`),
        ...files.map((id) => patch(`items/${id}`, { name: 'Spot.txt', parentReference: { path: '/drive/root:' } })),
        graph.post(`${drive}/root/children`, { name: 'Spot.txt', folder: {} }),
      ]);
      expect(deleted?.status).toBe(204);
      expect(replies.filter(({ status }) => status < 300).length).toBeLessThanOrEqual(1);
      const found = await everything();
      expect(Object.values(found)).not.toContain(first);
      for (const id of files) expect(Object.values(found).filter((each) => each === id)).toHaveLength(1);
      const { status } = await graph.delete(`${drive}/root:/Spot.txt:`);
      expect(status).toBe('/Spot.txt' in found ? 204 : 404);
      for (const id of files) await graph.delete(`${drive}/items/${id}`);
      expect((await graph.put(`${drive}/root:/Spot.txt:/content`, 'x')).status).toBe(201);
      expect((await graph.delete(`${drive}/root:/Spot.txt`)).status).toBe(204);
    }
  });
});
