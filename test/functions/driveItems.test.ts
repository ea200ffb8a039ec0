import { randomBytes } from 'node:crypto';

import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const utf8 = (text: string): string => Buffer.from(text).toString('base64');
const namesOf = (body: { value: { name: string }[] }): string[] => body.value.map(({ name }) => name);

describe.each([...storeNames])('drives and items on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  test('the caller has a business drive, and a personal one beside it', async () => {
    const { body } = await graph.get('/v1.0/me/drive');
    expect(body).toMatchObject({
      '@odata.context': `${graph.url}/v1.0/$metadata#drives/$entity`,
      id: ids.drive,
      driveType: 'business',
      name: 'OneDrive',
      owner: { user: { displayName: 'Ada Fenn', email: 'ada.fenn@contoso.com' } },
      quota: { state: 'normal', used: expect.any(Number) },
      webUrl: `${graph.url}/personal/ada_fenn_contoso_com/Documents`,
    });
    const { body: drives } = await graph.get('/v1.0/me/drives');
    expect(drives.value.map(({ driveType }: { driveType: string }) => driveType)).toEqual(['business', 'personal']);
  });

  test('a user the mock has never heard of has the same files in a drive of their own', async () => {
    const authorization = `Bearer ${graph.token({ oid: crypto.randomUUID(), upn: 'new@contoso.com', name: 'New One' })}`;
    const { body: drive } = await graph.get('/v1.0/me/drive', { authorization });
    expect(drive.id).toMatch(/^b![\w-]{64}$/);
    expect(drive.id).not.toBe(ids.drive);
    const { body } = await graph.get('/v1.0/me/drive/root:/Projects:/children', { authorization });
    expect(namesOf(body)).toContain('Report.docx');
    expect(body.value[0].id).toMatch(/^01[A-Z2-7]{32}$/);
    const invited = await graph.post(`/v1.0/me/drive/items/${ids.report}/createLink`, {
      type: 'view',
      scope: 'users',
      recipients: [{ email: 'new@contoso.com' }],
    });
    expect(invited.body.grantedToIdentities[0].user.displayName).toBe('New One');
  });

  test('an item, whole as Graph shows it', async () => {
    const { headers, body } = await graph.get(`/v1.0/drives/${ids.drive}/items/${ids.report}`);
    expect(headers['etag']).toBe('"{11C0233D-5E8F-5F2E-A938-952C49EC3473},1"');
    expect(body).toMatchObject({
      '@odata.context': `${graph.url}/v1.0/$metadata#drives('${ids.drive.replace('!', '%21')}')/items/$entity`,
      '@odata.etag': headers['etag'],
      '@microsoft.graph.downloadUrl': expect.stringMatching(/^http/),
      id: ids.report,
      name: 'Report.docx',
      size: 21,
      eTag: headers['etag'],
      cTag: '"c:{11C0233D-5E8F-5F2E-A938-952C49EC3473},0"',
      webUrl: `${graph.url}/personal/ada_fenn_contoso_com/Documents/Projects/Report.docx`,
      createdDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      createdBy: { user: { displayName: 'Ada Fenn' } },
      file: {
        mimeType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        hashes: { quickXorHash: expect.any(String) },
      },
      parentReference: {
        driveId: ids.drive,
        driveType: 'business',
        id: ids.projects,
        name: 'Projects',
        path: `/drives/${ids.drive}/root:/Projects`,
      },
    });
    const unchanged = await graph.get(`/v1.0/drives/${ids.drive}/items/${ids.report}`, {
      'if-none-match': headers['etag'] ?? '',
    });
    expect(unchanged).toMatchObject({ status: 304, body: '' });
  });

  test('the children of a folder, by name', async () => {
    expect(namesOf((await graph.get('/v1.0/me/drive/root/children')).body)).toEqual(['Logo.png', 'Projects']);
    const { body } = await graph.get(`/v1.0/me/drive/items/${ids.projects}/children`);
    expect(namesOf(body)).toEqual(['Budget.xlsx', 'Café № 1 (50%).txt', 'Report.docx']);
    expect((await graph.get(`/v1.0/me/drive/items/${ids.report}/children`)).body.value).toEqual([]);
    expect((await graph.get('/v1.0/me/drive/root')).body.folder.childCount).toBe(2);
  });

  test.each([
    ['nothing', ''],
    ['a little text', 'Grüße'],
    ['32 KiB and a byte', randomBytes(32 * 1024 + 1)],
    ['3 MiB', randomBytes(3 * 1024 * 1024)],
    ['exactly 4 MiB', randomBytes(4 * 1024 * 1024)],
  ])('%s is uploaded and comes back the same, byte for byte', async (_, content) => {
    const made = await graph.put('/v1.0/me/drive/root:/Data.bin:/content', content);
    expect(made.status).toBe(201);
    expect(made.body.size).toBe(Buffer.byteLength(content));
    const redirect = await graph.get(`/v1.0/me/drive/items/${made.body.id}/content`);
    expect(redirect).toMatchObject({ status: 302, body: '' });
    const download = await fetch(redirect.headers['location'] ?? '');
    expect(download.status).toBe(200);
    expect(download.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await download.arrayBuffer()).equals(Buffer.from(content))).toBe(true);
  });

  test('an upload replaces what is there, and counts the version; others see the old content or the new', async () => {
    const path = '/v1.0/me/drive/root:/Notes.txt:/content';
    const first = await graph.put(path, 'one');
    const second = await graph.put(path, 'x'.repeat(100_000), { 'if-match': first.body.eTag });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ id: first.body.id, size: 100_000, eTag: expect.stringMatching(/,2"$/) });
    const late = await graph.put(path, 'three', { 'if-match': first.body.eTag });
    expect(late).toMatchObject({
      status: 412,
      body: { error: { code: 'resourceModified', innerError: { code: 'entityTagDoesNotMatch' } } },
    });
    const third = await graph.put(`/v1.0/me/drive/items/${first.body.id}/content`, 'three');
    const { text } = { text: await (await fetch(third.body['@microsoft.graph.downloadUrl'])).text() };
    expect(text).toBe('three');
    expect((await fetch(first.body['@microsoft.graph.downloadUrl'])).status).toBe(403);
  });

  test.each([
    ['fail', 409, undefined],
    ['rename', 201, 'Logo 1.png'],
    ['replace', 200, 'Logo.png'],
  ])('uploading where a name is taken, with %s: %i', async (behavior, status, name) => {
    const reply = await graph.put(
      `/v1.0/me/drive/root:/Logo.png:/content?@microsoft.graph.conflictBehavior=${behavior}`,
      'x',
    );
    expect(reply.status).toBe(status);
    expect(reply.body.name).toBe(name);
  });

  test.each([
    ['fail', 409, undefined],
    ['rename', 201, 'Projects 1'],
  ])('a folder whose name is taken, with %s: %i', async (behavior, status, name) => {
    const reply = await graph.post('/v1.0/me/drive/root/children', {
      name: 'Projects',
      folder: {},
      '@microsoft.graph.conflictBehavior': behavior,
    });
    expect(reply.status).toBe(status);
    expect(reply.body.name).toBe(name);
  });

  test('a folder that is to replace a folder leaves it as it is; it replaces no file', async () => {
    const make = (name: string) =>
      graph.post('/v1.0/me/drive/root/children', { name, folder: {}, '@microsoft.graph.conflictBehavior': 'replace' });
    const { folder } = (await graph.get(`/v1.0/me/drive/items/${ids.projects}`)).body;
    const reply = await make('projects');
    expect(reply).toMatchObject({ status: 200, body: { id: ids.projects, name: 'Projects', folder } });
    expect(reply.headers['location']).toBeUndefined();
    expect((await graph.get(`/v1.0/me/drive/items/${ids.report}`)).status).toBe(200);
    expect((await make('Logo.png')).status).toBe(409);
    expect((await make('Not yet there')).status).toBe(201);
  });

  test('who may but add finds no folder by replacing it', async () => {
    const { body: link } = await graph.post(`/v1.0/me/drive/items/${ids.projects}/createLink`, {
      type: 'createOnly',
      scope: 'anonymous',
    });
    const stranger = { authorization: `Bearer ${graph.token({ oid: crypto.randomUUID(), upn: 'eve@contoso.com' })}` };
    await graph.post(`/v1.0/me/drive/items/${ids.projects}/children`, { name: 'Inner', folder: {} });
    const reply = await graph.post(
      `/v1.0/shares/${link.shareId}/driveItem/children`,
      { name: 'Inner', folder: {}, '@microsoft.graph.conflictBehavior': 'replace' },
      stranger,
    );
    expect(reply.status).toBe(409);
  });

  test.each([
    ['PUT', 'root:/Logo.png:/content?@Microsoft.Graph.ConflictBehavior=fail', 'x', 409],
    ['POST', 'root/children?@microsoft.graph.conflictBehavior=rename', { name: 'Projects', folder: {} }, 201],
    ['POST', 'root/children?@microsoft.graph.conflictBehavior=never', { name: 'New', folder: {} }, 400],
    ['PATCH', `items/${ids.report}?@microsoft.graph.conflictBehavior=rename`, { name: 'Notes.txt' }, 200],
  ])('the option may stand in the query, in any case: %s %s', async (method, path, body, status) => {
    expect((await graph.send(method, `/v1.0/me/drive/${path}`, body)).status).toBe(status);
  });

  test('SharePoint ids only come when they are selected', async () => {
    const path = `/v1.0/me/drive/items/${ids.report}`;
    const replies = [
      await graph.get(path),
      await graph.get(`${path}?$expand=listItem`),
      await graph.send('PATCH', path, { description: 'x' }),
      await graph.put('/v1.0/me/drive/root:/Fresh.txt:/content', 'x'),
      await graph.post('/v1.0/me/drive/root/children', { name: 'Fresh', folder: {} }),
    ];
    for (const { body } of replies) expect(body).not.toHaveProperty('sharepointIds');
    expect(replies[1]?.body.listItem.id).toMatch(/^\d+$/);
    for (const item of (await graph.get('/v1.0/me/drive/root/children')).body.value)
      expect(item).not.toHaveProperty('sharepointIds');
    const tenantId = expect.any(String);
    const selected = { id: ids.report, sharepointIds: expect.objectContaining({ tenantId }) };
    expect((await graph.get(`${path}?$select=id,sharepointIds`)).body).toMatchObject(selected);
    const nested = await graph.get(`/v1.0/me/drive/items/${ids.projects}?$expand=children($select=id,sharepointIds)`);
    expect(nested.body.children).toContainEqual(expect.objectContaining(selected));
    expect(nested.body).not.toHaveProperty('sharepointIds');
    expect((await graph.send('PATCH', `${path}?$select=sharepointIds`, { description: 'y' })).body).toMatchObject({
      sharepointIds: selected.sharepointIds,
    });
  });

  test('a special folder is marked as what it is, and not what lies on the way to it', async () => {
    const authorization = `Bearer ${graph.token({ tid: 'with-special-folders' })}`;
    const get = async (path: string) => (await graph.get(`/v1.0/me/drive/${path}`, { authorization })).body;
    expect((await get('special/cameraroll')).specialFolder).toEqual({ name: 'cameraroll' });
    expect((await get('root:/Pictures')).specialFolder).toEqual({ name: 'photos' });
    expect((await get('special/photos')).name).toBe('Pictures');
    expect((await get('special/approot')).specialFolder).toEqual({ name: 'approot' });
    expect((await get('root:/Apps')).specialFolder).toBeUndefined();
  });

  test.each([
    ['a file', `${'a'.repeat(251)}.txt`, `${'a'.repeat(249)} 1.txt`],
    ['a file whose extension is none', `a.${'b'.repeat(253)}`, `a.${'b'.repeat(251)} 1`],
    ['half a character', `${'a'.repeat(248)}😀b.txt`, `${'a'.repeat(248)} 1.txt`],
  ])('a new name is no longer than a name can be: %s', async (_, taken, given) => {
    const path = `/v1.0/me/drive/root:/${encodeURIComponent(taken)}:/content?@microsoft.graph.conflictBehavior=rename`;
    expect((await graph.put(path, 'x')).body.name).toBe(taken);
    expect((await graph.put(path, 'x')).body.name).toBe(given);
  });

  test.each([
    ['..', 'its-id'],
    ['  ~Tool. ', 'Tool'],
    ['a/b:c\u0000', 'a_b_c_'],
    ['x'.repeat(300), 'x'.repeat(100)],
  ])('the folder of an app called %j', async (app_displayname, name) => {
    const authorization = `Bearer ${graph.token({ appid: 'its-id', app_displayname })}`;
    const reply = await graph.get('/v1.0/me/drive/special/approot', { authorization });
    expect(reply).toMatchObject({ status: 200, body: { name, folder: {} } });
  });

  test('a file is no special folder, whatever it is called', async () => {
    const authorization = `Bearer ${graph.token({ tid: 'with-a-file' })}`;
    await graph.put('/v1.0/me/drive/root:/Music:/content', 'x', { authorization });
    expect((await graph.get('/v1.0/me/drive/special/music', { authorization })).status).toBe(404);
  });

  test('a folder is made, and its Location leads to it', async () => {
    const made = await graph.post(`/v1.0/drives/${ids.drive}/items/${ids.projects}/children`, {
      name: 'Drafts',
      folder: {},
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Drafts', folder: { childCount: 0 }, parentReference: { id: ids.projects } },
    });
    expect((await graph.get(new URL(made.headers['location'] ?? '').pathname)).body.id).toBe(made.body.id);
  });

  test('a file without content is made, for PnP to fill', async () => {
    const make = (behavior?: string) =>
      graph.post('/v1.0/me/drive/root/children', {
        name: 'Empty.txt',
        file: {},
        ...(behavior && { '@microsoft.graph.conflictBehavior': behavior }),
      });
    const made = await make();
    expect(made).toMatchObject({ status: 201, body: { size: 0, file: { mimeType: 'text/plain' } } });
    expect(made.body.folder).toBeUndefined();
    const { headers } = await graph.get(`/v1.0/me/drive/items/${made.body.id}/content`);
    expect(await (await fetch(headers['location'] ?? '')).text()).toBe('');
    expect((await make()).status).toBe(409);
    // [seen] a taken name is no file to replace here
    expect((await make('replace')).status).toBe(409);
    expect((await make('rename')).body.name).toBe('Empty 1.txt');
  });

  test.each([
    ['neither a folder nor a file', {}, 'BadRequest'],
    ['both', { folder: {}, file: {} }, 'invalidRequest'],
    ['a file that is no object', { file: true }, 'invalidRequest'],
  ])('a child that is %s is refused', async (_, facets, code) => {
    const reply = await graph.post('/v1.0/me/drive/root/children', { name: 'Odd', ...facets });
    expect(reply).toMatchObject({ status: 400, body: { error: { code } } });
    expect((await graph.get('/v1.0/me/drive/root:/Odd')).status).toBe(404);
  });

  test('of 20 equal names at once one is made', async () => {
    const make = () => graph.post('/v1.0/me/drive/root/children', { name: 'Race', folder: {} });
    const statuses = (await Promise.all(Array.from({ length: 20 }, make))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  });

  test('deleting a folder takes all below it along, and their permissions', async () => {
    const link = await graph.post(`/v1.0/me/drive/items/${ids.report}/createLink`, {
      type: 'view',
      scope: 'anonymous',
    });
    expect(link.status).toBe(201);
    expect((await graph.delete(`/v1.0/me/drive/items/${ids.projects}`)).status).toBe(204);
    for (const path of [
      `items/${ids.projects}`,
      `items/${ids.report}`,
      'root:/Projects/Report.docx',
      `items/${ids.report}/permissions`,
    ])
      expect((await graph.get(`/v1.0/me/drive/${path}`)).status).toBe(404);
    expect(await entitiesOn(graph, ids.report)).toBe(0);
    expect((await graph.delete(`/v1.0/me/drive/items/${ids.projects}`)).status).toBe(404);
    expect(namesOf((await graph.get('/v1.0/me/drive/root/children')).body)).toEqual(['Logo.png']);
  });

  test('a folder that is deleted while files are put into it leaves none of them behind', async () => {
    const uploads = Array.from({ length: 20 }, (_, at) =>
      graph.put(`/v1.0/me/drive/items/${ids.projects}:/f${at}.txt:/content`, 'x'),
    );
    const [deleted, ...replies] = await Promise.all([graph.delete(`/v1.0/me/drive/items/${ids.projects}`), ...uploads]);
    expect(deleted?.status).toBe(204);
    for (const { status } of replies) expect([201, 404]).toContain(status);
    const made = replies.flatMap(({ status, body }): string[] => (status === 201 ? [body.id] : []));
    for (const id of made) expect((await graph.get(`/v1.0/me/drive/items/${id}`)).status).toBe(404);
  });

  test('the root stays', async () => {
    expect((await graph.delete('/v1.0/me/drive/root')).status).toBe(403);
  });
});

