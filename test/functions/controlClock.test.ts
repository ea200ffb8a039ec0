import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const noToken = { authorization: '' };

describe.each([...storeNames])('the clock on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const clock = async () => (await graph.get('/_mock/clock')).body;
  const minutesFrom = (a: string, b: string): number => Math.round((Date.parse(b) - Date.parse(a)) / 60_000) + 0;

  test('is the machine’s until somebody moves it, and again once it is deleted', async () => {
    const before = await clock();
    expect(before).toEqual({ now: expect.any(String), frozen: false });
    expect(minutesFrom(new Date().toISOString(), before.now)).toBe(0);
    const moved = await graph.put('/_mock/clock', { advance: 'PT36H' });
    expect(moved).toMatchObject({ status: 200, body: { frozen: false } });
    expect(minutesFrom(before.now, moved.body.now)).toBe(36 * 60);
    expect(await graph.delete('/_mock/clock')).toMatchObject({ status: 204, body: '' });
    expect(minutesFrom(before.now, (await clock()).now)).toBe(0);
  });

  test('goes on from where it is set', async () => {
    await graph.put('/_mock/clock', { now: '2031-05-06T07:08:09Z' });
    graph.advance(60_000);
    const { now } = await clock();
    expect(minutesFrom('2031-05-06T07:08:09Z', now)).toBe(1);
    expect((await graph.put('/_mock/clock', { advance: 'P1M' })).body.now).toMatch(/^2031-06-06T07:09/);
  });

  test('stands still where it is frozen, can be moved there, and goes on once it is let go', async () => {
    const frozen = { now: '2031-05-06T07:08:09.000Z', frozen: true };
    expect((await graph.put('/_mock/clock', frozen)).body).toEqual(frozen);
    graph.advance(60_000);
    expect(await clock()).toEqual(frozen);
    expect((await graph.put('/_mock/clock', { advance: '-PT9S' })).body).toEqual({
      now: '2031-05-06T07:08:00.000Z',
      frozen: true,
    });
    await graph.put('/_mock/clock', { frozen: false });
    graph.advance(60_000);
    expect((await clock()).now).toMatch(/^2031-05-06T07:09/);
  });

  test('ends a link', async () => {
    const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString();
    const link = { type: 'view', scope: 'anonymous', expirationDateTime };
    const { body } = await graph.post(`${item}/createLink`, link);
    expect((await graph.get(`${item}/permissions/${body.id}`)).status).toBe(200);
    await graph.put('/_mock/clock', { advance: 'PT61M' });
    const token = { authorization: `Bearer ${graph.token({ exp: undefined })}` };
    expect((await graph.get(`${item}/permissions/${body.id}`, token)).status).toBe(404);
  });

  test('ends a token, a workbook session and a download URL', async () => {
    const { headers } = await graph.get(`${item}/content`);
    const { pathname, search } = new URL(headers['location'] ?? '');
    const workbook = `/v1.0/me/drive/items/${ids.budget}/workbook`;
    const session = await graph.post(`${workbook}/createSession`, { persistChanges: true });
    expect((await graph.get(pathname + search, noToken)).status).toBe(200);
    await graph.put('/_mock/clock', { advance: 'PT2H' });
    expect((await graph.get(item)).body.error.message).toBe('Lifetime validation failed, the token is expired.');
    expect((await graph.get(pathname + search, noToken)).status).toBe(403);
    const late = {
      authorization: `Bearer ${graph.token({ exp: undefined })}`,
      'workbook-session-id': session.body.id,
    };
    expect((await graph.post(`${workbook}/refreshSession`, undefined, late)).status).toBe(404);
  });

  test('dates what is made, and its errors', async () => {
    await graph.put('/_mock/clock', { now: '2031-05-06T07:08:09Z', frozen: true });
    const token = { authorization: `Bearer ${graph.token({ exp: undefined })}` };
    const { body } = await graph.post('/v1.0/me/drive/root/children', { name: 'New', folder: {} }, token);
    expect(body.createdDateTime).toBe('2031-05-06T07:08:09Z');
    expect((await graph.get('/v1.0/nonsense', token)).body.error.innerError.date).toBe('2031-05-06T07:08:09');
  });

  test('advances at once from many sides, and loses none', async () => {
    await graph.put('/_mock/clock', { now: '2031-01-01T00:00:00Z', frozen: true });
    await Promise.all(Array.from({ length: 20 }, () => graph.put('/_mock/clock', { advance: 'P1D' })));
    expect((await clock()).now).toBe('2031-01-21T00:00:00.000Z');
  });

  test('is that of link pages, uploads and sign-ins, which have no token to tell whose they are', async () => {
    const { link } = (await graph.post(`${item}/createLink`, { type: 'view', scope: 'anonymous' })).body;
    const { uploadUrl } = (await graph.post('/v1.0/me/drive/root:/Up.txt:/createUploadSession', {})).body;
    const soon = {
      type: 'view',
      scope: 'anonymous',
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const ending = (await graph.post('/v1.0/me/drive/root:/Projects:/createLink', soon)).body.link;
    const asked = async (url: string, method = 'GET') =>
      (await graph.send(method, new URL(url).pathname + new URL(url).search, undefined, noToken)).status;
    expect(await Promise.all([link.webUrl, ending.webUrl, uploadUrl].map((url) => asked(url)))).toEqual([
      200, 200, 200,
    ]);
    await graph.put('/_mock/clock', { advance: 'P1D' });
    expect(await Promise.all([link.webUrl, ending.webUrl, uploadUrl].map((url) => asked(url)))).toEqual([
      200, 410, 404,
    ]);
    const form = { ...noToken, 'content-type': 'application/x-www-form-urlencoded' };
    const asking =
      'grant_type=client_credentials&client_id=a&client_secret=b&scope=https://graph.microsoft.com/.default';
    const issued = await graph.post(`/${graph.tenant}/oauth2/v2.0/token`, asking, form);
    const { iat } = JSON.parse(Buffer.from(issued.body.access_token.split('.')[1], 'base64url').toString());
    expect(iat * 1000 - Date.now()).toBeGreaterThan(86_000_000);
  });

  test('of another tenant is another', async () => {
    await graph.put('/_mock/clock', { now: '2031-01-01T00:00:00Z' }, { 'x-mock-tenant': 'somebody-else' });
    expect((await graph.get(item)).status).toBe(200);
    const { now } = (await graph.get('/_mock/clock', { 'x-mock-tenant': 'Somebody-Else', ...noToken })).body;
    expect(now).toMatch(/^2031-01-01/);
  });

  test.each([
    [{}, 'must have one of now, advance and frozen'],
    [{ advance: '36 hours' }, 'advance: must be an ISO 8601 duration such as PT36H'],
    [{ advance: 'P' }, 'advance: must be an ISO 8601 duration such as PT36H'],
    [{ advance: 'PT' }, 'advance: must be an ISO 8601 duration such as PT36H'],
    [{ advance: 5 }, 'advance: Invalid input: expected string, received number'],
    [{ now: 'tomorrow' }, 'now: Invalid ISO datetime'],
    [{ now: '2031-01-01T00:00:00Z', advance: 'P1D' }, 'cannot have both now and advance'],
    [{ advance: 'P9000Y' }, 'The clock goes from the year 1 to the year 9999.'],
    [{ until: '2031-01-01T00:00:00Z' }, 'Unrecognized key: "until"'],
  ])('does not take %j', async (body, message) => {
    const reply = await graph.put('/_mock/clock', body);
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalidRequest', message } } });
    expect(Math.abs(Date.parse((await clock()).now) - Date.now())).toBeLessThan(60_000);
  });
});
