import { Client, GraphError, HTTPMessageHandler } from '@microsoft/microsoft-graph-client';
import type { DriveItem, Permission } from '@microsoft/microsoft-graph-types';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { sample } from '../../src/sample.ts';
import { ids } from '../kit/graph.ts';
import { claims } from '../kit/people.ts';
import { azurite, storeNames } from '../kit/stores.ts';

// The official client as it comes from npm. It sends the tokens of an `authProvider`, and follows the `@odata.nextLink`
// of a page, over https alone (overHttps.test.ts); over http one of its own middlewares is put before its sender.

const { bruno, chiara } = sample.users;

describe.each([...storeNames])('@microsoft/microsoft-graph-client on %s', (store) => {
  let mock: GraphMock;
  let client: Client;
  const tid = crypto.randomUUID();

  const clientOf = (who: Readonly<Record<string, unknown>>): Client =>
    Client.initWithMiddleware({
      baseUrl: mock.url,
      middleware: {
        async execute(context) {
          const options = (context.options ??= {});
          options.headers = new Headers(options.headers);
          options.headers.set('authorization', `Bearer ${mock.token({ tid, ...who })}`);
          await new HTTPMessageHandler().execute(context);
        },
      },
    });

  beforeAll(async () => {
    mock = await startGraphMock({ storage: store === 'azurite' ? azurite() : store });
    client = clientOf(claims.ada);
  });
  afterAll(() => mock.close());

  test('creates a link, finds it again, reads it, deletes it and makes a new one', async () => {
    const item = `/drives/${ids.drive}/items/${ids.report}`;
    const create = (): Promise<Permission> =>
      client.api(`${item}/createLink`).post({ type: 'view', scope: 'organization' });
    const made = await create();
    expect(made).toMatchObject({ roles: ['read'], link: { type: 'view', scope: 'organization' } });
    expect(await create()).toEqual(made);

    const read: Permission = await client.api(`${item}/permissions/${made.id}`).get();
    expect(read.link).toEqual(made.link);
    const list: { value: Permission[] } = await client.api(`${item}/permissions`).get();
    expect(list.value.map(({ id }) => id)).toContain(made.id);

    await client.api(`${item}/permissions/${made.id}`).delete();
    await expect(client.api(`${item}/permissions/${made.id}`).get()).rejects.toMatchObject({
      statusCode: 404,
      code: 'itemNotFound',
    });
    expect((await create()).id).not.toBe(made.id);
  });

  test('creates links on beta, by path, and on the historic route', async () => {
    const body = { type: 'view', scope: 'anonymous' };
    const onBeta: Permission = await client.api('/me/drive/root:/Logo.png:/createLink').version('beta').post(body);
    expect(onBeta.link?.webUrl).toContain('/:i:/g/personal/');
    const historic: Permission = await client.api('/drive/root/createLink').post(body);
    expect(historic.grantedTo?.user?.displayName).toBe('Ada Fenn');
  });

  test('gives a link a date, takes it away again, and is refused what cannot change', async () => {
    const made: Permission = await client
      .api(`/me/drive/items/${ids.logo}/createLink`)
      .post({ type: 'view', scope: 'anonymous' });
    const permission = client.api(`/me/drive/items/${ids.logo}/permissions/${made.id}`);
    const expirationDateTime = '2035-01-31T00:00:00Z';
    expect(await permission.patch({ expirationDateTime })).toMatchObject({ id: made.id, expirationDateTime });
    expect(await permission.patch({ expirationDateTime: null })).not.toHaveProperty('expirationDateTime');
    await expect(permission.patch({ roles: ['write'] })).rejects.toMatchObject({
      statusCode: 400,
      code: 'badArgument',
    });
  });

  test('invites somebody, makes them a writer, and sends them away', async () => {
    const item = `/drives/${ids.drive}/items/${ids.budget}`;
    const brunos = clientOf(claims.bruno);
    const { value }: { value: Permission[] } = await client
      .api(`${item}/invite`)
      .post({ recipients: [{ email: bruno.email }], roles: ['read'], requireSignIn: true, sendInvitation: false });
    expect(value).toMatchObject([{ roles: ['read'], grantedToV2: { user: { id: bruno.id } } }]);
    expect(await brunos.api(item).get()).toMatchObject({ name: 'Budget.xlsx' });

    const permission = client.api(`${item}/permissions/${value[0]?.id}`);
    expect(await permission.patch({ roles: ['write'] })).toMatchObject({ roles: ['write'] });
    expect(await permission.select('roles').get()).toMatchObject({ roles: ['write'] });
    await permission.delete();
    await expect(brunos.api(item).get()).rejects.toMatchObject({ statusCode: 404, code: 'itemNotFound' });
  });

  test('follows the URL of a link and redeems it', async () => {
    const { link }: Permission = await client
      .api(`/me/drive/items/${ids.projects}/createLink`)
      .post({ type: 'edit', scope: 'organization' });
    const key = `u!${Buffer.from(link?.webUrl ?? '').toString('base64url')}`;
    const brunos = clientOf(claims.bruno);
    await expect(brunos.api(`/shares/${key}/driveItem`).get()).rejects.toMatchObject({ statusCode: 403 });
    const share = await brunos.api(`/shares/${key}`).header('Prefer', 'redeemSharingLink').get();
    expect(share).toMatchObject({ name: 'Projects', owner: { user: { id: sample.users.ada.id } } });
    const item = await brunos.api(`/shares/${key}/driveItem`).expand('children').get();
    expect(item.children.map(({ name }: DriveItem) => name)).toContain('Report.docx');
    expect(await brunos.api(`/drives/${ids.drive}/items/${ids.report}`).get()).toMatchObject({ name: 'Report.docx' });
  });

  test('grants access to a link, and on beta takes it back', async () => {
    const item = `/me/drive/items/${ids.report}`;
    const made: Permission = await client.api(`${item}/createLink`).post({ type: 'view', scope: 'users' });
    const granted: { value: Permission[] } = await client
      .api(`/shares/${made.shareId}/permission/grant`)
      .post({ recipients: [{ email: bruno.email }, { email: chiara.email }], roles: ['read'] });
    expect(granted.value[0]?.grantedToIdentitiesV2).toHaveLength(2);
    const left: Permission = await client
      .api(`${item}/permissions/${made.id}/revokeGrants`)
      .version('beta')
      .post({ grantees: [{ email: bruno.email }] });
    expect(left.grantedToIdentitiesV2).toMatchObject([{ user: { displayName: chiara.displayName } }]);
  });

  test('uploads text, which it sends as JSON, and reads it back', async () => {
    const text = 'plain words, not JSON';
    const item = await client.api('/me/drive/root:/Client notes.txt:/content').put(text);
    expect(item).toMatchObject({ name: 'Client notes.txt', size: text.length });
    const stream: ReadableStream<Uint8Array> = await client.api(`/me/drive/items/${item.id}/content`).getStream();
    expect(await new Response(stream).text()).toBe(text);
  });

  test.each([
    [
      'an unknown item',
      `/me/drive/items/${ids.unknown}/createLink`,
      { type: 'view', scope: 'anonymous' },
      404,
      'itemNotFound',
    ],
    [
      'a type that a business drive does not know',
      `/me/drive/items/${ids.report}/createLink`,
      { type: 'embed', scope: 'anonymous' },
      400,
      'invalidRequest',
    ],
    ['an unknown parameter', `/me/drive/items/${ids.report}/createLink`, { kind: 'view' }, 400, 'BadRequest'],
  ])('throws its GraphError for %s, with the request id', async (_, path, body, statusCode, code) => {
    const failure: unknown = await client
      .api(path)
      .post(body)
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(GraphError);
    expect(failure).toMatchObject({ statusCode, code, requestId: expect.stringMatching(/^[\da-f-]{36}$/) });
  });

  test('an expired token is its 401', async () => {
    const expired = clientOf({ exp: 1 });
    await expect(expired.api('/me/drive').get()).rejects.toMatchObject({
      statusCode: 401,
      code: 'InvalidAuthenticationToken',
    });
  });
});
