import * as z from 'zod';

import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const share = { type: 'view', scope: 'anonymous' };

describe.each([...storeNames])('the journal on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const requests = async (query = '') => (await graph.get(`/_mock/requests${query}`)).body.value;

  test('has what a request was and what became of it', async () => {
    const { headers } = await graph.post(`${item}/createLink?x=%20y`, share, { 'client-request-id': 'mine' });
    const [entry, ...others] = await requests();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      id: expect.any(String),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      method: 'POST',
      path: `${item}/createLink`,
      query: 'x=%20y',
      body: share,
      operation: 'createLink',
      app: '971807bb-16a8-53bc-9350-1bac088c0356',
      status: 201,
      durationMs: expect.any(Number),
      requestId: headers['request-id'],
      clientRequestId: 'mine',
      faults: [],
      headers: { 'content-type': 'application/json', 'client-request-id': 'mine' },
    });
    expect(entry.headers.authorization).toMatchObject({ tid: graph.tenant, upn: 'ada.fenn@contoso.com' });
    expect(entry).not.toHaveProperty('code');
  });

  test('has the errors and the faults, and what led nowhere', async () => {
    const { id } = (await graph.post('/_mock/faults', { status: 429, match: { operation: 'getItem' } })).body;
    await graph.get(item);
    await graph.post(`${item}/createLink`, { type: 'embed', scope: 'anonymous' });
    await graph.get('/v1.0/nonsense');
    await graph.send('DELETE', `${item}/createLink`);
    expect(await requests()).toMatchObject([
      { method: 'DELETE', status: 405, code: 'Request_BadRequest' },
      { path: '/v1.0/nonsense', status: 400, code: 'BadRequest' },
      { operation: 'createLink', status: 400, code: 'invalidRequest', faults: [] },
      { operation: 'getItem', status: 429, code: 'activityLimitReached', faults: [id] },
    ]);
  });

  test('has nothing of what the mock itself is asked, and nothing of another tenant', async () => {
    await graph.get(item);
    await graph.get('/_mock/clock');
    await graph.get(item, { authorization: `Bearer ${graph.token({ tid: 'another' })}` });
    expect(await requests()).toHaveLength(1);
    expect((await graph.get('/_mock/requests', { 'x-mock-tenant': 'another' })).body.value).toHaveLength(1);
  });

  test('has the parts of a batch with the headers they had, and the token of the whole', async () => {
    const id = '4b1d8a52-93be-4f16-8a2d-61c9e0b7f384';
    const part = (own: object) => ({ method: 'GET', url: '/me/drive', headers: own });
    const whole = { 'client-request-id': id };
    const parted = [
      { id: '1', ...part({ 'If-None-Match': '"1"', Authorization: 'Bearer other', Host: 'elsewhere' }) },
      { id: '2', ...part({ 'Client-Request-Id': 'its-own' }) },
    ];
    await graph.post('/v1.0/$batch', { requests: parted }, whole);
    const parts = (await requests()).filter(({ operation }: { operation: string }) => operation === 'getDrive');
    const headersOf = (clientRequestId: string) =>
      parts.find((entry: { clientRequestId: string }) => entry.clientRequestId === clientRequestId)?.headers;
    const authorization = expect.objectContaining({ tid: graph.tenant });
    expect(headersOf(id)).toEqual({ 'if-none-match': '"1"', 'client-request-id': id, authorization });
    expect(headersOf('its-own')).toEqual({ 'client-request-id': 'its-own', authorization });
    const { warnings } = (await graph.get('/_mock/guidance')).body;
    expect(warnings.map(({ code }: { code: string }) => code)).not.toContain('noClientRequestId');
  });

  test('keeps no secret', async () => {
    const secret = 'opensesame';
    await graph.post(`${item}/createLink`, { ...share, password: secret });
    const { body } = await graph.post(`${item}/createLink`, share);
    const { headers } = await graph.get(`${item}/content`);
    const download = new URL(headers['location'] ?? '');
    await graph.get(download.pathname + download.search, { cookie: `session=${secret}` });
    await graph.get(`/v1.0/shares/${body.shareId}/driveItem`);
    await graph.get(`/v1.0/shares/${encodeURIComponent(body.shareId)}`);
    await graph.get(new URL(body.link.webUrl).pathname);
    await graph.get(item, { authorization: `Bearer ${secret}`, referer: body.link.webUrl });
    await graph.post('/v1.0/$batch', {
      requests: [
        {
          id: '1',
          method: 'GET',
          url: `/shares/${body.shareId}`,
          headers: { Authorization: `Bearer ${graph.token()}` },
        },
        { id: '2', method: 'POST', url: '/me/drive/root/createLink', body: { password: secret, note: download.href } },
      ],
    });
    const kept = JSON.stringify([
      ...(await requests()),
      ...(await graph.get('/_mock/requests', { 'x-mock-tenant': '63c17a55-01d0-5275-a8e1-5595ba336d98' })).body.value,
    ]);
    const token = body.link.webUrl.split('/').at(-1);
    const tempauth = download.searchParams.get('tempauth') ?? '';
    for (const hidden of [secret, token, body.shareId.slice(2), tempauth, graph.token().split('.')[1] ?? ''])
      expect(kept).not.toContain(hidden);
    expect(kept).toContain('"password":"•••"');
    expect(kept).toContain('tempauth=•••');
    expect(kept).toContain('/shares/u!•••/driveItem');
  });

  test.each([
    `/v1.0/drives/${encodeURIComponent(ids.drive)}/items/${ids.report}?$select=id,name&$expand=children($top=1)`,
    `/v1.0/me/drives/${ids.personalDrive}/items/${ids.list}`,
    `/v1.0/sites/contoso.sharepoint.com:/sites/market%20ing:/drive?$filter=name%20eq%20%27a%2Bb%27`,
    '/v1.0/me/drive/root:/s/c/notes%20%26%20drafts/E%C3%A9t%C3%A9.docx:/children?$skiptoken=abc',
    '/v1.0/me/drive/root:/w/c/folder/a-rather-long-name.docx',
    '/v1.0/me/drive/root:/a.very.long.name.with.dots/%zz%/100%25',
    `/v1.0/users('ada.fenn@contoso.com')/drive?x=%E0%A4&y=%&&=1`,
    '/v1.0/me/drive/root:/EverythingThatIsLongButNoTokenAtAllAndSoStaysAsItIs-0123456789-0123456789.txt',
  ])('shows what has no secret as it was sent: %s', async (sent) => {
    await graph.get(sent, { 'x-note': sent, 'x-mock-fault': 'status=503' });
    const [{ path, query, headers }] = await requests();
    const [sentPath, sentQuery = ''] = sent.split('?');
    expect([path, query, headers['x-note']]).toEqual([sentPath, sentQuery, sent]);
  });

  test('keeps no secret behind one that is none, and has what came with that', async () => {
    const { webUrl } = (await graph.post(`${item}/createLink`, share)).body.link;
    const token = webUrl.split('/').at(-1);
    const alike = `E${Buffer.concat([Buffer.from([0, 89, 116]), Buffer.alloc(22_900, 0xff)]).toString('base64url')}`;
    await graph.get(item, { 'x-note': alike });
    for (let time = 0; time < 2; time += 1) await graph.get(`/v1.0/me/${token}`);
    const entries = await requests();
    expect(entries).toHaveLength(4);
    expect(JSON.stringify(entries)).not.toContain(token);
  });

  test('keeps no secret of who signs in', async () => {
    const secrets = [
      'client_secret',
      'client_assertion',
      'code',
      'refresh_token',
      'device_code',
      'password',
      'user_code',
    ];
    const form = new URLSearchParams(Object.fromEntries(secrets.map((name) => [name, `hidden-${name}`])));
    form.set('client_id', 'an-app');
    const asForm = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic aGlkZGVuOmhpZGRlbg==' };
    await graph.post(`/${graph.tenant}/oauth2/v2.0/token?code=hidden-in-query`, form.toString(), asForm);
    const [entry, ...others] = await requests();
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ operation: 'token', body: { client_id: 'an-app' } });
    expect(Object.keys(entry.body)).toEqual(expect.arrayContaining(secrets));
    expect(JSON.stringify(entry)).not.toMatch(/hidden|aGlkZGVu/);
  });

  test('knows how long a form was that is refused for its length', async () => {
    const asForm = { 'content-type': 'application/x-www-form-urlencoded' };
    await graph.post(`/${graph.tenant}/oauth2/v2.0/token`, `grant_type=${'x'.repeat(200_000)}`, asForm);
    expect(await requests()).toMatchObject([{ status: 400, body: '(200011 bytes)' }]);
  });

  test('keeps neither the code that a redirect carries, nor the ticket of a page', async () => {
    const query = `client_id=a&response_type=code&redirect_uri=https://app.example.com/&scope=openid&prompt=none`;
    const { headers } = await graph.get(`/${graph.tenant}/oauth2/v2.0/authorize?${query}`);
    const code = new URL(headers['location'] ?? '').searchParams.get('code') ?? '';
    const { link } = (await graph.post(`${item}/createLink`, { ...share, password: 'opensesame' })).body;
    const { pathname } = new URL(link.webUrl);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const entered = await graph.post(pathname, 'password=opensesame', form);
    const [, ticket = ''] = /^[^=]+=([^;]+)/.exec(entered.headers['set-cookie'] ?? '') ?? [];
    expect([code.length, ticket.length].every((length) => length > 20)).toBe(true);
    const kept = await requests();
    expect(kept.map(({ operation }: { operation: string }) => operation)).toEqual([
      'linkPage',
      'createLink',
      'authorize',
    ]);
    const token = pathname.split('/').at(-1) ?? '';
    for (const hidden of [code, ticket, token, 'opensesame']) expect(JSON.stringify(kept)).not.toContain(hidden);
    expect(kept[0].path).toMatch(/^\/:w:\/g\/personal\/[^/]+\/•••$/);
  });

  test('keeps no secret of an upload, which stands under the tenant of its URL', async () => {
    const { uploadUrl } = (await graph.post('/v1.0/me/drive/root:/Up.txt:/createUploadSession', {})).body;
    const { pathname, search, searchParams } = new URL(uploadUrl);
    await graph.put(pathname + search, 'abc', { authorization: '', 'content-range': 'bytes 0-2/3' });
    const kept = await requests();
    expect(kept[0]).toMatchObject({ operation: 'uploadFragment', status: 201, query: 'tempauth=•••' });
    expect(JSON.stringify(kept)).not.toContain(searchParams.get('tempauth'));
  });

  test('tells of a body that is no JSON how long it is', async () => {
    await graph.put('/v1.0/me/drive/root:/Note.txt:/content', 'some words');
    expect(await requests()).toMatchObject([{ operation: 'uploadContent', body: '(10 bytes)' }]);
  });

  describe('asked for', () => {
    beforeEach(async () => {
      await graph.get(item);
      await graph.post(`${item}/createLink`, share);
      await graph.post(`${item}/createLink`, share, { authorization: `Bearer ${graph.token({ appid: 'other' })}` });
      await graph.get(`/v1.0/me/drive/items/${ids.unknown}`);
      await graph.get('/beta/me/drive/root:/Nowhere');
    });

    test.each([
      ['', [404, 404, 201, 201, 200]],
      ['?operation=createLink', [201, 201]],
      ['?operation=CREATELINK&app=OTHER', [201]],
      ['?status=404', [404, 404]],
      ['?status=2xx', [201, 201, 200]],
      ['?method=get', [404, 404, 200]],
      ['?path=/beta/**', [404]],
      ['?path=**/createLink&status=4xx', []],
      ['?top=2', [404, 404]],
    ])('%j', async (query, statuses) => {
      expect((await requests(query)).map(({ status }: { status: number }) => status)).toEqual(statuses);
    });

    test('page by page', async () => {
      const pages: number[][] = [];
      for (let path = '/_mock/requests?top=2&path=/*/me/**'; path !== '';) {
        const { body } = await graph.get(path);
        pages.push(body.value.map(({ status }: { status: number }) => status));
        path = body['@odata.nextLink']?.slice(graph.url.length) ?? '';
      }
      expect(pages).toEqual([[404, 404], [201, 201], [200]]);
    });

    test.each(['?top=0', '?top=1001', '?wait=60001', '?status=40', '?since=1', '?count=x'])(
      '%j is refused',
      async (query) => {
        expect(await graph.get(`/_mock/requests${query}`)).toMatchObject({
          status: 400,
          body: { error: { code: 'invalidRequest' } },
        });
      },
    );

    test('once they are forgotten', async () => {
      expect((await graph.delete('/_mock/requests')).status).toBe(204);
      expect(await requests()).toEqual([]);
      await graph.get(item);
      expect(await requests()).toHaveLength(1);
    });
  });

  test('answers whoever waits once there are enough', async () => {
    const waiting = graph.get('/_mock/requests?wait=60000&count=2&operation=createLink');
    await graph.get(item);
    await graph.post(`${item}/createLink`, share);
    await graph.post(`${item}/createLink`, share);
    const { body } = await waiting;
    expect(body.value.map(({ status }: { status: number }) => status)).toEqual([200, 201]);
  });

  test('answers with what there is when the time is over, or the host closes', async () => {
    await graph.get(item);
    expect((await graph.get('/_mock/requests?wait=1&count=2')).body.value).toHaveLength(1);
    const waiting = graph.get('/_mock/requests?wait=60000&count=2');
    await graph.get(item, { authorization: `Bearer ${graph.token({ tid: 'another' })}` });
    await graph.close();
    expect((await waiting).status).toBe(200);
  });

  test('keeps the last thousand', async () => {
    for (let round = 0; round < 11; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => graph.get(`/v1.0/nonsense/${round}`)));
      await graph.get('/_mock/requests?top=1');
    }
    const value = await requests('?top=1000');
    expect(value).toHaveLength(1000);
    expect(value[0].path).toBe('/v1.0/nonsense/10');
    expect(value.at(-1).path).toBe('/v1.0/nonsense/1');
  }, 30_000);

  test('is an HTTP archive, if one wants it', async () => {
    await graph.get(item);
    await graph.post('/_mock/faults', { status: 503, retryAfterSeconds: 1, times: 1 });
    await graph.post(`${item}/createLink?x=1`, share);
    const { status, body } = await graph.get('/_mock/requests.har');
    expect(status).toBe(200);
    const { log } = har.parse(body);
    expect(log.entries.map(({ request, response }) => [request.method, request.url, response.status])).toEqual([
      ['GET', graph.url + item, 200],
      ['POST', `${graph.url}${item}/createLink?x=1`, 503],
    ]);
    expect(log.entries[1]?.request).toMatchObject({
      queryString: [{ name: 'x', value: '1' }],
      postData: { mimeType: 'application/json', text: JSON.stringify(share) },
    });
    expect((await graph.get('/_mock/requests.har?operation=getItem')).body.log.entries).toHaveLength(1);
  });
});

// What HAR 1.2 demands: http://www.softwareishard.com/blog/har-12-spec/
const pairs = z.array(z.strictObject({ name: z.string(), value: z.string(), comment: z.string().optional() }));
const size = z.int().min(-1);
const message = { httpVersion: z.string(), cookies: pairs, headers: pairs, headersSize: size, bodySize: size };
const har = z.strictObject({
  log: z.strictObject({
    version: z.literal('1.2'),
    creator: z.strictObject({ name: z.string(), version: z.string() }),
    entries: z.array(
      z.strictObject({
        startedDateTime: z.iso.datetime({ offset: true }),
        time: z.number().min(0),
        request: z.strictObject({
          method: z.string(),
          url: z.url(),
          queryString: pairs,
          postData: z.strictObject({ mimeType: z.string(), text: z.string() }).optional(),
          ...message,
        }),
        response: z.strictObject({
          status: z.int(),
          statusText: z.string(),
          content: z.strictObject({ size: z.int(), mimeType: z.string() }),
          redirectURL: z.string(),
          ...message,
        }),
        cache: z.strictObject({}),
        timings: z.strictObject({ send: z.number(), wait: z.number(), receive: z.number() }),
        comment: z.string().optional(),
      }),
    ),
  }),
});
