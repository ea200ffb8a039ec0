import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const bruno = { oid: 'befe83eb-5cfd-539c-a4eb-25549acdf051', upn: 'bruno.costa@contoso.com', name: 'Bruno Costa' };
const chiara = { oid: '026b0873-f282-5b62-93b2-99cb743430e0', upn: 'chiara.lund@contoso.com', name: 'Chiara Lund' };
const report = `/v1.0/me/drive/items/${ids.report}`;
const folder = `/v1.0/me/drive/items/${ids.projects}`;
const toBruno = [{ email: bruno.upn }];

describe.each([...storeNames])('what is shared, on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const as = (claims: object) => ({ authorization: `Bearer ${graph.token({ ...claims })}` });
  const sharedWith = async (claims: object): Promise<string[]> => {
    const { status, body } = await graph.get('/v1.0/me/drive/sharedWithMe', as(claims));
    expect(status).toBe(200);
    return body.value.map(({ name }: { name: string }) => name);
  };
  const invite = (path: string, recipients: readonly object[]) =>
    graph.post(`${path}/invite`, { recipients, roles: ['read'], requireSignIn: true });

  test.each([
    ['an invitation', () => invite(report, toBruno), 'users'],
    [
      'a link for people',
      () => graph.post(`${report}/createLink`, { type: 'view', scope: 'users', recipients: toBruno }),
      'users',
    ],
    [
      'a link for the organisation',
      () => graph.post(`${report}/createLink`, { type: 'view', scope: 'organization' }),
      'organization',
    ],
    ['a link for anyone', () => graph.post(`${report}/createLink`, { type: 'view', scope: 'anonymous' }), 'anonymous'],
  ])('an item tells that it is shared by %s', async (_, share, scope) => {
    expect((await graph.get(report)).body).not.toHaveProperty('shared');
    expect((await share()).status).toBeLessThan(300);
    expect((await graph.get(report)).body.shared).toEqual({ scope });
    const { value } = (await graph.get(`${folder}/children`)).body;
    expect(value.filter((each: object) => 'shared' in each)).toMatchObject([{ id: ids.report, shared: { scope } }]);
  });

  test('of several the widest scope shows, and none once all are gone', async () => {
    await invite(report, toBruno);
    const link = await graph.post(`${report}/createLink`, { type: 'view', scope: 'anonymous' });
    expect((await graph.get(report)).body.shared).toEqual({ scope: 'anonymous' });
    await graph.delete(`${report}/permissions/${link.body.id}`);
    expect((await graph.get(report)).body.shared).toEqual({ scope: 'users' });
    const { value } = (await graph.get(`${report}/permissions`)).body;
    for (const { id, roles } of value) if (roles[0] !== 'owner') await graph.delete(`${report}/permissions/${id}`);
    expect((await graph.get(report)).body).not.toHaveProperty('shared');
  });

  test('an item that only inherits is not shared itself', async () => {
    await graph.post(`${folder}/createLink`, { type: 'view', scope: 'anonymous' });
    expect((await graph.get(report)).body).not.toHaveProperty('shared');
  });

  test('sharedWithMe has the item where it is, and who shared it', async () => {
    await invite(report, toBruno);
    const { body } = await graph.get('/v1.0/me/drive/sharedWithMe', as(bruno));
    expect(body.value).toMatchObject([
      {
        id: ids.report,
        name: 'Report.docx',
        remoteItem: {
          id: ids.report,
          name: 'Report.docx',
          file: { mimeType: expect.any(String) },
          parentReference: { driveId: ids.drive, driveType: 'business' },
          shared: {
            scope: 'users',
            owner: { user: { displayName: 'Ada Fenn' } },
            sharedBy: { user: { displayName: 'Ada Fenn' } },
            sharedDateTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          },
        },
      },
    ]);
    const { id, parentReference } = body.value[0].remoteItem;
    expect((await graph.get(`/v1.0/drives/${parentReference.driveId}/items/${id}`, as(bruno))).status).toBe(200);
  });

  test('it has what each of the ways to share has given, once, and nobody else sees it', async () => {
    await invite(report, toBruno);
    await invite(report, toBruno);
    await graph.post(`${report}/createLink`, { type: 'edit', scope: 'users', recipients: toBruno });
    const link = await graph.post(`${folder}/createLink`, { type: 'view', scope: 'organization' });
    expect(await sharedWith(bruno)).toEqual(['Report.docx']);
    const share = `/v1.0/shares/${link.body.shareId}/driveItem`;
    expect((await graph.get(share, { ...as(bruno), prefer: 'redeemSharingLink' })).status).toBe(200);
    expect((await sharedWith(bruno)).toSorted()).toEqual(['Projects', 'Report.docx']);
    expect(await sharedWith(chiara)).toEqual([]);
    expect(await sharedWith({})).toEqual([]);
  });

  test('it has no longer what is no longer shared, or no longer there', async () => {
    await invite(report, toBruno);
    await invite(folder, toBruno);
    const { value } = (await graph.get(`${folder}/permissions`)).body;
    const granted = value.find(({ roles }: { roles: string[] }) => roles[0] === 'read');
    await graph.delete(`${folder}/permissions/${granted.id}`);
    expect(await sharedWith(bruno)).toEqual(['Report.docx']);
    await graph.delete(report);
    expect(await sharedWith(bruno)).toEqual([]);
  });

  test('it may be written as a function, takes query options, and is for its owner alone', async () => {
    await invite(report, toBruno);
    const { body } = await graph.get('/v1.0/me/drive/sharedWithMe()?$select=name', as(bruno));
    expect(body.value).toEqual([{ '@odata.etag': expect.any(String), name: 'Report.docx' }]);
    const application = as({ scp: undefined, oid: undefined, upn: undefined, roles: ['Files.Read.All'] });
    expect((await graph.get(`/v1.0/drives/${ids.drive}/sharedWithMe`, application)).status).toBe(403);
    expect((await graph.get(`/v1.0/drives/${ids.drive}/sharedWithMe`, as(bruno))).status).toBe(404);
    expect((await graph.get(`/v1.0/drives/${ids.library}/sharedWithMe`)).status).toBe(403);
  });
});
