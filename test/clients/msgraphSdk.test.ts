import '@microsoft/msgraph-sdk-sites';

import type { RequestAdapter } from '@microsoft/kiota-abstractions';
import { createGraphServiceClient, GraphRequestAdapter } from '@microsoft/msgraph-sdk';
import {
  BatchRequestContent,
  GraphAzureIdentityAuthenticationProvider,
  PageIterator,
} from '@microsoft/msgraph-sdk-core';
import {
  createDriveItemCollectionResponseFromDiscriminatorValue,
  type DriveItem,
  type Permission,
} from '@microsoft/msgraph-sdk/models/index.js';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { sample } from '../../src/sample.ts';
import { ids } from '../kit/graph.ts';
import { claims } from '../kit/people.ts';
import { errorMappings, sdkDrives } from '../kit/sdkDrives.ts';
import { azurite, storeNames } from '../kit/stores.ts';

// The SDK as it comes from npm, whose adapter, models and authentication are Kiota's. Where Graph is, it is told by
// `baseUrl`, and where tokens may go by a list of hosts; over http they go to this machine alone.

const { bruno, chiara } = sample.users;

const bytesOf = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;

describe.each([...storeNames])('@microsoft/msgraph-sdk on %s', (store) => {
  let mock: GraphMock;
  let adapter: RequestAdapter;
  const tid = crypto.randomUUID();

  function adapterOf(who: Readonly<Record<string, unknown>>, version = 'v1.0', hosts = [new URL(mock.url).hostname]) {
    const credential = { getToken: async () => ({ token: mock.token({ tid, ...who }), expiresOnTimestamp: Infinity }) };
    const scopes = ['https://graph.microsoft.com/.default'];
    const provider = new GraphAzureIdentityAuthenticationProvider(credential, scopes, {}, new Set(hosts));
    const made = new GraphRequestAdapter(provider);
    made.baseUrl = `${mock.url}/${version}`;
    return made;
  }
  const itemsBy = (by: RequestAdapter) => sdkDrives(by).drives.byDriveId(ids.drive).items;
  const itemOf = (id: string) => itemsBy(adapter).byDriveItemId(id);
  const brunos = (id: string) => itemsBy(adapterOf(claims.bruno)).byDriveItemId(id);
  const failureOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

  beforeAll(async () => {
    mock = await startGraphMock({ storage: store === 'azurite' ? azurite() : store });
    adapter = adapterOf(claims.ada);
  });
  afterAll(() => mock.close());

  test('its sites package creates a link to a list item, finds it again, and knows the library', async () => {
    const site = createGraphServiceClient(adapter).sites.bySiteId(ids.site);
    const { items } = site.lists.byListId(ids.libraryList);
    const link = { type: 'view', scope: 'organization' };
    const made = await items.byListItemId('1').createLink.post(link);
    expect(made).toMatchObject({ roles: ['read'], hasPassword: false, link });
    expect(made?.link?.webUrl).toContain('/:li:/s/marketing/');
    expect(await items.byListItemId('1').createLink.post(link)).toEqual(made);
    expect(await failureOf(items.byListItemId('999').createLink.post(link))).toMatchObject({
      responseStatusCode: 404,
      errorEscaped: { code: 'itemNotFound' },
    });

    expect(await site.drive.get()).toMatchObject({ id: ids.library, driveType: 'documentLibrary' });
    expect((await site.drives.get())?.value?.map(({ id }) => id)).toEqual([ids.library]);
  });

  test('creates a link, finds it again, reads it, changes it, deletes it and makes a new one', async () => {
    const link = { type: 'view', scope: 'anonymous' };
    const create = () => itemOf(ids.report).createLink.post(link);
    const made = await create();
    expect(made).toMatchObject({ roles: ['read'], link });
    expect(await create()).toEqual(made);

    const permission = itemOf(ids.report).permissions.byPermissionId(made?.id ?? '');
    expect((await permission.get())?.link).toEqual(made?.link);
    const expirationDateTime = new Date('2035-01-31T00:00:00Z');
    expect(await permission.patch({ expirationDateTime })).toMatchObject({ id: made?.id, expirationDateTime });
    expect(await permission.get()).toMatchObject({ expirationDateTime });
    await permission.patch({ expirationDateTime: null });
    expect((await permission.get())?.expirationDateTime).toBeUndefined();

    await permission.delete();
    expect(await failureOf(permission.get())).toMatchObject({ responseStatusCode: 404 });
    expect((await create())?.id).not.toBe(made?.id);
  });

  test('lists permissions, links alone when it filters, and only what it selects', async () => {
    const { createLink, permissions } = itemOf(ids.logo);
    const made = await createLink.post({ type: 'edit', scope: 'organization' });
    expect((await permissions.get())?.value?.map(({ roles }) => roles)).toEqual([['owner'], ['write']]);
    const queryParameters = { filter: 'link ne null', select: ['id', 'roles'] };
    expect((await permissions.get({ queryParameters }))?.value).toEqual([{ id: made?.id, roles: ['write'] }]);
  });

  test('invites somebody, makes them a writer, and sends them away', async () => {
    const { invite, permissions } = itemOf(ids.budget);
    const recipients = [{ email: bruno.email }];
    const answer = await invite.post({ recipients, roles: ['read'], requireSignIn: true });
    expect(answer?.value).toMatchObject([{ roles: ['read'], grantedToV2: { user: { id: bruno.id } } }]);
    expect((await brunos(ids.budget).get())?.name).toBe('Budget.xlsx');

    const permission = permissions.byPermissionId(answer?.value?.[0]?.id ?? '');
    expect(await permission.patch({ roles: ['write'] })).toMatchObject({ roles: ['write'] });
    await permission.delete();
    expect(await failureOf(brunos(ids.budget).get())).toMatchObject({ responseStatusCode: 404 });
  });

  test('is told which of those it invites could not be found', async () => {
    const recipients = [{ email: chiara.email }, { email: `nobody@${sample.domain}` }];
    const answer = await itemOf(ids.budget).invite.post({ recipients, roles: ['read'], requireSignIn: true });
    expect(answer?.value).toMatchObject([
      { grantedToV2: { user: { id: chiara.id } } },
      { additionalData: { error: { code: expect.any(String) } } },
    ]);
  });

  // The SDK sends false for a parameter of an action that is left out, and false is what drops them (F2.1).
  test.each([
    ['drops inherited permissions, unless it is told to retain them', {}, []],
    ['retains inherited permissions when it is told to', { retainInheritedPermissions: true }, [bruno.id]],
  ])('its createLink %s', async (_, retaining, inherited) => {
    const folder = await itemOf('root').children.post({
      name: 'Inherits',
      folder: {},
      additionalData: { '@microsoft.graph.conflictBehavior': 'rename' },
    });
    const file = await itemOf(`${folder?.id}:/A.txt:`).content.put(bytesOf('A'));
    const recipients = [{ email: bruno.email }];
    await itemOf(folder?.id ?? '').invite.post({ recipients, roles: ['read'], requireSignIn: true });

    const { createLink, permissions } = itemOf(file?.id ?? '');
    await createLink.post({ type: 'view', scope: 'anonymous', ...retaining });
    const isGuests = ({ roles }: Permission): boolean => !roles?.includes('owner');
    const guests = (await permissions.get())?.value?.filter(isGuests) ?? [];
    expect(guests.flatMap(({ grantedToV2 }) => grantedToV2?.user?.id ?? [])).toEqual(inherited);
  });

  test('follows the URL of a link and redeems it', async () => {
    const made = await itemOf(ids.report).createLink.post({ type: 'view', scope: 'organization' });
    const key = `u!${Buffer.from(made?.link?.webUrl ?? '').toString('base64url')}`;
    const share = sdkDrives(adapterOf(claims.bruno)).shares.bySharedDriveItemId(key);
    expect(await failureOf(share.driveItem.get())).toMatchObject({ responseStatusCode: 403 });
    expect(await share.get({ headers: { Prefer: 'redeemSharingLink' } })).toMatchObject({
      name: 'Report.docx',
      owner: { user: { id: sample.users.ada.id } },
    });
    expect(await share.driveItem.get()).toMatchObject({ id: ids.report });
    expect(await brunos(ids.report).get()).toMatchObject({ name: 'Report.docx' });
  });

  test('grants access to a link, and on beta takes it back', async () => {
    const made = await itemOf(ids.report).createLink.post({ type: 'view', scope: 'users' });
    const { permission } = sdkDrives(adapter).shares.bySharedDriveItemId(made?.shareId ?? '');
    const recipients = [{ email: bruno.email }, { email: chiara.email }];
    const granted = await permission.grant.post({ recipients, roles: ['read'] });
    expect(granted?.value?.[0]?.grantedToIdentitiesV2).toHaveLength(2);

    const onBeta = itemsBy(adapterOf(claims.ada, 'beta')).byDriveItemId(ids.report);
    const { revokeGrants } = onBeta.permissions.byPermissionId(made?.id ?? '');
    const left = await revokeGrants.post({ grantees: [{ email: bruno.email }] });
    expect(left?.grantedToIdentitiesV2).toMatchObject([{ user: { displayName: chiara.displayName } }]);
  });

  // The SDK has paths in the place of an item's id, which it escapes as one segment: `items/root%3A%2FA.txt%3A`.
  test('uploads bytes to a path, and follows the redirection to them', async () => {
    const bytes = new Uint8Array([0, 255, 10, 13, 128]);
    const name = 'SDK #1 (100%).bin';
    const file = await itemOf(`root:/Projects/${name}:`).content.put(bytes.buffer);
    expect(file).toMatchObject({ name, size: bytes.length, parentReference: { id: ids.projects } });
    expect(await itemOf(`root:/Projects/${name}`).get()).toMatchObject({ id: file?.id });

    const content = await itemOf(`${ids.projects}:/${name}:`).content.get();
    expect(new Uint8Array(content ?? new ArrayBuffer())).toEqual(bytes);
    await itemOf(file?.id ?? '').delete();
    expect(await failureOf(itemOf(`root:/Projects/${name}:`).get())).toMatchObject({ responseStatusCode: 404 });
  });

  test('goes through the pages of a collection', async () => {
    const first = await itemOf(ids.projects).children.get({ queryParameters: { top: 2 } });
    expect(first?.value).toHaveLength(2);
    const page = { value: first?.value ?? [], odataNextLink: first?.odataNextLink ?? '' };
    const names: unknown[] = [];
    const each = ({ name }: DriveItem): boolean => names.push(name) > 0;
    const create = createDriveItemCollectionResponseFromDiscriminatorValue;
    const pages = new PageIterator<DriveItem>(adapter, page, each, create, errorMappings);
    await pages.iterate();
    expect(names).toEqual(['Budget.xlsx', 'Café № 1 (50%).txt', 'Report.docx']);
    expect(pages.getPagingState()).toBe('Complete');
  });

  test('reads and deletes in batches; a write in one is refused, since the SDK sends no headers in it', async () => {
    const link = { type: 'view', scope: 'organization' };
    const { createLink, permissions } = itemOf(ids.logo);
    const made = await createLink.post(link);
    const batch = new BatchRequestContent(adapter, errorMappings);
    batch.addBatchRequest(itemOf(ids.report).toGetRequestInformation(), 'read');
    batch.addBatchRequest(itemOf(ids.report).content.toGetRequestInformation(), 'content');
    batch.addBatchRequest(itemOf(ids.unknown).toGetRequestInformation(), 'missed');
    const permission = permissions.byPermissionId(made?.id ?? '');
    batch.addBatchRequest(permission.toDeleteRequestInformation(), 'deleted');
    const statuses = await (await batch.postAsync())?.getResponsesStatusCodes();
    expect(Object.fromEntries(statuses ?? [])).toEqual({ read: 200, content: 302, missed: 404, deleted: 204 });

    const writing = new BatchRequestContent(adapter, errorMappings);
    const step = writing.addBatchRequest(createLink.toPostRequestInformation(link), 'w');
    step.headers = { 'Content-Type': 'application/json' };
    expect(await failureOf(writing.postAsync())).toMatchObject({
      responseStatusCode: 400,
      message: 'Write request id : w does not contain Content-Type header or body.',
    });
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
    ['a date that has passed', ids.report, { expirationDateTime: new Date(0), scope: 'users' }, 400, 'invalidRequest'],
  ])('throws its ODataError for %s, with the request id', async (_, id, link, responseStatusCode, code) => {
    expect(await failureOf(itemOf(id).createLink.post(link))).toMatchObject({
      responseStatusCode,
      message: expect.stringMatching(/./),
      errorEscaped: {
        code,
        innerError: { requestId: expect.stringMatching(/^[\da-f-]{36}$/), date: expect.any(Date) },
      },
    });
  });

  test('an expired token is its 401', async () => {
    const { get } = itemsBy(adapterOf({ exp: 1 })).byDriveItemId(ids.report);
    expect(await failureOf(get())).toMatchObject({
      responseStatusCode: 401,
      errorEscaped: { code: 'InvalidAuthenticationToken' },
    });
  });

  test('sends no token to a mock whose host it has not been told', async () => {
    const { get } = itemsBy(adapterOf(claims.ada, 'v1.0', [])).byDriveItemId(ids.report);
    expect(await failureOf(get())).toMatchObject({ responseStatusCode: 401, message: 'Access token is empty.' });
  });
});
