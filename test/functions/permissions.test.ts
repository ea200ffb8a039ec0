import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
const folder = `/v1.0/drives/${ids.drive}/items/${ids.projects}`;
const view = { type: 'view', scope: 'organization' };

describe.each([...storeNames])('permissions on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  test('a fresh file has its owner, and nobody else', async () => {
    const { body } = await graph.get(`${item}/permissions`);
    expect(body).toEqual({
      '@odata.context': `${graph.url}/v1.0/$metadata#drives('${ids.drive.replace('!', '%21')}')/items('${ids.report}')/permissions`,
      value: [
        {
          id: 'aTowIy5mfG1lbWJlcnNoaXB8YWRhLmZlbm5AY29udG9zby5jb20',
          roles: ['owner'],
          grantedToV2: expect.objectContaining({ user: expect.objectContaining({ displayName: 'Ada Fenn' }) }),
          grantedTo: {
            user: {
              displayName: 'Ada Fenn',
              email: 'ada.fenn@contoso.com',
              id: 'e3019764-1d4b-5ed3-91ed-66843ed2ffa6',
            },
          },
        },
      ],
    });
  });

  test('a list shows own links with empty identities, and inherited ones with where they come from', async () => {
    const own = await graph.post(`${item}/createLink`, view);
    const above = await graph.post(`${folder}/createLink`, view);
    const { body } = await graph.get(`${item}/permissions`);
    expect(body.value.slice(1)).toEqual(
      [
        { ...own.body, '@odata.context': undefined, grantedToIdentitiesV2: [], grantedToIdentities: [] },
        {
          ...above.body,
          '@odata.context': undefined,
          grantedToIdentitiesV2: [],
          grantedToIdentities: [],
          inheritedFrom: { driveId: ids.drive, id: ids.projects, path: `/drives/${ids.drive}/root:/Projects` },
        },
      ].map((each) => expect.objectContaining(JSON.parse(JSON.stringify(each)))),
    );
  });

  test('one permission, by its id', async () => {
    const made = await graph.post(`${item}/createLink`, view);
    const { status, body } = await graph.get(`${item}/permissions/${made.body.id}`);
    expect(status).toBe(200);
    expect(body['@odata.context']).toMatch(/\/permissions\/\$entity$/);
    expect(body).toMatchObject({ id: made.body.id, link: made.body.link });
  });

  test.each([
    ['an unknown id', '98ee8ca6-4843-4afc-8fc7-d99996f8f974', 404, 'itemNotFound'],
    ['what is no id', 'nonsense', 404, 'itemNotFound'],
    ["the owner's", 'aTowIy5mfG1lbWJlcnNoaXB8YWRhLmZlbm5AY29udG9zby5jb20', 403, 'notAllowed'],
  ])('deleting %s: %s is %i', async (_, id, status, code) => {
    expect(await graph.delete(`${item}/permissions/${id}`)).toMatchObject({ status, body: { error: { code } } });
  });

  test('an inherited permission is deleted where it was made', async () => {
    const { body } = await graph.post(`${folder}/createLink`, view);
    expect(await graph.delete(`${item}/permissions/${body.id}`)).toMatchObject({
      status: 403,
      body: { error: { code: 'accessDenied' } },
    });
    expect((await graph.delete(`${folder}/permissions/${body.id}`)).status).toBe(204);
    expect((await graph.get(`${item}/permissions/${body.id}`)).status).toBe(404);
    expect(await graph.delete(`${folder}/permissions/${body.id}`)).toMatchObject({
      status: 404,
      body: { error: { message: 'Item not found' } },
    });
  });

  test('a library shows the groups of its site', async () => {
    const { body } = await graph.get(`/v1.0/drives/${ids.library}/items/${ids.launch}/permissions`);
    expect(body.value.map((each: { roles: string[] }) => each.roles[0])).toEqual(['owner', 'read', 'write']);
    expect(body.value[0].grantedToV2.siteGroup.displayName).toBe('Marketing Owners');
  });
});
