import '@pnp/graph/batching.js';
import '@pnp/graph/files/index.js';
import '@pnp/graph/permissions/index.js';
import '@pnp/graph/shares/index.js';
import '@pnp/graph/sites/index.js';

import type { Permission } from '@microsoft/microsoft-graph-types';
import { Endpoint, GraphBrowser, graphfi, graphPost, GraphQueryable } from '@pnp/graph';
import { BearerToken, body, HttpRequestError } from '@pnp/queryable';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { sample } from '../../src/sample.ts';
import { ids } from '../kit/graph.ts';
import { claims } from '../kit/people.ts';
import { azurite, storeNames } from '../kit/stores.ts';

// PnP as it comes from npm, through its own calls. Where Graph is, it is told by `baseUrl`, which may be http.

const { bruno, chiara } = sample.users;

describe.each([...storeNames])('@pnp/graph on %s', (store) => {
  let mock: GraphMock;
  const tid = crypto.randomUUID();

  const graphOf = (who: Readonly<Record<string, unknown>> = claims.ada) =>
    graphfi().using(GraphBrowser({ baseUrl: `${mock.url}/v1.0` }), BearerToken(mock.token({ tid, ...who })));
  const driveOf = (who?: Readonly<Record<string, unknown>>) => graphOf(who).drives.getById(ids.drive);
  const itemOf = (id: string, who?: Readonly<Record<string, unknown>>) => driveOf(who).getItemById(id);
  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

  beforeAll(async () => {
    mock = await startGraphMock({ storage: store === 'azurite' ? azurite() : store });
  });
  afterAll(() => mock.close());

  test('creates a link, finds it again, reads it, changes it, deletes it and makes a new one', async () => {
    const create = () => itemOf(ids.report).createSharingLink({ type: 'view', scope: 'anonymous' });
    const made = await create();
    expect(made).toMatchObject({ roles: ['read'], link: { type: 'view', scope: 'anonymous' } });
    expect(await create()).toEqual(made);

    const permission = itemOf(ids.report).permissions.getById(made.id ?? '');
    expect((await permission()).link).toEqual(made.link);
    const expirationDateTime = '2035-01-31T00:00:00Z';
    expect(await permission.update({ expirationDateTime })).toMatchObject({ id: made.id, expirationDateTime });
    expect(await permission()).toMatchObject({ expirationDateTime });

    await permission.delete();
    expect(await failureOf(permission())).toMatchObject({ status: 404 });
    expect((await create()).id).not.toBe(made.id);
  });

  test('lists permissions, links alone when it filters, and only what it selects', async () => {
    const { id } = await itemOf(ids.budget).createSharingLink({ type: 'edit', scope: 'organization' });
    const { permissions } = itemOf(ids.budget);
    expect((await permissions()).map(({ roles }) => roles)).toEqual([['owner'], ['write']]);
    const links = await itemOf(ids.budget).permissions.filter("link/scope eq 'organization'").select('id', 'roles')();
    expect(links).toEqual([{ id, roles: ['write'] }]);
  });

  test('invites somebody, makes them a writer, and sends them away', async () => {
    const [made] = await itemOf(ids.logo).addPermissions({
      recipients: [{ email: bruno.email }],
      roles: ['read'],
      requireSignIn: true,
      sendInvitation: false,
    });
    expect(made).toMatchObject({ roles: ['read'], grantedToV2: { user: { id: bruno.id } } });
    expect(await itemOf(ids.logo, claims.bruno)()).toMatchObject({ name: 'Logo.png' });
    expect(await failureOf(itemOf(ids.logo, claims.bruno).delete())).toMatchObject({ status: 403 });

    const permission = itemOf(ids.logo).permissions.getById(made?.id ?? '');
    expect(await permission.update({ roles: ['write'] })).toMatchObject({ id: made?.id, roles: ['write'] });
    await permission.delete();
    expect(await failureOf(itemOf(ids.logo, claims.bruno)())).toMatchObject({ status: 404 });
  });

  // PnP takes off one `=` and maps one `/` and one `+`: of three lengths one is padded twice, and one not at all.
  test.each(['', '?e', '?e='])('follows a URL that it has encoded itself: webUrl%s', async (query) => {
    const made = await itemOf(ids.report).createSharingLink({ type: 'view', scope: 'organization' });
    const { shares } = graphOf(claims.bruno);
    const encodedSharingUrl = shares.encodeSharingLink(made.link?.webUrl + query);
    const shared = await shares.useSharingLink({ encodedSharingUrl, redeemSharingLink: true });
    expect(shared).toMatchObject({ name: 'Report.docx' });
    expect(await graphOf(claims.bruno).shares.getById(encodedSharingUrl).driveItem()).toMatchObject({ id: ids.report });
    // It has been redeemed, so that the item itself is there too.
    expect(await itemOf(ids.report, claims.bruno)()).toMatchObject({ name: 'Report.docx' });
  });

  test('follows the shareId of a folder, to its children and what can be done with them', async () => {
    const { shareId } = await itemOf(ids.projects).createSharingLink({ type: 'edit', scope: 'anonymous' });
    const share = graphOf(claims.chiara).shares.getById(shareId ?? '');
    expect(await share.driveItem()).toMatchObject({ id: ids.projects });
    const children = await share.driveItem.children();
    expect(children.map(({ name }) => name)).toContain('Budget.xlsx');
    const link = await share.driveItem.createSharingLink({ type: 'edit', scope: 'anonymous' });
    expect(link.shareId).toBe(shareId);
  });

  test('grants access to a link, and on beta takes it back', async () => {
    const made = await itemOf(ids.report).createSharingLink({ type: 'view', scope: 'users' });
    const share = graphOf().shares.getById(made.shareId ?? '');
    const [granted]: Permission[] = await graphPost(
      GraphQueryable(share, 'permission/grant'),
      body({ recipients: [{ email: bruno.email }, { email: chiara.email }], roles: ['read'] }),
    );
    expect(granted?.grantedToIdentitiesV2).toHaveLength(2);

    const permission = itemOf(ids.report).permissions.getById(made.id ?? '');
    const left: Permission = await graphPost(
      GraphQueryable(permission, 'revokeGrants').using(Endpoint('beta')),
      body({ grantees: [{ email: bruno.email }] }),
    );
    expect(left.grantedToIdentitiesV2).toMatchObject([{ user: { displayName: chiara.displayName } }]);
  });

  // PnP puts the share's key into the body too, and Graph refuses parameters that an action does not know (F2.4).
  test("its grantSharingLinkAccess is refused, as a parameter of it is none of Graph's", async () => {
    const { shareId: encodedSharingUrl = '' } = await itemOf(ids.report).createSharingLink({
      type: 'view',
      scope: 'users',
    });
    const failure = await failureOf(
      graphOf().shares.grantSharingLinkAccess({
        encodedSharingUrl: encodedSharingUrl ?? '',
        recipients: [{ email: bruno.email }],
        roles: ['read'],
      }),
    );
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining("parameter 'encodedSharingUrl'") });
  });

  test('uploads a file, downloads it, and deletes it', async () => {
    const content = 'from PnP, as text';
    const file = await driveOf().root.upload({ filePathName: 'PnP.txt', content, contentType: 'text/plain' });
    expect(file).toMatchObject({ name: 'PnP.txt', size: content.length, file: { mimeType: 'text/plain' } });
    expect(await (await driveOf().getItemByPath('PnP.txt').getContent()).text()).toBe(content);
    await itemOf(file.id ?? '').delete();
    expect(await failureOf(driveOf().getItemByPath('PnP.txt')())).toMatchObject({ status: 404 });
  });

  test('uploads a file in fragments, asks how far it has come, and cancels another', async () => {
    const [fragment, content] = [320 * 1024, Buffer.alloc(500 * 1024, 'PnP')];
    const start = (name: string) => itemOf(ids.projects).createUploadSession({ item: { name } });
    const { session, resumableUpload } = await start('Large.bin');
    expect(session.nextExpectedRanges).toEqual(['0-']);
    const first = content.subarray(0, fragment);
    await resumableUpload.upload(first.length, first, `bytes 0-${fragment - 1}/${content.length}`);
    expect((await resumableUpload.status()).nextExpectedRanges).toEqual([`${fragment}-`]);
    const rest = content.subarray(fragment);
    const range = `bytes ${fragment}-${content.length - 1}/${content.length}`;
    expect(await resumableUpload.upload(rest.length, rest, range)).toMatchObject({
      name: 'Large.bin',
      size: content.length,
    });
    const file = driveOf().getItemByPath('Projects/Large.bin');
    expect(Buffer.from(await (await file.getContent()).arrayBuffer()).equals(content)).toBe(true);
    await file.delete();

    const other = await start('Never.bin');
    await other.resumableUpload.cancel();
    expect(await failureOf(other.resumableUpload.status())).toMatchObject({ status: 404 });
  });

  test('adds a folder, and to it a file that it makes first and then fills', async () => {
    const folder = await driveOf().root.children.addFolder({ name: 'PnP folder' });
    const { children } = itemOf(folder.id ?? '');
    const content = '{"not": "really JSON"}';
    const file = await children.add({ filename: 'Added.json', content, contentType: 'text/plain' });
    expect(file).toMatchObject({ name: 'Added.json', size: content.length, parentReference: { id: folder.id } });
    expect(await (await itemOf(file.id ?? '').getContent()).text()).toBe(content);
    // It asks for another name where one is taken.
    expect(await children.add({ filename: 'Added.json', content })).toMatchObject({ name: 'Added 1.json' });
  });

  test('sends several calls as one batch, and tells apart what became of them', async () => {
    const [batched, execute] = graphOf().batched();
    const drive = batched.drives.getById(ids.drive);
    const calls = Promise.allSettled([
      drive.getItemById(ids.budget)(),
      drive.getItemById(ids.budget).createSharingLink({ type: 'view', scope: 'organization' }),
      drive.getItemById(ids.unknown)(),
    ]);
    await execute();
    const [read, made, missed] = await calls;
    expect(read).toMatchObject({ value: { name: 'Budget.xlsx' } });
    expect(made).toMatchObject({ value: { roles: ['read'], link: { type: 'view', scope: 'organization' } } });
    expect(missed).toMatchObject({ reason: { status: 404, message: expect.stringContaining('itemNotFound') } });

    const [again, executeAgain] = graphOf().batched();
    const id = made?.status === 'fulfilled' && 'id' in made.value ? made.value.id : undefined;
    const permission = again.drives
      .getById(ids.drive)
      .getItemById(ids.budget)
      .permissions.getById(id ?? '');
    const deleted = permission.delete();
    await executeAgain();
    expect(await deleted).toEqual({});
  });

  test('goes through the pages of a collection', async () => {
    const names: unknown[][] = [];
    for await (const page of itemOf(ids.projects).children.top(2).select('name'))
      names.push(page.map(({ name }) => name));
    expect(names).toEqual([['Budget.xlsx', 'Café № 1 (50%).txt'], ['Report.docx']]);
  });

  test('finds the library of a site, and shares what is in it', async () => {
    const drive = await graphOf().sites.getById(ids.site).drive();
    expect(drive).toMatchObject({ id: ids.library, driveType: 'documentLibrary' });
    const file = graphOf().sites.getById(ids.site).drive.getItemByPath('Launch.pptx');
    const { link } = await file.createSharingLink({ type: 'view', scope: 'organization' });
    expect(link?.webUrl).toContain('/:p:/s/marketing/');
  });

  test.each([
    ['an unknown item', ids.unknown, { type: 'view', scope: 'anonymous' }, 404, 'itemNotFound'],
    [
      'a type that a business drive does not know',
      ids.report,
      { type: 'embed', scope: 'users' },
      400,
      'invalidRequest',
    ],
  ] as const)('throws its HttpRequestError for %s', async (_, id, link, status, code) => {
    const failure = await failureOf(itemOf(id).createSharingLink(link));
    expect(failure).toBeInstanceOf(HttpRequestError);
    expect(failure).toMatchObject({ isHttpRequestError: true, status, message: expect.stringContaining(`"${code}"`) });
  });

  test('an expired token is a 401 to it, which it does not try again', async () => {
    expect(await failureOf(driveOf({ exp: 1 })())).toMatchObject({
      status: 401,
      message: expect.stringContaining('InvalidAuthenticationToken'),
    });
  });
});
