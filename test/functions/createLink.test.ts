import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const guid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const inHours = (hours: number): string => `${new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 19)}Z`;

const drives = {
  businessFile: `/v1.0/me/drive/items/${ids.report}`,
  businessFolder: `/v1.0/me/drive/items/${ids.projects}`,
  personalFile: `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`,
  personalFolder: `/v1.0/drives/${ids.personalDrive}/root:/Pictures:`,
  personalRoot: `/v1.0/drives/${ids.personalDrive}/root`,
  libraryFile: `/v1.0/drives/${ids.library}/items/${ids.launch}`,
};

describe.each([...storeNames])('createLink on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  test('makes a link, whole as Graph answers it, and keeps one entity', async () => {
    const reply = await graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'organization' });
    expect(reply.status).toBe(201);
    const { id, link } = reply.body;
    expect(reply.body).toEqual({
      '@odata.context': `${graph.url}/v1.0/$metadata#microsoft.graph.permission`,
      id: expect.stringMatching(guid),
      roles: ['read'],
      shareId: `u!${Buffer.from(link.webUrl).toString('base64url')}`,
      hasPassword: false,
      link: {
        scope: 'organization',
        type: 'view',
        webUrl: expect.stringMatching(new RegExp(`^${graph.url}/:w:/g/personal/ada_fenn_contoso_com/E[\\w-]{30,}$`)),
        preventsDownload: false,
      },
    });
    expect(reply.headers['location']).toBe(
      `${graph.url}/v1.0/drives/${ids.drive}/items/${ids.report}/permissions/${id}`,
    );
    expect(await entitiesOn(graph, ids.report)).toBe(1);
  });

  test('the Location of a new link leads to it', async () => {
    const { headers, body } = await graph.post(`${drives.businessFile}/createLink`, {
      type: 'edit',
      scope: 'anonymous',
    });
    const there = await graph.get(new URL(headers['location'] ?? '').pathname);
    expect(there).toMatchObject({ status: 200, body: { id: body.id, link: body.link } });
  });

  test.each([
    [
      'businessFile',
      { type: 'view', scope: 'anonymous' },
      { roles: ['read'], link: { type: 'view', scope: 'anonymous' } },
    ],
    ['businessFile', { type: 'edit', scope: 'organization' }, { roles: ['write'], link: { type: 'edit' } }],
    ['businessFile', { type: 'View', scope: 'ORGANIZATION' }, { link: { type: 'view', scope: 'organization' } }],
    [
      'businessFile',
      { type: 'review', scope: 'organization' },
      { roles: ['read'], link: { type: 'review', preventsDownload: false } },
    ],
    [
      'businessFile',
      { type: 'blocksDownload', scope: 'organization' },
      { roles: ['read'], link: { type: 'view', preventsDownload: true } },
    ],
    ['businessFile', { type: 'adminDefault' }, { roles: ['write'], link: { type: 'edit', scope: 'organization' } }],
    ['businessFile', {}, { roles: ['write'], link: { type: 'edit', scope: 'organization' } }],
    ['businessFile', { scope: 'anonymous' }, { link: { type: 'edit', scope: 'anonymous' } }],
    ['businessFolder', { type: 'createOnly', scope: 'anonymous' }, { roles: ['write'], link: { type: 'createOnly' } }],
    [
      'libraryFile',
      { type: 'view', scope: 'organization' },
      { link: { webUrl: expect.stringContaining('/:p:/s/marketing/') } },
    ],
    [
      'personalFile',
      { type: 'view' },
      { roles: ['read'], link: { scope: 'anonymous', webUrl: expect.stringContaining('/t/c/8c41d9a07b52e63f/') } },
    ],
    ['personalFile', { type: 'edit', scope: 'anonymous' }, { roles: ['write'] }],
    [
      'personalFile',
      { type: 'embed' },
      {
        roles: ['read'],
        link: { type: 'embed', scope: 'anonymous', webHtml: expect.stringMatching(/^<iframe src="http.*<\/iframe>$/) },
      },
    ],
    ['personalFile', {}, { link: { type: 'view', scope: 'anonymous' } }],
    [
      'businessFile',
      {
        type: 'view',
        scope: 'anonymous',
        password: null,
        message: null,
        recipients: null,
        expirationDateTime: null,
        retainInheritedPermissions: null,
        sendNotification: null,
      },
      { hasPassword: false },
    ],
    [
      'businessFile',
      { type: 'view', scope: 'organization', message: 'Have a look', sendNotification: true },
      { roles: ['read'] },
    ],
    [
      'businessFile',
      { '@odata.type': '#x', 'type@odata.type': '#String', type: 'view', scope: 'organization' },
      { roles: ['read'] },
    ],
  ] as const)('%s: %j', async (item, body, expected) => {
    expect(await graph.post(`${drives[item]}/createLink`, body)).toMatchObject({ status: 201, body: expected });
  });

  test.each([
    [
      'businessFile',
      { type: 'embed', scope: 'anonymous' },
      400,
      'invalidRequest',
      "Link type must be either 'edit' or 'view'.",
    ],
    [
      'businessFile',
      { type: 'view' },
      400,
      'invalidRequest',
      'The default link settings cannot be used to create a sharing link without a scope. Scope must be specified',
    ],
    ['businessFile', { type: 'createOnly', scope: 'anonymous' }, 400, 'invalidRequest', 'Invalid request'],
    ['businessFolder', { type: 'review', scope: 'organization' }, 400, 'invalidRequest', 'Invalid request'],
    ['businessFolder', { type: 'blocksDownload', scope: 'organization' }, 400, 'invalidRequest', 'Invalid request'],
    ['personalFile', { type: 'view', scope: 'organization' }, 400, 'invalidRequest', 'Invalid request'],
    ['personalFile', { type: 'review' }, 400, 'invalidRequest', 'Invalid request'],
    ['personalFolder', { type: 'embed' }, 400, 'invalidRequest', 'Invalid request'],
    [
      'personalRoot',
      { type: 'view' },
      400,
      'notSupported',
      'The operation failed because the object does not support sharing.',
    ],
    [
      'businessFile',
      { type: 'view', scope: 'users', recipients: [{ email: 'nobody@contoso.com' }] },
      400,
      'noResolvedUsers',
      'One or more users could not be resolved.',
    ],
    [
      'businessFile',
      { type: 'view', scope: 'users', recipients: [{}] },
      400,
      'noResolvedUsers',
      'One or more users could not be resolved.',
    ],
    [
      'businessFile',
      { type: 'view', scope: 'anonymous', expirationDateTime: '2020-01-01T00:00:00Z' },
      400,
      'invalidRequest',
      'Invalid request',
    ],
    [
      'businessFile',
      { type: 'view', scope: 'organization', password: 'Tr0ub4dor-and-3' },
      400,
      'invalidRequest',
      'Invalid request',
    ],
  ] as const)('%s: %j is refused with %i %s, and nothing is kept', async (item, body, status, code, message) => {
    const refused = await graph.post(`${drives[item]}/createLink`, body);
    expect(refused).toMatchObject({ status, body: { error: { code, message } } });
    expect(await entitiesOn(graph, ids.report)).toBe(0);
  });

  test('the same call again answers 200 with the same permission, byte for byte', async () => {
    const body = { type: 'view', scope: 'organization' };
    const first = await graph.post(`${drives.businessFile}/createLink`, body);
    const second = await graph.post(`${drives.businessFile}/createLink`, body);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(second.headers['location']).toBeUndefined();
    expect(await entitiesOn(graph, ids.report)).toBe(1);
  });

  test.each([
    ['another type', { type: 'edit', scope: 'anonymous' }, {}],
    ['another scope', { type: 'view', scope: 'organization' }, {}],
    ['a link that blocks downloads', { type: 'blocksDownload', scope: 'anonymous' }, {}],
    ['another app', { type: 'view', scope: 'anonymous' }, { appid: 'd6fad40a-1390-54cd-8b9a-9018701daa96' }],
    ['people', { type: 'view', scope: 'users', recipients: [{ alias: 'bruno.costa' }] }, {}],
  ])('%s makes another link', async (_, body, claims) => {
    const first = await graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous' });
    const second = await graph.post(`${drives.businessFile}/createLink`, body, {
      authorization: `Bearer ${graph.token(claims)}`,
    });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.body.link.webUrl).not.toBe(first.body.link.webUrl);
  });

  test('the same people in another order are the same link', async () => {
    const [bruno, chiara] = [
      { email: 'Bruno.Costa@contoso.com' },
      { objectId: '026b0873-f282-5b62-93b2-99cb743430e0' },
    ];
    const ask = (recipients: unknown) =>
      graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'users', recipients });
    const first = await ask([bruno, chiara]);
    const second = await ask([chiara, bruno, bruno]);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body.id).toBe(first.body.id);
  });

  test('a link for one person names them, in the URL too; reading it shows the bare URL', async () => {
    const { body } = await graph.post(`${drives.businessFile}/createLink`, {
      type: 'view',
      scope: 'users',
      recipients: [{ email: 'bruno.costa@contoso.com' }],
      sendNotification: false,
    });
    const bruno = {
      displayName: 'Bruno Costa',
      email: 'bruno.costa@contoso.com',
      id: 'befe83eb-5cfd-539c-a4eb-25549acdf051',
    };
    expect(body.grantedToIdentities).toEqual([{ user: bruno }]);
    expect(body.grantedToIdentitiesV2).toEqual([
      {
        user: { '@odata.type': '#microsoft.graph.sharePointIdentity', ...bruno },
        siteUser: {
          displayName: bruno.displayName,
          email: bruno.email,
          id: expect.stringMatching(/^\d+$/),
          loginName: 'i:0#.f|membership|bruno.costa@contoso.com',
        },
      },
    ]);
    expect(body.link.webUrl).toMatch(/\?email=bruno\.costa%40contoso\.com$/);
    const read = await graph.get(`${drives.businessFile}/permissions/${body.id}`);
    expect(`${read.body.link.webUrl}?email=bruno.costa%40contoso.com`).toBe(body.link.webUrl);
  });

  test.each([
    ['nobody yet', undefined, []],
    ['two people', [{ email: 'bruno.costa@contoso.com' }, { alias: 'chiara.lund' }], ['Bruno Costa', 'Chiara Lund']],
    ['a group', [{ email: 'field.trips@contoso.com' }], ['Field Trips']],
    ['somebody elsewhere', [{ email: 'eve@example.org' }], ['eve@example.org']],
  ])('a link for %s', async (_, recipients, names) => {
    const { status, body } = await graph.post(`${drives.businessFile}/createLink`, {
      type: 'edit',
      scope: 'users',
      recipients,
    });
    expect(status).toBe(201);
    const shown = body.grantedToIdentities.map(
      (set: Record<string, { displayName: string }>) => Object.values(set)[0]?.displayName,
    );
    expect(shown).toEqual(names);
  });

  test('a password is kept as a hash and never shown', async () => {
    const password = 'Tr0ub4dor-and-3';
    const made = await graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous', password });
    const again = await graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous', password });
    expect([made.status, again.status]).toEqual([201, 200]);
    expect(made.body.hasPassword).toBe(true);
    expect(JSON.stringify([made, again])).not.toContain(password);
    const { permissionKind } = await import('../../src/sharing/kept.ts');
    const kept = [];
    for await (const { value } of graph.context.store
      .rows(permissionKind)
      .list(`${graph.tenant}|${ids.drive}|${ids.report}|`))
      kept.push(value);
    expect(kept).toEqual([
      expect.objectContaining({ passwordHash: expect.stringMatching(/^scrypt\$[\w-]{22}\$[\w-]{43}$/) }),
    ]);
    expect(JSON.stringify(kept)).not.toContain(password);
  });

  test('a repeat with another date or password changes the link there is; without one it stays as it was', async () => {
    const ask = (more: object) =>
      graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous', ...more });
    const [soon, later] = [inHours(1), inHours(2)];
    const first = await ask({ expirationDateTime: soon });
    const second = await ask({ expirationDateTime: later, password: 'x' });
    const third = await ask({ expirationDateTime: null });
    expect([first.status, second.status, third.status]).toEqual([201, 200, 200]);
    expect(first.body).toMatchObject({ expirationDateTime: soon, hasPassword: false });
    expect(third.body).toMatchObject({ id: first.body.id, expirationDateTime: later, hasPassword: true });
    expect(third.body.link).toEqual(first.body.link);
  });

  test.each([
    ['2099-06-30T12:00:00.000Z', '2099-06-30T12:00:00Z'],
    ['2099-06-30T12:00:00.1234567Z', '2099-06-30T12:00:00Z'],
    ['2099-06-30T14:00:00+02:00', '2099-06-30T12:00:00Z'],
  ])('the date %s is answered as %s', async (expirationDateTime, expected) => {
    const { body } = await graph.post(`${drives.businessFile}/createLink`, {
      type: 'view',
      scope: 'anonymous',
      expirationDateTime,
    });
    expect(body.expirationDateTime).toBe(expected);
  });

  test('after deletion the next call makes a new link', async () => {
    const ask = () => graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous' });
    const first = await ask();
    expect((await graph.delete(`${drives.businessFile}/permissions/${first.body.id}`)).status).toBe(204);
    const second = await ask();
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.body.link.webUrl).not.toBe(first.body.link.webUrl);
  });

  test('after expiry the next call makes a new link, and the old one is gone', async () => {
    const ask = (more: object = {}) =>
      graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous', ...more });
    const first = await ask({ expirationDateTime: inHours(0.5) });
    graph.advance(3_000_000);
    expect((await graph.get(`${drives.businessFile}/permissions/${first.body.id}`)).status).toBe(404);
    const second = await ask();
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    expect(second.body.expirationDateTime).toBeUndefined();
    expect(await entitiesOn(graph, ids.report)).toBe(1);
  });

  test('the link of the address bar grants nothing and keeps nothing', async () => {
    const { status, body } = await graph.post(`${drives.businessFile}/createLink`, { type: 'addressBar' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: '00000000-0000-0000-0000-000000000000',
      roles: ['read'],
      link: {
        type: 'view',
        scope: 'existingAccess',
        webUrl: expect.stringMatching(/\/Documents\/Projects\/Report\.docx$/),
      },
    });
    expect(await entitiesOn(graph, ids.report)).toBe(0);
  });

  test('retainInheritedPermissions false drops what the item inherited, the first time it is shared', async () => {
    await graph.post(`${drives.businessFolder}/createLink`, { type: 'view', scope: 'organization' });
    const inherited = async () => {
      const { body } = await graph.get(`${drives.businessFile}/permissions`);
      return body.value.filter((each: object) => 'inheritedFrom' in each).length;
    };
    expect(await inherited()).toBe(1);
    await graph.post(`${drives.businessFile}/createLink`, {
      type: 'view',
      scope: 'anonymous',
      retainInheritedPermissions: false,
    });
    expect(await inherited()).toBe(0);
  });

  test('a call that is refused takes nothing away', async () => {
    await graph.post(`${drives.businessFolder}/createLink`, { type: 'view', scope: 'organization' });
    const before = await graph.get(`${drives.businessFile}/permissions`);
    for (const body of [
      { type: 'view', scope: 'users', recipients: [{ email: 'nobody@contoso.com' }] },
      {
        type: 'view',
        scope: 'users',
        recipients: Array.from({ length: 101 }, (_, at) => ({ email: `a${at}@example.org` })),
      },
      { type: 'embed', scope: 'anonymous' },
    ]) {
      const refused = await graph.post(`${drives.businessFile}/createLink`, {
        ...body,
        retainInheritedPermissions: false,
      });
      expect(refused.status).toBe(400);
    }
    expect((await graph.get(`${drives.businessFile}/permissions`)).body).toEqual(before.body);
  });

  test('a repeated call completes what an earlier one has begun: what was inherited is dropped', async () => {
    await graph.post(`${drives.businessFolder}/createLink`, { type: 'view', scope: 'organization' });
    const body = { type: 'view', scope: 'anonymous' };
    await graph.post(`${drives.businessFile}/createLink`, body);
    await graph.post(`${drives.businessFile}/createLink`, { ...body, retainInheritedPermissions: false });
    const { value } = (await graph.get(`${drives.businessFile}/permissions`)).body;
    expect(value.filter((each: object) => 'inheritedFrom' in each)).toEqual([]);
  });

  test('a root has the id that every root has', async () => {
    for (const drive of ['/v1.0/me/drive', '/v1.0/sites/root/drive'])
      expect((await graph.get(`${drive}/root`)).body.id).toMatch(/^01[A-Z2-7]{6}56Y2GOVW7725BZO354PWSELRRZ$/);
  });

  test('a user id counts in any case', async () => {
    for (const oid of ['User-A', 'E3019764-1D4B-5ED3-91ED-66843ED2FFA6']) {
      const authorization = `Bearer ${graph.token({ oid })}`;
      const path = '/v1.0/me/drive/root:/Logo.png:/createLink';
      expect((await graph.post(path, { type: 'view', scope: 'anonymous' }, { authorization })).status).toBe(201);
    }
  });

  test('100 equal calls at once make one link', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, () =>
        graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous' }),
      ),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(99);
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1);
    expect(await entitiesOn(graph, ids.report)).toBe(1);
  });

  test('tenants do not see each other', async () => {
    const first = await graph.post(`${drives.businessFile}/createLink`, { type: 'view', scope: 'anonymous' });
    const elsewhere = { authorization: `Bearer ${graph.token({ tid: 'c0ffee00-0000-4000-8000-00000000000a' })}` };
    const second = await graph.post(
      `${drives.businessFile}/createLink`,
      { type: 'view', scope: 'anonymous' },
      elsewhere,
    );
    expect(second.status).toBe(201);
    expect((await graph.get(`${drives.businessFile}/permissions/${first.body.id}`, elsewhere)).status).toBe(404);
  });
});

