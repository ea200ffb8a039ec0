import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { as } from '../kit/people.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
const folder = `/v1.0/drives/${ids.drive}/items/${ids.projects}`;
const view = { type: 'view', scope: 'organization' };
const anonymous = { type: 'view', scope: 'anonymous' };
const owner = 'aTowIy5mfG1lbWJlcnNoaXB8YWRhLmZlbm5AY29udG9zby5jb20';
const bruno = { email: 'bruno.costa@contoso.com' };
const brunosId = 'aTowIy5mfG1lbWJlcnNoaXB8YnJ1bm8uY29zdGFAY29udG9zby5jb20';

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

  const patch = (id: string, body: unknown, headers?: Record<string, string>, at = item) =>
    graph.send('PATCH', `${at}/permissions/${id}`, body, headers);
  const invite = (role: string, at = item) =>
    graph.post(`${at}/invite`, { recipients: [bruno], roles: [role], requireSignIn: true });

  test("a person's permission, whole as reading shows it", async () => {
    await invite('write');
    const identity = {
      displayName: 'Bruno Costa',
      email: 'bruno.costa@contoso.com',
      id: 'befe83eb-5cfd-539c-a4eb-25549acdf051',
    };
    const { status, body } = await graph.get(`${item}/permissions/${brunosId}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      '@odata.context': expect.stringMatching(/\/permissions\/\$entity$/),
      id: brunosId,
      roles: ['write'],
      grantedToV2: {
        user: { '@odata.type': '#microsoft.graph.sharePointIdentity', ...identity },
        siteUser: {
          displayName: 'Bruno Costa',
          email: 'bruno.costa@contoso.com',
          id: expect.stringMatching(/^\d+$/),
          loginName: 'i:0#.f|membership|bruno.costa@contoso.com',
        },
      },
      grantedTo: { user: identity },
    });
  });

  test('a role goes up and down', async () => {
    await invite('read');
    for (const role of ['write', 'read']) {
      const { status, body } = await patch(brunosId, { roles: [role] });
      expect([status, body.id, body.roles]).toEqual([200, brunosId, [role]]);
      expect((await graph.get(`${item}/permissions/${brunosId}`)).body.roles).toEqual([role]);
    }
  });

  test('the date and the password of an anonymous link are set, kept and taken away', async () => {
    const { body: made } = await graph.post(`${item}/createLink`, anonymous);
    const date = '2099-01-31T00:00:00Z';
    const expected = { id: made.id, link: made.link };
    expect(await patch(made.id, { expirationDateTime: date })).toMatchObject({
      status: 200,
      body: { ...expected, expirationDateTime: date, hasPassword: false },
    });
    const both = await patch(made.id, { password: 'secret' });
    expect(both.body).toMatchObject({ ...expected, expirationDateTime: date, hasPassword: true });
    expect(JSON.stringify(both)).not.toContain('secret');
    const { body } = await patch(made.id, { expirationDateTime: null, password: null });
    expect(body).toMatchObject({ ...expected, hasPassword: false });
    expect(body).not.toHaveProperty('expirationDateTime');
  });

  const refused: Readonly<Record<string, object>> = {
    badArgument: { code: 'badArgument', message: 'One of the provided arguments is not acceptable.' },
    invalidRequest: { code: 'invalidRequest', message: 'Invalid request' },
    notUpdateable: { code: 'invalidRequest', innerError: { code: 'propertyNotUpdateable' } },
    unreadable: { code: 'BadRequest' },
    accessDenied: { code: 'accessDenied' },
    ownerStays: { code: 'notAllowed', message: 'Operation not allowed' },
    notFound: { code: 'itemNotFound', message: 'Item not found' },
  };

  test.each([
    ['an anonymous link', { roles: ['write'] }, 400, 'badArgument'],
    ['an anonymous link', { expirationDateTime: '2020-01-01T00:00:00Z' }, 400, 'invalidRequest'],
    ['an anonymous link', { expirationDateTime: 'tomorrow' }, 400, 'unreadable'],
    ['an anonymous link', { link: { type: 'edit' } }, 400, 'notUpdateable'],
    ['an anonymous link', { expirationDateTime: null, hasPassword: false }, 400, 'notUpdateable'],
    ['an anonymous link', {}, 400, 'invalidRequest'],
    ['an organization link', { roles: ['write'] }, 400, 'badArgument'],
    ['an organization link', { expirationDateTime: '2099-01-01T00:00:00Z' }, 400, 'invalidRequest'],
    ['a users link', { roles: ['read'] }, 400, 'badArgument'],
    ['a users link', { password: 'secret' }, 400, 'invalidRequest'],
    ['a user', { roles: ['owner'] }, 400, 'invalidRequest'],
    ['a user', { roles: [] }, 400, 'invalidRequest'],
    ['a user', {}, 400, 'invalidRequest'],
    ['a user', { roles: ['read'], expirationDateTime: '2099-01-01T00:00:00Z' }, 400, 'notUpdateable'],
    ['a user', { roles: ['read'], grantedTo: {} }, 400, 'notUpdateable'],
    ['an inherited link', { expirationDateTime: '2099-01-01T00:00:00Z' }, 403, 'accessDenied'],
    ['the owner', { roles: ['read'] }, 403, 'ownerStays'],
    ['nobody', { roles: ['read'] }, 404, 'notFound'],
  ] as const)('changing %s by %j is refused with %i %s', async (kind, body, status, error) => {
    const link = async (asked: object, at = item) => (await graph.post(`${at}/createLink`, asked)).body.id;
    const idOf = {
      'an anonymous link': () => link(anonymous),
      'an organization link': () => link(view),
      'a users link': () => link({ type: 'view', scope: 'users', recipients: [bruno] }),
      'a user': async () => (await invite('write')).body.value[0].id,
      'an inherited link': () => link(anonymous, folder),
      'the owner': async () => owner,
      nobody: async () => brunosId,
    };
    const id = await idOf[kind]();
    const before = await graph.get(`${item}/permissions`);
    expect(await patch(id, body)).toMatchObject({ status, body: { error: refused[error] } });
    expect((await graph.get(`${item}/permissions`)).body).toEqual(before.body);
  });

  test('a permission has an ETag that changes with it, and only then', async () => {
    const { body: made } = await graph.post(`${item}/createLink`, anonymous);
    const path = `${item}/permissions/${made.id}`;
    const { headers } = await graph.get(path);
    const first = headers['etag'] ?? '';
    expect(first).toMatch(/^"[\da-f]{32}"$/);
    expect(await graph.get(path, { 'if-none-match': first })).toMatchObject({ status: 304, body: '' });
    expect((await graph.get(path, { 'if-none-match': '"other"' })).status).toBe(200);

    const changed = await patch(made.id, { password: 'one' }, { 'if-match': first });
    expect(changed.status).toBe(200);
    const again = await patch(made.id, { password: 'two' }, { 'if-match': changed.headers['etag'] ?? '' });
    expect(again.status).toBe(200);
    expect(again.headers['etag']).not.toBe(changed.headers['etag']);
    expect((await graph.get(path)).headers['etag']).toBe(again.headers['etag']);

    const stale = {
      status: 412,
      body: { error: { code: 'resourceModified', innerError: { code: 'entityTagDoesNotMatch' } } },
    };
    expect(await patch(made.id, { password: null }, { 'if-match': first })).toMatchObject(stale);
    expect(await graph.delete(path, { 'if-match': first })).toMatchObject(stale);
    expect((await graph.delete(path, { 'if-match': `"x", ${again.headers['etag']}` })).status).toBe(204);
  });

  test('the list has an ETag too', async () => {
    const { headers } = await graph.get(`${item}/permissions`);
    const known = { 'if-none-match': headers['etag'] ?? '' };
    expect((await graph.get(`${item}/permissions`, known)).status).toBe(304);
    await invite('read');
    expect((await graph.get(`${item}/permissions`, known)).status).toBe(200);
  });

  test('of changes at once with one ETag, one is made', async () => {
    const { body: made } = await graph.post(`${item}/createLink`, anonymous);
    const { headers } = await graph.get(`${item}/permissions/${made.id}`);
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, day) =>
        patch(made.id, { expirationDateTime: `2099-01-${day + 10}T00:00:00Z` }, { 'if-match': headers['etag'] ?? '' }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 412)).toHaveLength(9);
  });

  test('changes at once without an ETag are all made, one after the other', async () => {
    await invite('read');
    const roles = ['write', 'read', 'write', 'read', 'write'];
    const replies = await Promise.all(roles.map((role) => patch(brunosId, { roles: [role] })));
    expect(replies.map(({ body }) => body.roles[0])).toEqual(roles);
  });

  describe('what others see', () => {
    const list = async (headers: Record<string, string>) =>
      (await graph.get(`${item}/permissions`, headers)).body.value;

    test('who may write sees all of it, secrets too', async () => {
      await invite('write', folder);
      await graph.post(`${item}/createLink`, view);
      expect(await list(as(graph, 'bruno'))).toEqual(await list(as(graph, 'ada')));
    });

    test('who may read sees what is theirs, and no secrets', async () => {
      await invite('read', folder);
      await graph.post(`${item}/createLink`, view);
      await graph.post(`${item}/createLink`, { type: 'view', scope: 'users', recipients: [{ alias: 'chiara.lund' }] });
      const { body: named } = await graph.post(`${item}/createLink`, {
        type: 'view',
        scope: 'users',
        recipients: [bruno],
      });
      const seen = await list(as(graph, 'bruno'));
      expect(seen.map(({ id }: { id: string }) => id)).toEqual([named.id, brunosId]);
      expect(seen[0]).not.toHaveProperty('shareId');
      expect(seen[0].link).toEqual({ scope: 'users', type: 'view', preventsDownload: false });
      expect(seen[1].inheritedFrom.id).toBe(ids.projects);
      const { body: link } = await graph.post(`${item}/createLink`, anonymous);
      expect((await graph.get(`${item}/permissions/${link.id}`, as(graph, 'bruno'))).status).toBe(404);
    });

    test('who comes through a link sees that link', async () => {
      const { body: made } = await graph.post(`${item}/createLink`, view);
      await graph.post(`${item}/createLink`, anonymous);
      const headers = as(graph, 'bruno', { prefer: 'redeemSharingLinkIfNecessary' });
      const { body } = await graph.get(`/v1.0/shares/${made.shareId}/driveItem/permissions`, headers);
      expect(body.value.map(({ id }: { id: string }) => id)).toEqual([made.id]);
      expect(body.value[0].link).not.toHaveProperty('webUrl');
    });
  });

  describe('of an application', () => {
    const appId = 'd6fad40a-1390-54cd-8b9a-9018701daa96';
    const ask = (more: object = {}, at = item) =>
      graph.post(`${at}/permissions`, {
        roles: ['write'],
        grantedToV2: { application: { id: appId, displayName: 'Contoso Archive' } },
        ...more,
      });

    test('it is made, and found where its Location says', async () => {
      const { status, headers, body } = await ask();
      const identity = { application: { id: appId, displayName: 'Contoso Archive' } };
      expect(status).toBe(201);
      expect(body).toEqual({
        '@odata.context': expect.stringMatching(/\/permissions\/\$entity$/),
        id: Buffer.from(`i:0i.t|ms.sp.ext|${appId}@${graph.tenant}`).toString('base64url'),
        roles: ['write'],
        grantedToV2: identity,
        grantedTo: identity,
      });
      const there = await graph.get(new URL(headers['location'] ?? '').pathname);
      expect(there.body).toEqual(body);
      expect(await ask({ roles: ['read'] })).toMatchObject({ status: 200, body: { id: body.id, roles: ['read'] } });
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test.each([
      [{ grantedToV2: { user: { id: 'befe83eb-5cfd-539c-a4eb-25549acdf051' } } }, 400],
      [{ roles: [] }, 400],
      [{ roles: ['everything'] }, 400],
      [{ grantedToV2: null }, 400],
    ])('%j is refused with %i', async (more, status) => {
      expect((await ask(more)).status).toBe(status);
      expect(await entitiesOn(graph, ids.report)).toBe(0);
    });

    test('not on a personal drive', async () => {
      expect(await ask({}, `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`)).toMatchObject({
        status: 400,
        body: { error: { code: 'notSupported' } },
      });
    });
  });
});