describe.each([...storeNames])('ranges and conditions on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const item = `/v1.0/me/drive/items/${ids.report}`;
  const text = 'The quarterly report.';
  const visit = async (headers: Record<string, string>) => {
    const { body } = await graph.get(item);
    return fetch(body['@microsoft.graph.downloadUrl'], { headers });
  };

  test.each([
    ['bytes=0-2', 206, 'The', 'bytes 0-2/21'],
    ['bytes=4-', 206, 'quarterly report.', 'bytes 4-20/21'],
    ['bytes=-7', 206, 'report.', 'bytes 14-20/21'],
    ['bytes=-100', 206, text, 'bytes 0-20/21'],
    ['bytes=4-1000', 206, 'quarterly report.', 'bytes 4-20/21'],
    ['bytes=20-20', 206, '.', 'bytes 20-20/21'],
    ['bytes=0-2,4-6', 200, text, null],
    ['bytes=6-4', 200, text, null],
    ['lines=0-2', 200, text, null],
    ['bytes=-', 200, text, null],
  ])('Range: %s is %i', async (range, status, content, contentRange) => {
    const response = await visit({ range });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
    expect(await response.text()).toBe(content);
  });

  test.each(['bytes=21-', 'bytes=100-200', 'bytes=-0'])('Range: %s is not there', async (range) => {
    const response = await visit({ range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */21');
    expect(await response.json()).toMatchObject({ error: { code: 'invalidRange' } });
  });

  test('a range of what was there before is all of what is there now', async () => {
    const { eTag } = (await graph.get(item)).body;
    expect((await visit({ range: 'bytes=0-2', 'if-range': eTag })).status).toBe(206);
    await graph.put(`${item}/content`, 'new');
    expect(await (await visit({ range: 'bytes=0-1', 'if-range': eTag })).text()).toBe('new');
  });

  test('bytes over several rows are cut where they are asked to be', async () => {
    const content = randomBytes(200_000);
    const { body } = await graph.put('/v1.0/me/drive/root:/Rows.bin:/content', content);
    for (const [start, end] of [
      [0, 65_535],
      [65_535, 65_536],
      [65_530, 131_080],
      [131_072, 199_999],
    ] as const) {
      const response = await fetch(body['@microsoft.graph.downloadUrl'], {
        headers: { range: `bytes=${start}-${end}` },
      });
      expect(Buffer.from(await response.arrayBuffer()).equals(content.subarray(start, end + 1))).toBe(true);
    }
  });

  test.each(['', '/content'])('if-none-match at the item%s with its eTag, its cTag or any is 304', async (rest) => {
    const { eTag, cTag } = (await graph.get(item)).body;
    for (const tag of [eTag, cTag, '*', `"x", ${eTag}`, `W/${eTag}`])
      expect(await graph.get(item + rest, { 'if-none-match': tag })).toMatchObject({ status: 304, body: '' });
    const other = await graph.get(item + rest, { 'if-none-match': '"x"' });
    expect(other.status).toBe(rest === '' ? 200 : 302);
  });

  test('if-none-match at a download URL is 304, and HEAD there has no body', async () => {
    const { eTag, '@microsoft.graph.downloadUrl': url } = (await graph.get(item)).body;
    expect((await fetch(url, { headers: { 'if-none-match': eTag } })).status).toBe(304);
    const head = await fetch(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).toBe(eTag);
    expect(await head.text()).toBe('');
  });

  test('what is put beside a folder of the same name, with rename, gets a name of its own', async () => {
    const reply = await graph.put(
      '/v1.0/me/drive/root:/Projects:/content?@microsoft.graph.conflictBehavior=rename',
      'x',
    );
    expect(reply).toMatchObject({ status: 201, body: { name: 'Projects 1' } });
  });
});

describe('download URLs', () => {
  test.each([
    ['one that says something else', (url: string) => url.replace(/tempauth=.{20}/, `tempauth=${utf8('["x"]')}`)],
    ['one whose signature is another', (url: string) => `${url.slice(0, -4)}AAAA`],
    ['one without its key', (url: string) => url.replace(/&tempauth=.*/, '')],
  ])('%s is refused', async (_, change) => {
    const graph = await startGraph();
    const { body } = await graph.get(`/v1.0/me/drive/items/${ids.report}`);
    expect((await fetch(change(body['@microsoft.graph.downloadUrl']))).status).toBe(403);
    await graph.close();
  });

  test('an old one is refused', async () => {
    const graph = await startGraph();
    const { body } = await graph.get(`/v1.0/me/drive/items/${ids.report}`);
    graph.advance(3_600_001);
    expect((await fetch(body['@microsoft.graph.downloadUrl'])).status).toBe(403);
    await graph.close();
  });
});