describe('the historic contract of 2015', () => {
  const app = { id: '971807bb-16a8-53bc-9350-1bac088c0356', displayName: 'Contoso Link Tester' };
  const by = {
    application: app,
    device: null,
    user: { id: 'e3019764-1d4b-5ed3-91ed-66843ed2ffa6', displayName: 'Ada Fenn' },
  };
  const routes = ['/drive/root', '/me/drive/root', `/workbooks/${ids.budget}`];
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph();
  });
  afterEach(() => graph.close());

  test.each(routes.flatMap((route) => ['v1.0', 'beta'].map((version) => `/${version}${route}`)))(
    'POST %s/createLink answers 200 with every property, new or not',
    async (route) => {
      const first = await graph.post(`${route}/createLink`, { type: 'view', scope: 'anonymous' });
      const second = await graph.post(`${route}/createLink`, { type: 'view', scope: 'anonymous' });
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(second.body).toEqual(first.body);
      expect(first.body).toEqual({
        '@odata.context': expect.stringMatching(/\/\$metadata#microsoft\.graph\.permission$/),
        grantedTo: by,
        id: expect.stringMatching(guid),
        invitation: null,
        inheritedFrom: null,
        link: {
          application: app,
          scope: 'anonymous',
          type: 'view',
          webUrl: expect.any(String),
          preventsDownload: false,
        },
        roles: ['read'],
        shareId: expect.stringMatching(/^u!/),
        hasPassword: false,
        expirationDateTime: null,
      });
    },
  );

  test('names who calls, whoever has made the link', async () => {
    const body = { type: 'view', scope: 'anonymous' };
    const authorization = `Bearer ${graph.token({ idtyp: 'app', oid: crypto.randomUUID() })}`;
    const made = await graph.post(`/v1.0/drives/${ids.drive}/root/createLink`, body, { authorization });
    const found = await graph.post('/v1.0/me/drive/root/createLink', body);
    expect(found.body.id).toBe(made.body.id);
    expect(found.body.grantedTo).toEqual(by);
  });

  test('has every property of an address bar, too', async () => {
    const { status, body } = await graph.post('/v1.0/me/drive/root/createLink', { type: 'addressBar' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ grantedTo: by, invitation: null, inheritedFrom: null, link: { application: app } });
  });

  test.each([ids.report, ids.projects])('no workbook, no link: %s', async (id) => {
    const reply = await graph.post(`/v1.0/workbooks/${id}/createLink`, { type: 'view', scope: 'anonymous' });
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalidRequest' } } });
    expect((await graph.get(`/v1.0/me/drive/items/${id}/permissions`)).body.value).toHaveLength(1);
  });

  test('a type without a scope takes the scope of the organisation', async () => {
    expect((await graph.post('/v1.0/drive/root/createLink', { type: 'view' })).body.link.scope).toBe('organization');
  });

  test('with recipients the invitation names the first', async () => {
    const { body } = await graph.post(`/v1.0/workbooks/${ids.budget}/createLink`, {
      type: 'edit',
      scope: 'users',
      recipients: [{ email: 'bruno.costa@contoso.com' }, { email: 'chiara.lund@contoso.com' }],
    });
    expect(body.invitation).toEqual({
      email: 'bruno.costa@contoso.com',
      invitedBy: by,
      redeemedBy: null,
      signInRequired: true,
    });
  });

  test('a path below the root, and every other address, follows the contract of today', async () => {
    const reply = await graph.post('/v1.0/me/drive/root:/Logo.png:/createLink', { type: 'view', scope: 'anonymous' });
    expect(reply.status).toBe(201);
    expect(reply.body).not.toHaveProperty('grantedTo');
  });

  test('a setting switches it off', async () => {
    await graph.close();
    graph = await startGraph({ settings: { GRAPH_MOCK_HISTORIC_CONTRACT: 'off' } });
    const first = await graph.post('/v1.0/drive/root/createLink', { type: 'view', scope: 'anonymous' });
    const second = await graph.post('/v1.0/drive/root/createLink', { type: 'view', scope: 'anonymous' });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.body).not.toHaveProperty('grantedTo');
    // It is about what is answered: what may be asked stays.
    const { status, body } = await graph.post('/v1.0/drive/root/createLink', { type: 'view' });
    expect([status, body.link.scope]).toEqual([201, 'organization']);
  });
});
