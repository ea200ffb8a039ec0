import { Client, GraphError, HTTPMessageHandler } from '@microsoft/microsoft-graph-client';
import type { Permission } from '@microsoft/microsoft-graph-types';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { ids } from '../kit/graph.ts';
import { azurite, storeNames } from '../kit/stores.ts';

// The official client as it comes from npm. It sends the tokens of an `authProvider` over https alone; over http one of
// its own middlewares is put before its sender.

describe.each([...storeNames])('@microsoft/microsoft-graph-client on %s', (store) => {
  let mock: GraphMock;
  let client: Client;
  const tid = crypto.randomUUID();

  const clientOf = (claims: Readonly<Record<string, unknown>>): Client =>
    Client.initWithMiddleware({
      baseUrl: mock.url,
      middleware: {
        async execute(context) {
          const options = (context.options ??= {});
          options.headers = new Headers(options.headers);
          options.headers.set('authorization', `Bearer ${mock.token({ tid, ...claims })}`);
          await new HTTPMessageHandler().execute(context);
        },
      },
    });

  beforeAll(async () => {
    mock = await startGraphMock({ storage: store === 'azurite' ? azurite() : store });
    client = clientOf({});
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
