import { readToken } from '../../src/sharing/linkUrl.ts';
import { lookUpLink } from '../../src/sharing/share.ts';
import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { as, type Person } from '../kit/people.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
const folder = `/v1.0/drives/${ids.drive}/items/${ids.projects}`;
const redeem = { prefer: 'redeemSharingLink' };
const redeemOnce = { prefer: 'redeemSharingLinkIfNecessary' };
/** One name, though there are dots in it. */
const downloadUrl = ['@microsoft.graph.downloadUrl'];
const gone = {
  status: 403,
  body: {
    error: {
      code: 'accessDenied',
      message: 'The sharing link no longer exists, or you do not have permission to access it.',
    },
  },
};
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();
const encoded = (url: string): string => `u!${Buffer.from(url).toString('base64url')}`;
const tokenIn = (webUrl: string): string => webUrl.slice(webUrl.lastIndexOf('/') + 1);

describe.each([...storeNames])('shares on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const make = async (body: object, at = item) => (await graph.post(`${at}/createLink`, body)).body;
  const share = (shareId: string, rest = '') => `/v1.0/shares/${shareId}${rest}`;

  test('a share tells what it is of, and whose', async () => {
    const { shareId } = await make({ type: 'view', scope: 'organization' });
    const { status, body, headers } = await graph.get(share(shareId), as(graph, 'bruno', redeem));
    expect(status).toBe(200);
    expect(body).toEqual({
      '@odata.context': `${graph.url}/v1.0/$metadata#shares/$entity`,
      id: shareId,
      name: 'Report.docx',
      owner: { user: { displayName: 'Ada Fenn', id: 'e3019764-1d4b-5ed3-91ed-66843ed2ffa6' } },
    });
    expect(headers['preference-applied']).toBe('redeemSharingLink');
  });

  test('the permission of a share changes, and goes, by the share as by its id', async () => {
    const { id, shareId } = await make({ type: 'view', scope: 'anonymous' });
    const at = share(shareId, '/permission');
    const expirationDateTime = '2040-01-01T00:00:00Z';
    expect(await graph.send('PATCH', at, { expirationDateTime }, as(graph, 'bruno'))).toMatchObject({ status: 403 });
    const changed = await graph.send('PATCH', at, { expirationDateTime });
    expect(changed).toMatchObject({ status: 200, body: { id, expirationDateTime } });
    expect((await graph.get(`${item}/permissions/${id}`)).body).toMatchObject({ expirationDateTime });
    expect((await graph.send('DELETE', at, undefined, as(graph, 'bruno'))).status).toBe(403);
    const stale = { 'if-match': '"stale"' };
    expect((await graph.delete(at, stale)).status).toBe(412);
    expect((await graph.delete(at)).status).toBe(204);
    expect((await graph.get(`${item}/permissions/${id}`)).status).toBe(404);
    expect((await graph.delete(at)).status).toBe(403);
  });

  test.each([
    ['in capitals', 'Mock.Example.com', undefined],
    ['with the port that goes without saying', 'mock.example.com:443', undefined],
    ['as the browser writes it', 'mock.example.com', undefined],
    ['elsewhere', 'other.example.com', 400],
  ])('the URL of an item leads back to it, whichever way its host is spelt: %s', async (_, host, status = 200) => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'MOCK.example.com' };
    const { webUrl } = (await graph.get(item, forwarded)).body;
    const url = webUrl.replace('MOCK.example.com', host);
    expect((await graph.get(share(encoded(url), '/driveItem'), forwarded)).status).toBe(status);
  });

  test('the existing access that the URL of an item stands for is no permission to change', async () => {
    const { webUrl } = (await graph.get(item)).body;
    const at = share(encoded(webUrl), '/permission');
    expect((await graph.get(at)).status).toBe(200);
    expect((await graph.delete(at)).status).toBe(404);
    expect((await graph.send('PATCH', at, { roles: ['write'] })).status).toBe(404);
  });

  test('the item behind it, in its own context', async () => {
    const { shareId } = await make({ type: 'view', scope: 'anonymous' });
    const { body } = await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno'));
    expect(body).toMatchObject({
      '@odata.context': `${graph.url}/v1.0/$metadata#shares('${shareId.replace('!', '%21')}')/driveItem/$entity`,
      id: ids.report,
      name: 'Report.docx',
    });
  });

  test.each([
    ['its shareId', (webUrl: string) => encoded(webUrl)],
    ['its URL with a query', (webUrl: string) => encoded(`${webUrl}?e=a1B2c3&email=bruno.costa%40contoso.com`)],
    ['base64 with padding, not mapped', (webUrl: string) => `u!${Buffer.from(`${webUrl}??`).toString('base64')}`],
    ['an encoded exclamation mark', (webUrl: string) => encoded(webUrl).replace('!', '%21')],
    ['its token alone', (webUrl: string) => `s!${tokenIn(webUrl)}`],
  ])('a link is found by %s', async (_, keyOf) => {
    const { link } = await make({ type: 'view', scope: 'anonymous' });
    const key = keyOf(link.webUrl).replaceAll('/', '%2F');
    const { status, body } = await graph.get(share(key, '/driveItem'), as(graph, 'bruno'));
    expect([status, body.id]).toEqual([200, ids.report]);
  });

  test.each(['/driveItem', '/DRIVEITEM', '/root', `/items/${ids.projects}`, `/items('${ids.projects}')`])(
    'the shared folder is at %s',
    async (rest) => {
      const { shareId } = await make({ type: 'view', scope: 'anonymous' }, folder);
      expect(await graph.get(share(shareId, rest), as(graph, 'bruno'))).toMatchObject({
        status: 200,
        body: { id: ids.projects },
      });
    },
  );

  test.each([
    ['/driveItem/children', ['Budget.xlsx', 'Café № 1 (50%).txt', 'Report.docx']],
    ['/root/children', ['Budget.xlsx', 'Café № 1 (50%).txt', 'Report.docx']],
  ])('%s lists what is in a shared folder', async (rest, names) => {
    const { shareId } = await make({ type: 'view', scope: 'anonymous' }, folder);
    const { body } = await graph.get(share(shareId, rest), as(graph, 'bruno'));
    expect(body.value.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  test.each([
    [`/items/${ids.report}`, 200],
    ['/driveItem:/Report.docx', 200],
    ['/driveItem:/Report.docx:', 200],
    ['/root:/Report.docx:/permissions', 200],
    ['/driveItem:/Report.docx:/content', 302],
    [`/items/${ids.logo}`, 404],
    ['/items/root', 404],
    [`/items/${ids.unknown}`, 404],
    ['/driveItem:/Nothing.docx', 404],
    ['/driveItem:/..%2FLogo.png:/content', 404],
  ])('below a shared folder %s answers %i', async (rest, status) => {
    const { shareId } = await make({ type: 'view', scope: 'anonymous' }, folder);
    expect((await graph.get(share(shareId, rest), as(graph, 'bruno'))).status).toBe(status);
    // Whatever else a share opens, it does not open this.
    const elsewhere = await graph.get(`/v1.0/drives/${ids.drive}/items/${ids.logo}`, as(graph, 'bruno'));
    expect(elsewhere.status).toBe(404);
  });

  test("the owner's share leads nowhere outside of it either", async () => {
    const { shareId } = await make({ type: 'view', scope: 'anonymous' }, folder);
    expect((await graph.get(share(shareId, `/items/${ids.logo}`))).status).toBe(404);
    expect((await graph.get(share(shareId, `/items/${ids.report}`))).status).toBe(200);
  });

  test('the bytes come without a further token', async () => {
    const { shareId } = await make({ type: 'view', scope: 'anonymous' });
    const { status, headers } = await graph.get(share(shareId, '/driveItem/content'), as(graph, 'bruno'));
    expect(status).toBe(302);
    expect(await (await fetch(headers['location'] ?? '')).text()).toBe('The quarterly report.');
  });

  test.each([
    ['view', 'GET', '/driveItem', undefined, 200],
    ['view', 'GET', '/driveItem/content', undefined, 302],
    ['view', 'PUT', '/driveItem/content', 'new', 403],
    ['view', 'POST', '/driveItem/createLink', { type: 'view', scope: 'organization' }, 403],
    ['view', 'POST', '/driveItem/invite', { recipients: [{ alias: 'chiara.lund' }], roles: ['read'] }, 403],
    ['view', 'DELETE', '/driveItem', undefined, 403],
    ['edit', 'PUT', '/driveItem/content', 'new', 200],
    ['edit', 'POST', '/driveItem/createLink', { type: 'view', scope: 'organization' }, 201],
    ['edit', 'DELETE', '/driveItem', undefined, 204],
    ['review', 'GET', '/driveItem/content', undefined, 302],
    ['review', 'PUT', '/driveItem/content', 'new', 403],
    ['blocksDownload', 'GET', '/driveItem', undefined, 200],
    ['blocksDownload', 'GET', '/driveItem/content', undefined, 403],
    ['blocksDownload', 'PUT', '/driveItem/content', 'new', 403],
  ] as const)('through a %s link of a file, %s %s %j answers %i', async (type, method, rest, body, status) => {
    const { shareId } = await make({ type, scope: 'anonymous' });
    expect((await graph.send(method, share(shareId, rest), body, as(graph, 'bruno'))).status).toBe(status);
  });

  test.each([
    ['view', 'POST', '/driveItem/children', { name: 'New', folder: {} }, 403],
    ['view', 'PUT', '/driveItem:/New.txt:/content', 'new', 403],
    ['edit', 'POST', '/driveItem/children', { name: 'New', folder: {} }, 201],
    ['edit', 'PUT', '/driveItem:/New.txt:/content', 'new', 201],
    ['edit', 'PUT', '/driveItem:/Report.docx:/content', 'new', 200],
    ['createOnly', 'POST', '/driveItem/children', { name: 'New', folder: {} }, 201],
    ['createOnly', 'PUT', '/driveItem:/New.txt:/content', 'new', 201],
    ['createOnly', 'PUT', '/driveItem:/Report.docx:/content', 'new', 403],
    ['createOnly', 'PUT', '/driveItem:/Report.docx:/content?@microsoft.graph.conflictBehavior=rename', 'new', 201],
    ['createOnly', 'GET', '/driveItem', undefined, 403],
    ['createOnly', 'GET', '/driveItem/children', undefined, 403],
    ['createOnly', 'GET', '/driveItem:/Report.docx:/content', undefined, 403],
    ['createOnly', 'POST', '/driveItem/createLink', { type: 'view', scope: 'organization' }, 403],
    ['createOnly', 'DELETE', `/items/${ids.report}`, undefined, 403],
  ] as const)('through a %s link of a folder, %s %s %j answers %i', async (type, method, rest, body, status) => {
    const { shareId } = await make({ type, scope: 'anonymous' }, folder);
    const reply = await graph.send(method, share(shareId, rest), body, as(graph, 'bruno'));
    expect(reply.status).toBe(status);
  });

  test('a link that prevents downloads shows no download URL, nor does one that only adds', async () => {
    const { shareId } = await make({ type: 'blocksDownload', scope: 'anonymous' });
    const { body } = await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno'));
    expect(body).not.toHaveProperty(downloadUrl);
    const adding = await make({ type: 'createOnly', scope: 'anonymous' }, folder);
    const added = await graph.put(share(adding.shareId, '/driveItem:/New.txt:/content'), 'new', as(graph, 'bruno'));
    expect(added).toMatchObject({ status: 201, body: { name: 'New.txt' } });
    expect(added.body).not.toHaveProperty(downloadUrl);
    expect((await graph.get(share(shareId, '/driveItem'))).body).toHaveProperty(downloadUrl);
  });

  describe('who may follow it', () => {
    const toBruno = { scope: 'users', recipients: [{ email: 'bruno.costa@contoso.com' }] };
    const found = { status: 200, body: { id: ids.report } };
    test.each<[Person, object, Record<string, string>, number]>([
      ['ada', { scope: 'organization' }, {}, 200],
      ['ada', { scope: 'users' }, {}, 200],
      ['ada', { scope: 'anonymous', password: 'secret' }, {}, 200],
      ['bruno', { scope: 'anonymous' }, {}, 200],
      ['bruno', { scope: 'anonymous' }, redeem, 200],
      ['bruno', { scope: 'anonymous', password: 'secret' }, redeem, 403],
      ['bruno', { scope: 'organization' }, {}, 403],
      ['bruno', { scope: 'organization' }, redeem, 200],
      ['bruno', { scope: 'organization' }, redeemOnce, 200],
      ['bruno', { scope: 'organization' }, { prefer: 'respond-async, REDEEMSHARINGLINK' }, 200],
      ['bruno', { scope: 'organization' }, { prefer: 'respond-async' }, 403],
      ['bruno', toBruno, {}, 200],
      ['chiara', toBruno, {}, 403],
      ['chiara', toBruno, redeem, 403],
      ['app', { scope: 'anonymous' }, {}, 403],
      ['app', { scope: 'organization' }, redeem, 403],
      ['foreigner', { scope: 'anonymous' }, redeem, 403],
      ['foreigner', toBruno, redeem, 403],
    ])('%s, a link with %j, headers %j: %i', async (person, asked, headers, status) => {
      const { shareId } = await make({ type: 'view', ...asked });
      const reply = await graph.get(share(shareId, '/driveItem'), as(graph, person, headers));
      expect(reply).toMatchObject(status === 403 ? gone : found);
    });

    test('a password that is missing is told by the inner code', async () => {
      const { shareId } = await make({ type: 'view', scope: 'anonymous', password: 'secret' });
      const reply = await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno', redeem));
      expect(reply).toMatchObject({ ...gone, body: { error: { innerError: { code: 'passwordRequired' } } } });
      expect(reply.headers).not.toHaveProperty('preference-applied');
    });
  });

  describe('redeeming', () => {
    test('lasts: the item is then reached without the link, until that is revoked', async () => {
      const { shareId, id } = await make({ type: 'edit', scope: 'organization' }, folder);
      const reach = () => graph.get(item, as(graph, 'bruno'));
      expect((await reach()).status).toBe(404);
      await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno', redeem));
      expect((await reach()).status).toBe(200);
      expect((await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno'))).status).toBe(200);
      expect((await graph.put(`${item}/content`, 'x', as(graph, 'bruno'))).status).toBe(200);
      expect((await graph.get(item, as(graph, 'chiara'))).status).toBe(404);
      expect(await entitiesOn(graph, ids.projects)).toBe(2);
      await graph.delete(`${folder}/permissions/${id}`);
      expect((await reach()).status).toBe(404);
      expect(await entitiesOn(graph, ids.projects)).toBe(0);
    });

    test('a link that is made anew after it expired has to be redeemed anew', async () => {
      const asked = { type: 'view', scope: 'organization' };
      const { shareId } = await make({ ...asked, expirationDateTime: inAnHour() });
      await graph.get(share(shareId), as(graph, 'bruno', redeem));
      graph.advance(3_600_001);
      const fresh = await graph.post(`${item}/createLink`, asked, as(graph, 'ada'));
      expect(fresh.status).toBe(201);
      expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(404);
    });

    test('if necessary, lasts for the one request', async () => {
      const { shareId } = await make({ type: 'view', scope: 'organization' });
      const reply = await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno', redeemOnce));
      expect(reply.headers['preference-applied']).toBe('redeemSharingLinkIfNecessary');
      expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(404);
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test('nothing is redeemed by a call that is refused, nor by the owner', async () => {
      const { shareId } = await make({ type: 'view', scope: 'organization' });
      const refused = await graph.put(share(shareId, '/driveItem/content'), 'x', as(graph, 'bruno', redeem));
      expect(refused.status).toBe(403);
      expect((await graph.get(share(shareId), redeem)).headers['preference-applied']).toBe('redeemSharingLink');
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test('many times at once is once', async () => {
      const { shareId } = await make({ type: 'view', scope: 'organization' });
      const replies = await Promise.all(
        Array.from({ length: 10 }, () => graph.get(share(shareId), as(graph, 'bruno', redeem))),
      );
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      expect(await entitiesOn(graph, ids.report)).toBe(2);
    });
  });

  describe('failures', () => {
    const notAKey = { status: 400, body: { error: { code: 'invalidRequest', message: 'Invalid shares key.' } } };
    const foreign = {
      status: 400,
      body: { error: { code: 'invalidRequest', message: 'The site in the encoded share URI is invalid' } },
    };

    test('a revoked link, and one that has expired', async () => {
      const revoked = await make({ type: 'view', scope: 'anonymous' });
      await graph.delete(`${item}/permissions/${revoked.id}`);
      expect(await graph.get(share(revoked.shareId, '/driveItem'), as(graph, 'bruno'))).toMatchObject(gone);
      // Its owner follows no dead link either.
      expect(await graph.get(share(revoked.shareId, '/driveItem'))).toMatchObject(gone);
      const expiring = await make({ type: 'edit', scope: 'anonymous', expirationDateTime: inAnHour() });
      expect((await graph.get(share(expiring.shareId), as(graph, 'bruno'))).status).toBe(200);
      graph.advance(3_600_001);
      expect(await graph.get(share(expiring.shareId), as(graph, 'bruno'))).toMatchObject(gone);
    });

    test('a link made anew does not open by its old URL', async () => {
      const old = await make({ type: 'view', scope: 'anonymous' });
      await graph.delete(`${item}/permissions/${old.id}`);
      const fresh = await make({ type: 'view', scope: 'anonymous' });
      expect(await graph.get(share(old.shareId), as(graph, 'bruno'))).toMatchObject(gone);
      expect((await graph.get(share(fresh.shareId), as(graph, 'bruno'))).status).toBe(200);
    });

    test('a link goes with its item', async () => {
      const { shareId } = await make({ type: 'view', scope: 'anonymous' });
      await graph.delete(item);
      expect(await graph.get(share(shareId), as(graph, 'bruno'))).toMatchObject(gone);
    });

    test.each([
      ['what has no prefix', 'aHR0cHM6Ly9leGFtcGxlLm9yZw', notAKey],
      ['what is no base64', 'u!notbase64$$', notAKey],
      ['what holds no URL', encoded('Report.docx'), notAKey],
      ['what holds bytes that are no text', `u!${Buffer.from([0xff, 0xfe]).toString('base64url')}`, notAKey],
      ['a URL that is not of the web', encoded('javascript:alert(1)'), notAKey],
      ['an empty key', 'u!', notAKey],
      ['a token that is none', 's!AbCdEf', gone],
      ['a token full of nothing', 's!E', gone],
      ['a URL elsewhere', encoded('https://fabrikam.sharepoint.com/sites/x/Shared%20Documents/a.docx'), foreign],
    ])('%s', async (_, key, expected) => {
      expect(await graph.get(share(encodeURIComponent(key), '/driveItem'), as(graph, 'bruno'))).toMatchObject(expected);
    });

    test('a good token under a foreign host, and a bad one under ours', async () => {
      const { link } = await make({ type: 'view', scope: 'anonymous' });
      const elsewhere = link.webUrl.replace(graph.url, 'https://fabrikam.sharepoint.com');
      expect(await graph.get(share(encoded(elsewhere)), as(graph, 'bruno'))).toMatchObject(foreign);
      const changed = `${link.webUrl.slice(0, -3)}AAA`;
      expect(await graph.get(share(encoded(changed)), as(graph, 'bruno'))).toMatchObject(gone);
      const invented = `${graph.url}/:w:/g/personal/ada_fenn_contoso_com/EZQaRSRnYmhQrEPv0m6fOaoBKAS61v6UpV8YsrN`;
      expect(await graph.get(share(encoded(invented)), as(graph, 'bruno'))).toMatchObject(gone);
    });
  });

  describe('the plain URL of an item', () => {
    const documents = () => `${graph.url}/personal/ada_fenn_contoso_com/Documents`;

    test.each([
      ['', 'root'],
      ['/Projects', 'Projects'],
      ['/projects/REPORT.docx', 'Report.docx'],
      ['/Projects/Caf%C3%A9%20%E2%84%96%201%20(50%25).txt', 'Café № 1 (50%).txt'],
    ])('%j is the item there, for those who may see it', async (path, name) => {
      const key = encoded(documents() + path);
      expect(await graph.get(share(key, '/driveItem'))).toMatchObject({ status: 200, body: { name } });
      expect((await graph.get(share(key, '/driveItem'), as(graph, 'bruno', redeem))).status).toBe(404);
    });

    test('webUrl of any item leads back to it', async () => {
      for (const path of ['/v1.0/me/drive/root', item, `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`]) {
        const { body } = await graph.get(path);
        expect(await graph.get(share(encoded(body.webUrl), '/driveItem'))).toMatchObject({ body: { id: body.id } });
      }
      const { body } = await graph.get(`/v1.0/drives/${ids.library}/items/${ids.launch}`);
      const reply = await graph.get(share(encoded(body.webUrl), '/driveItem'), as(graph, 'bruno'));
      expect(reply).toMatchObject({ status: 200, body: { id: ids.launch } });
    });

    test('somebody the mock has never heard of has URLs too', async () => {
      const oid = crypto.randomUUID();
      const authorization = `Bearer ${graph.token({ oid, upn: 'new@contoso.com', name: 'New One' })}`;
      const { body } = await graph.get('/v1.0/me/drive/root:/Logo.png', { authorization });
      const invitation = { recipients: [{ alias: 'bruno.costa' }], roles: ['read'], requireSignIn: true };
      await graph.post('/v1.0/me/drive/root:/Logo.png:/invite', invitation, { authorization });
      const reply = await graph.get(share(encoded(body.webUrl), '/driveItem'), as(graph, 'bruno'));
      expect(reply).toMatchObject({ status: 200, body: { id: body.id } });
    });

    test('an item that is not there is 404, a site that is not there 400', async () => {
      expect((await graph.get(share(encoded(`${documents()}/Nothing.docx`)))).status).toBe(404);
      expect((await graph.get(share(encoded(`${graph.url}/sites/nowhere/Documents/a.docx`)))).status).toBe(400);
      expect((await graph.get(share(encoded(`${documents()}/%E0%A4%A`)))).status).toBe(404);
    });
  });

  test('the permission of a link, without its secrets for those who could not have made it', async () => {
    const made = await make({ type: 'view', scope: 'organization' });
    const own = await graph.get(share(made.shareId, '/permission'));
    expect(own.body).toEqual({
      ...made,
      '@odata.context': `${graph.url}/v1.0/$metadata#shares('${made.shareId.replace('!', '%21')}')/permission/$entity`,
    });
    const { body } = await graph.get(share(made.shareId, '/permission'), as(graph, 'bruno', redeem));
    expect(body).toMatchObject({ id: made.id, roles: ['read'], link: { scope: 'organization', type: 'view' } });
    expect(body).not.toHaveProperty('shareId');
    expect(body.link).not.toHaveProperty('webUrl');
  });

  test('the permission of a plain URL is the access there is', async () => {
    const { body } = await graph.get(item);
    const reply = await graph.get(share(encoded(body.webUrl), '/permission'));
    expect(reply.body).toMatchObject({
      id: '00000000-0000-0000-0000-000000000000',
      link: { scope: 'existingAccess', webUrl: body.webUrl },
    });
  });

  test.each([
    ['listItem', { id: '2', contentType: { name: 'Document' } }],
    ['list', { displayName: 'OneDrive', list: { template: 'documentLibrary' } }],
    ['site', { id: expect.stringMatching(/^contoso\.sharepoint\.com,[\da-f-]{36},[\da-f-]{36}$/) }],
  ])('/%s is what SharePoint has behind it, on business drives', async (part, expected) => {
    const { shareId } = await make({ type: 'view', scope: 'anonymous' });
    expect(await graph.get(share(shareId, `/${part}`), as(graph, 'bruno'))).toMatchObject({
      status: 200,
      body: { '@odata.context': expect.stringContaining(`/${part}/$entity`), ...expected },
    });
    const personal = await make({ type: 'view' }, `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`);
    expect(await graph.get(share(personal.shareId, `/${part}`), as(graph, 'bruno'))).toMatchObject({
      status: 400,
      body: { error: { code: 'invalidRequest', message: 'The request is malformed or incorrect.' } },
    });
  });

  test('a token says where its link lies: following it is one point read', async () => {
    const { link, id } = await make({ type: 'view', scope: 'anonymous' });
    const address = readToken(tokenIn(link.webUrl));
    expect(address).toMatchObject({ tenant: graph.tenant, driveId: ids.drive, itemId: ids.report });
    const calls: string[] = [];
    const kept = graph.context.store;
    const rows: typeof kept.rows = (kind) => ({
      ...kept.rows(kind),
      get: (key) => {
        calls.push(kind.table);
        return kept.rows(kind).get(key);
      },
    });
    const counting = { ...graph.context, store: { ...kept, rows } };
    if (!address) throw new Error('the token says nothing');
    expect(await lookUpLink(address, counting)).toMatchObject({ link: { id } });
    expect(calls).toEqual(['permissions']);
  });

  test('a personal embed link opens by its URL', async () => {
    const { shareId } = await make({ type: 'embed' }, `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`);
    const { body } = await graph.get(share(shareId, '/driveItem'), as(graph, 'bruno'));
    expect(body.id).toBe(ids.list);
  });

  test('what no longer inherits is not open through its folder', async () => {
    const { shareId } = await make({ type: 'edit', scope: 'organization' }, folder);
    await graph.get(share(shareId), as(graph, 'bruno', redeem));
    await make({ type: 'view', scope: 'users', retainInheritedPermissions: false });
    const { body } = await graph.get(share(shareId, '/driveItem/children'), as(graph, 'bruno'));
    expect(body.value.map(({ name }: { name: string }) => name)).not.toContain('Report.docx');
    for (const path of [share(shareId, '/driveItem:/Report.docx'), share(shareId, `/items/${ids.report}`), item])
      expect((await graph.get(path, as(graph, 'bruno', redeem))).status).toBe(404);
  });

  test('a link of a workbook session that does not persist opens for nobody', async () => {
    const budget = `/v1.0/me/drive/items/${ids.budget}`;
    const session = await graph.post(`${budget}/workbook/createSession`, { persistChanges: false });
    const headers = { 'workbook-session-id': session.body.id };
    const made = await graph.post(`${budget}/createLink`, { type: 'view', scope: 'anonymous' }, headers);
    expect(made.status).toBe(201);
    expect(await graph.get(share(made.body.shareId), as(graph, 'bruno', redeem))).toMatchObject(gone);
  });
});

describe('scopes at shares', () => {
  test.each([
    [{ scp: 'Files.Read' }, 403],
    [{ scp: 'Files.Read.All' }, 200],
    [{ scp: 'Files.ReadWrite' }, 200],
    [{ scp: 'Sites.ReadWrite.All' }, 200],
  ])('%j answers %i', async (claims, status) => {
    const graph = await startGraph({ settings: { GRAPH_MOCK_AUTH: 'scopes' } });
    const { body } = await graph.post(`${item}/createLink`, { type: 'view', scope: 'anonymous' });
    const authorization = `Bearer ${graph.token(claims)}`;
    for (const rest of ['', '/driveItem', '/permission'])
      expect((await graph.get(`/v1.0/shares/${body.shareId}${rest}`, { authorization })).status).toBe(status);
    await graph.close();
  });
});
