import fc from 'fast-check';

import { entitiesOn, type Graph, ids, startGraph, tokenOf } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const createLink = `${item}/createLink`;
const good = { type: 'view', scope: 'organization' };
const json = { 'content-type': 'application/json' };
const unreadable =
  'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.';

const guid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

describe.each([...storeNames])('bad requests (%s)', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store });
  });
  afterAll(() => graph.close());

  test.each([
    ['JSON that ends too early', 'POST', createLink, '{"type": "view", ', json, 400, 'BadRequest', unreadable],
    ['an empty body', 'POST', createLink, undefined, json, 400, 'BadRequest', 'Empty Payload. JSON content expected.'],
    [
      'a foreign content type',
      'POST',
      createLink,
      JSON.stringify(good),
      { 'content-type': 'text/plain' },
      400,
      'BadRequest',
      unreadable,
    ],
    ['a list for a body', 'POST', createLink, '[]', json, 400, 'BadRequest', unreadable],
    ['null for a body', 'POST', createLink, 'null', json, 400, 'BadRequest', unreadable],
    [
      'bytes that are no UTF-8',
      'POST',
      createLink,
      new Uint8Array([0x7b, 0xff, 0x7d]),
      json,
      400,
      'BadRequest',
      unreadable,
    ],
    [
      'an unknown parameter',
      'POST',
      createLink,
      { ...good, role: 'read' },
      {},
      400,
      'BadRequest',
      "The parameter 'role' in the request payload is not a valid parameter for the operation 'createLink'.",
    ],
    [
      '__proto__ for a parameter',
      'POST',
      createLink,
      '{"__proto__": {"type": "view"}, "scope": "organization"}',
      json,
      400,
      'BadRequest',
      "The parameter '__proto__' in the request payload is not a valid parameter for the operation 'createLink'.",
    ],
    [
      'a number for a type',
      'POST',
      createLink,
      { ...good, type: 5 },
      {},
      400,
      'invalidRequest',
      "Invalid request: 'type' must be of type string.",
    ],
    [
      'a string for recipients',
      'POST',
      createLink,
      { ...good, recipients: 'bruno' },
      {},
      400,
      'invalidRequest',
      "Invalid request: 'recipients' must be of type array.",
    ],
    [
      'an unknown type',
      'POST',
      createLink,
      { ...good, type: 'everything' },
      {},
      400,
      'invalidRequest',
      'Invalid request',
    ],
    [
      'an unknown scope',
      'POST',
      createLink,
      { ...good, scope: 'everyone' },
      {},
      400,
      'invalidRequest',
      'Invalid request',
    ],
    [
      'a date in the past',
      'POST',
      createLink,
      { ...good, expirationDateTime: '2020-01-01T00:00:00Z' },
      {},
      400,
      'invalidRequest',
      'Invalid request',
    ],
    [
      'what is no date',
      'POST',
      createLink,
      { ...good, expirationDateTime: 'tomorrow' },
      {},
      400,
      'BadRequest',
      unreadable,
    ],
    [
      'a day that is not in the calendar',
      'POST',
      createLink,
      { ...good, expirationDateTime: '2099-02-30T00:00:00Z' },
      {},
      400,
      'BadRequest',
      unreadable,
    ],
    [
      'a message of 2001 characters',
      'POST',
      createLink,
      { ...good, message: 'x'.repeat(2001) },
      {},
      400,
      'invalidRequest',
      'Invalid request',
    ],
    [
      'a missing parameter',
      'POST',
      `/v1.0/me/drive/items/${ids.budget}/workbook/createSession`,
      {},
      {},
      400,
      'BadRequest',
      "One or more parameters of the operation 'createSession' are missing from the request payload. The missing parameters are: persistChanges.",
    ],
    [
      'an unknown segment',
      'POST',
      `${item}/makeLink`,
      good,
      {},
      400,
      'BadRequest',
      "Resource not found for the segment 'makeLink'.",
    ],
    [
      'an unknown segment in the middle',
      'POST',
      '/v1.0/me/disk/root/createLink',
      good,
      {},
      400,
      'BadRequest',
      "Resource not found for the segment 'disk'.",
    ],
    [
      'a segment behind an action',
      'POST',
      `${createLink}/again`,
      good,
      {},
      400,
      'BadRequest',
      "Resource not found for the segment 'again'.",
    ],
    [
      'a double slash',
      'POST',
      `/v1.0/me//drive/items/${ids.report}/createLink`,
      good,
      {},
      400,
      'BadRequest',
      "Resource not found for the segment ''.",
    ],
    [
      'an unknown version',
      'POST',
      `/v9.9/me/drive/items/${ids.report}/createLink`,
      good,
      {},
      400,
      'BadRequest',
      'Invalid version: v9.9',
    ],
    [
      'a bare collection',
      'GET',
      `/v1.0/drives/${ids.drive}/items`,
      undefined,
      {},
      400,
      'BadRequest',
      expect.stringContaining("Since the segment 'items' refers to a collection"),
    ],
    [
      'an empty path',
      'GET',
      `${item}:/`,
      undefined,
      {},
      400,
      'BadRequest',
      expect.stringContaining('does not support the escape function annotation'),
    ],
    ...['items/%', 'root:/Projects:/%zz', 'items/%E0%A4%A'].map(
      (path) =>
        [
          `what cannot be decoded: ${path}`,
          'POST',
          `/v1.0/me/drive/${path}/createLink`,
          good,
          {},
          400,
          'BadRequest',
          'The request URI is not valid.',
        ] as const,
    ),
    ...[
      `/v1.0/sites/root/lists/Documents/items/1:/foo:/createLink`,
      `/v1.0/workbooks/${ids.budget}:/nope/x:/createLink`,
      '/v1.0/me/drive:/Projects/Report.docx:/root/createLink',
      `/v1.0:/x:/me/drive/items/${ids.report}/createLink`,
    ].map(
      (path) =>
        [
          `a path where none may stand: ${path}`,
          'POST',
          path,
          good,
          {},
          400,
          'BadRequest',
          'The request URI is not valid.',
        ] as const,
    ),
    [
      'a date beyond the calendar',
      'POST',
      createLink,
      { ...good, expirationDateTime: '9999-12-31T23:59:59-14:00' },
      {},
      400,
      'BadRequest',
      unreadable,
    ],
    [
      'more recipients than a call may name',
      'POST',
      createLink,
      {
        type: 'view',
        scope: 'users',
        recipients: Array.from({ length: 101 }, (_, at) => ({ email: `a${at}@example.org` })),
      },
      {},
      400,
      'invalidRequest',
      'Invalid request',
    ],
    [
      'a path that is not encoded well',
      'GET',
      '/v1.0/me/drive/root:/100%.txt',
      undefined,
      {},
      400,
      'BadRequest',
      'The request URI is not valid.',
    ],
    [
      'an unknown item',
      'POST',
      `/v1.0/me/drive/items/${ids.unknown}/createLink`,
      good,
      {},
      404,
      'itemNotFound',
      'The resource could not be found.',
    ],
    [
      'a path with a missing parent',
      'POST',
      '/v1.0/me/drive/root:/Nowhere/Report.docx:/createLink',
      good,
      {},
      404,
      'itemNotFound',
      'The resource could not be found.',
    ],
    [
      'an encoded slash in a name',
      'POST',
      '/v1.0/me/drive/root:/Projects%2FReport.docx:/createLink',
      good,
      {},
      404,
      'itemNotFound',
      'The resource could not be found.',
    ],
    [
      'a drive id that is none',
      'GET',
      '/v1.0/drives/nonsense/root',
      undefined,
      {},
      400,
      'invalidRequest',
      'The provided drive id appears to be malformed, or does not represent a valid drive.',
    ],
    [
      "somebody else's drive",
      'GET',
      '/v1.0/users/bruno.costa@contoso.com/drive/root',
      undefined,
      {},
      404,
      'itemNotFound',
      'The resource could not be found.',
    ],
    [
      'a user nobody knows',
      'GET',
      '/v1.0/users/nobody@contoso.com/drive',
      undefined,
      {},
      404,
      'itemNotFound',
      'The resource could not be found.',
    ],
    [
      'a site of another tenancy',
      'GET',
      '/v1.0/sites/fabrikam.sharepoint.com:/sites/x:/drive',
      undefined,
      {},
      400,
      'invalidRequest',
      'Invalid hostname for this tenancy',
    ],
    [
      'the wrong verb',
      'DELETE',
      createLink,
      undefined,
      {},
      405,
      'Request_BadRequest',
      'Specified HTTP method is not allowed for the request target.',
    ],
    [
      'GET on an action',
      'GET',
      createLink,
      undefined,
      {},
      405,
      'Request_BadRequest',
      'Specified HTTP method is not allowed for the request target.',
    ],
    [
      'an Accept that JSON does not meet',
      'POST',
      createLink,
      good,
      { accept: 'application/xml' },
      406,
      'BadRequest',
      expect.any(String),
    ],
    [
      'a body over 1 MiB',
      'POST',
      createLink,
      { ...good, message: 'x'.repeat(1024 * 1024) },
      {},
      413,
      'RequestEntityTooLarge',
      expect.any(String),
    ],
    [
      'a content over 4 MiB',
      'PUT',
      '/v1.0/me/drive/root:/big.bin:/content',
      new Uint8Array(4 * 1024 * 1024 + 1),
      {},
      413,
      'RequestEntityTooLarge',
      expect.any(String),
    ],
    [
      'a name with a star',
      'POST',
      '/v1.0/me/drive/root/children',
      { name: 'a*b', folder: {} },
      {},
      400,
      'invalidRequest',
      expect.any(String),
    ],
    [
      'a name that is taken',
      'POST',
      '/v1.0/me/drive/root/children',
      { name: 'PROJECTS', folder: {} },
      {},
      409,
      'nameAlreadyExists',
      'Name already exists',
    ],
    [
      'an old ETag',
      'DELETE',
      item,
      undefined,
      { 'if-match': '"{0},1"' },
      412,
      'resourceModified',
      "ETag does not match current item's value",
    ],
    [
      'no token',
      'POST',
      createLink,
      good,
      { authorization: '' },
      401,
      'InvalidAuthenticationToken',
      'Access token is empty.',
    ],
    [
      'an empty token',
      'POST',
      createLink,
      good,
      { authorization: 'Bearer ' },
      401,
      'InvalidAuthenticationToken',
      'Access token is empty.',
    ],
    [
      'an expired token',
      'POST',
      createLink,
      good,
      { authorization: `Bearer ${tokenOf({ exp: 1 })}` },
      401,
      'InvalidAuthenticationToken',
      'Lifetime validation failed, the token is expired.',
    ],
    [
      'an application on /me',
      'POST',
      '/v1.0/me/drive/root/createLink',
      good,
      { authorization: `Bearer ${tokenOf({ roles: ['Files.ReadWrite.All'] })}` },
      400,
      'BadRequest',
      '/me request is only valid with delegated authentication flow.',
    ],
    [
      'an application on /drive',
      'POST',
      '/v1.0/drive/root/createLink',
      good,
      { authorization: `Bearer ${tokenOf({ roles: ['Files.ReadWrite.All'] })}` },
      400,
      'invalidRequest',
      'Call was made to the default drive, which is not supported for apponly tokens.',
    ],
  ] as const)('%s', async (_, method, path, body, headers, status, code, message) => {
    const reply = await graph.send(method, path, body, headers);
    expect(reply).toMatchObject({ status, body: { error: { code, message } } });
    const { error } = reply.body;
    expect(error.innerError).toMatchObject({
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      'request-id': expect.stringMatching(guid),
    });
    expect(reply.headers['request-id']).toBe(error.innerError['request-id']);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*\.[jt]s/);
    expect(await entitiesOn(graph, ids.report)).toBe(0);
  });

  test('of several faults the message names the first, and the details list all', async () => {
    const body = { scope: 'everyone', type: 5, role: 'read', expirationDateTime: 'tomorrow' };
    const { error } = (await graph.post(createLink, body)).body;
    expect(error.message).toContain("'role'");
    expect(error.details.map(({ target }: { target: string }) => target)).toEqual([
      'role',
      'type',
      'expirationDateTime',
      'scope',
    ]);
    for (const { code, message, target } of error.details) {
      expect(message).toContain(`'${target}'`);
      expect(code).toMatch(/^(BadRequest|invalidRequest)$/);
    }
  });

  test.each([
    [
      { type: 'everything', scope: 'everyone' },
      "Invalid request: 'type' must be one of view, edit, embed",
      ['type', 'scope'],
    ],
    [{ type: 5, expirationDateTime: 'z' }, "'type'", ['type', 'expirationDateTime']],
    [{ expirationDateTime: 'z', scope: 'x' }, "'expirationDateTime'", ['expirationDateTime', 'scope']],
  ])('of the faults in %j the first is named', async (body, message, targets) => {
    const { error } = (await graph.post(createLink, body)).body;
    expect(error.message).toContain(message);
    expect(error.details.map(({ target }: { target: string }) => target)).toEqual(targets);
  });

  test.each([
    [{ type: 'view', role: 'read' }, undefined],
    [{ type: 5 }, undefined],
    [{ scope: 'everyone' }, ['scope']],
  ])('the one fault in %j has details only where its message does not name it', async (body, targets) => {
    const { error } = (await graph.post(createLink, body)).body;
    expect(error.details?.map(({ target }: { target: string }) => target)).toEqual(targets);
    expect(error.message).toContain(targets ? 'Invalid request' : Object.keys(body).at(-1));
  });

  test.each([
    [{ foo: 1, expirationDateTime: '2001-01-01T00:00:00Z' }, 'BadRequest', ['foo', 'expirationDateTime']],
    [
      { type: 'nope', scope: 'organization', password: 'x', expirationDateTime: '2001-01-01T00:00:00Z' },
      'invalidRequest',
      ['type', 'expirationDateTime', 'password'],
    ],
    [
      { type: 'view', scope: 'organization', password: 'x', expirationDateTime: '2001-01-01T00:00:00Z' },
      'invalidRequest',
      ['expirationDateTime', 'password'],
    ],
    [{ type: 'nope', scope: 'anonymous', expirationDateTime: 'x' }, 'BadRequest', ['expirationDateTime', 'type']],
    [{ password: 5, expirationDateTime: 'x' }, 'invalidRequest', ['password', 'expirationDateTime']],
  ])(
    '%j: all that is wrong is listed, what only the clock or the scope tells included',
    async (body, code, targets) => {
      const { error } = (await graph.post(createLink, body)).body;
      expect(error.code).toBe(code);
      expect(error.message).toContain(`'${targets[0]}'`);
      expect(error.details.map(({ target }: { target: string }) => target)).toEqual(targets);
      expect(error.details[0].code).toBe(code);
    },
  );

  test.each([
    [{ type: 'view', scope: 'anonymous', foo: null }, 'BadRequest'],
    [{ type: 'view', scope: 'users', recipients: [{ email: 'bruno.costa@contoso.com', foo: null }] }, 'BadRequest'],
    [{ type: 'addressBar', expirationDateTime: '2001-01-01T00:00:00Z' }, 'invalidRequest'],
  ])('%j is refused', async (body, code) => {
    expect(await graph.post(createLink, body)).toMatchObject({ status: 400, body: { error: { code } } });
  });

  test('null is nothing, for what is known', async () => {
    const body = {
      type: 'view',
      scope: 'users',
      password: null,
      recipients: [{ email: 'bruno.costa@contoso.com', alias: null }],
    };
    expect((await graph.post(createLink, body)).status).toBe(201);
  });

  test('thousands of faults are answered with a few', async () => {
    const body = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`x${at}`, at]));
    expect((await graph.post(createLink, body)).body.error.details).toHaveLength(20);
  });

  test('no claim of a token makes a 5xx', async () => {
    const claim = fc.oneof(fc.string({ unit: 'binary', maxLength: 50 }), fc.jsonValue(), fc.constant('\ud800x'));
    const claims = fc.record(
      {
        oid: claim,
        tid: claim,
        appid: claim,
        upn: claim,
        name: claim,
        scp: claim,
        roles: claim,
        app_displayname: claim,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (given) => {
        const headers = { authorization: `Bearer ${tokenOf(given)}` };
        expect((await graph.post('/v1.0/me/drive/root/createLink', good, headers)).status).toBeLessThan(500);
        expect((await graph.get('/v1.0/me/drive/special/approot', headers)).status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
  });

  test('no JSON body makes a 5xx', async () => {
    const known = fc.record(
      {
        type: fc.oneof(fc.constantFrom('view', 'edit', 'embed', 'blocksDownload', 'adminDefault'), fc.jsonValue()),
        scope: fc.oneof(fc.constantFrom('anonymous', 'organization', 'users'), fc.jsonValue()),
        expirationDateTime: fc.oneof(
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
          fc.jsonValue(),
        ),
        password: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
        recipients: fc.oneof(fc.array(fc.record({ email: fc.emailAddress() })), fc.jsonValue()),
        message: fc.jsonValue(),
        sendNotification: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(known, fc.jsonValue(), fc.object()), async (body) => {
        const { status } = await graph.send('POST', createLink, JSON.stringify(body), json);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  test('no path makes a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.constantFrom('items/', 'root:/', 'special/'),
        async (name, anchor) => {
          if (!name.isWellFormed()) return;
          const { status } = await graph.post(`/v1.0/me/drive/${anchor}${encodeURIComponent(name)}:/createLink`, good);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe.each([...storeNames])('with scopes enforced (%s)', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store, settings: { GRAPH_MOCK_AUTH: 'scopes' } });
  });
  afterAll(() => graph.close());

  test.each([
    ['an opaque token', undefined, 401, 'InvalidAuthenticationToken'],
    ['a token for somebody else', { aud: 'https://vault.azure.net' }, 401, 'InvalidAuthenticationToken'],
    ['a token that is not valid yet', { nbf: 9_999_999_999 }, 401, 'InvalidAuthenticationToken'],
    ['neither scp nor roles', { scp: undefined }, 403, 'AccessDenied'],
    ['a scope that only reads', { scp: 'Files.Read' }, 403, 'accessDenied'],
    ['a role that only reads', { scp: undefined, roles: ['Files.Read.All'] }, 403, 'accessDenied'],
    ['an application with a delegated scope', { scp: undefined, roles: ['Files.ReadWrite'] }, 403, 'accessDenied'],
    ['the least scope', { scp: 'User.Read Files.ReadWrite' }, 201, undefined],
    ['the least scope in lower case', { scp: 'files.readwrite' }, 201, undefined],
    ['a scope that covers it', { scp: 'Sites.FullControl.All' }, 201, undefined],
    ['the least role', { scp: undefined, roles: ['Files.ReadWrite.All'] }, 201, undefined],
  ])('%s', async (_, claims, status, code) => {
    const authorization = claims ? `Bearer ${graph.token({ ...claims, tid: crypto.randomUUID() })}` : 'Bearer opaque';
    const reply = await graph.post(`/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`, good, { authorization });
    expect(reply.status).toBe(status);
    expect(reply.body.error?.code).toBe(code);
  });
});

describe.each([...storeNames])('without tokens (%s)', (store) => {
  test('a caller needs none, and is Ada', async () => {
    const graph = await startGraph({ store, settings: { GRAPH_MOCK_AUTH: 'none' } });
    const reply = await graph.post('/v1.0/drive/root/createLink', good, { authorization: '' });
    expect(reply).toMatchObject({ status: 200, body: { grantedTo: { user: { displayName: 'Ada Fenn' } } } });
    await graph.close();
  });
});

describe.each([...storeNames])('headers (%s)', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store });
  });
  afterAll(() => graph.close());

  test('of a success', async () => {
    const { headers } = await graph.get(item, { 'client-request-id': 'mine' });
    expect(headers).toMatchObject({
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'odata-version': '4.0',
      'request-id': expect.stringMatching(guid),
      'client-request-id': 'mine',
      'cache-control': 'no-store, no-cache',
      'strict-transport-security': 'max-age=31536000',
      'x-ms-ags-diagnostic': expect.stringContaining('ServerInfo'),
      'access-control-allow-origin': '*',
      'access-control-expose-headers': expect.stringContaining('request-id'),
      etag: expect.stringMatching(/^"\{[\dA-F-]{36}\},\d+"$/),
    });
  });

  test('of a 401', async () => {
    const { headers } = await graph.get(item, { authorization: '' });
    expect(headers['www-authenticate']).toMatch(
      /^Bearer realm="", authorization_uri="https:\/\/login\.microsoftonline\.com/,
    );
    expect(headers).not.toHaveProperty('odata-version');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['client-request-id']).toBe(headers['request-id']);
  });

  test('a preflight needs no token', async () => {
    const reply = await graph.send('OPTIONS', createLink, undefined, { authorization: '' });
    expect(reply.status).toBe(204);
    expect(reply.headers['access-control-allow-headers']).toMatch(/Authorization.*Workbook-Session-Id/);
    expect(reply.headers['access-control-allow-methods']).toContain('POST');
  });

  test('odata.metadata=none drops the context', async () => {
    const { headers, body } = await graph.get(item, { accept: 'application/json;odata.metadata=none' });
    expect(body).not.toHaveProperty('@odata.context');
    expect(headers['content-type']).toContain('odata.metadata=none');
  });

  test('HEAD answers like GET, without a body', async () => {
    const reply = await graph.send('HEAD', item);
    expect(reply).toMatchObject({ status: 200, body: '' });
  });

  test.each([
    [{ 'x-forwarded-host': 'mock.example.com', 'x-forwarded-proto': 'https' }, 'https://mock.example.com/'],
    [{ 'x-forwarded-host': 'mock.example.com/evil?' }, 'http://127.0.0.1'],
  ])('absolute URLs follow the proxy in front: %j', async (headers, start) => {
    const { body } = await graph.post(
      '/v1.0/me/drive/root:/Logo.png:/createLink',
      { type: 'review', scope: 'anonymous' },
      { ...headers, authorization: `Bearer ${graph.token({ tid: crypto.randomUUID() })}` },
    );
    expect(body.link.webUrl.startsWith(start)).toBe(true);
    expect(body['@odata.context'].startsWith(start)).toBe(true);
  });
});
