import { sample } from '../../src/sample.ts';
import { type Graph, ids, type Reply, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const share = { type: 'view', scope: 'organization' };

describe.each([...storeNames])('faults on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const add = (fault: unknown) => graph.post('/_mock/faults', fault);
  const get = (path = item, headers = {}) => graph.get(path, headers);
  const statuses = async (count: number, call: () => Promise<Reply> = get): Promise<number[]> => {
    const answers: number[] = [];
    for (let n = 0; n < count; n += 1) answers.push((await call()).status);
    return answers;
  };

  test('are made, listed, read and ended', async () => {
    const made = await add({ status: 503, retryAfterSeconds: 7, match: { operation: 'getItem' } });
    const { id } = made.body;
    const shown = { id: expect.any(String), status: 503, retryAfterSeconds: 7, match: { operation: 'getItem' } };
    expect(made).toMatchObject({ status: 201, body: shown });
    expect(made.headers['location']).toBe(`${graph.url}/_mock/faults/${id}`);
    await add({ delayMs: 1 });
    expect((await graph.get('/_mock/faults')).body.value).toEqual([shown, { id: expect.any(String), delayMs: 1 }]);
    expect((await graph.get(`/_mock/faults/${id}`)).body).toEqual(shown);
    expect((await get()).status).toBe(503);
    expect((await graph.delete(`/_mock/faults/${id}`)).status).toBe(204);
    expect((await graph.delete(`/_mock/faults/${id}`)).body.error.code).toBe('itemNotFound');
    expect((await get()).status).toBe(200);
    expect((await graph.delete('/_mock/faults')).status).toBe(204);
    expect((await graph.get('/_mock/faults')).body.value).toEqual([]);
  });

  test('answer as Graph does, with its headers and a new request id', async () => {
    await add({ status: 429, retryAfterSeconds: 2 });
    const reply = await get(item, { 'client-request-id': 'mine' });
    const requestId = reply.headers['request-id'];
    expect(reply.body).toEqual({
      error: {
        code: 'activityLimitReached',
        message: 'The request has been throttled',
        innerError: {
          code: 'throttledRequest',
          date: expect.any(String),
          'request-id': requestId,
          'client-request-id': 'mine',
        },
      },
    });
    expect(reply.headers).toMatchObject({ 'retry-after': '2', 'content-type': 'application/json' });
  });

  test.each([
    [400, 'invalidRequest'],
    [404, 'itemNotFound'],
    [423, 'resourceLocked'],
    [429, 'activityLimitReached'],
    [500, 'generalException'],
    [503, 'serviceNotAvailable'],
    [504, 'UnknownError'],
    [507, 'quotaLimitReached'],
    [509, 'activityLimitReached'],
    [418, 'invalidRequest'],
    [599, 'generalException'],
  ])('a %i says %s, unless told otherwise', async (status, code) => {
    await add({ status, times: 1 });
    expect(await get()).toMatchObject({ status, body: { error: { code } } });
    await add({ status, code: 'ours', message: 'Our own words' });
    expect(await get()).toMatchObject({ status, body: { error: { code: 'ours', message: 'Our own words' } } });
  });

  const everyone = '00000000-0000-4000-8000-000000000001';
  test.each([
    [{}, true],
    [{ method: 'get' }, true],
    [{ method: 'POST' }, false],
    [{ path: '/v1.0/me/**' }, true],
    [{ path: '**/ITEMS/*' }, true],
    [{ path: '/v1.0/me/*' }, false],
    [{ path: '**/createLink' }, false],
    [{ operation: 'GETITEM' }, true],
    [{ operation: 'createLink' }, false],
    [{ app: '971807BB-16a8-53bc-9350-1bac088c0356' }, true],
    [{ app: everyone }, false],
    [{ method: 'GET', path: '**', operation: 'getItem' }, true],
    [{ method: 'GET', path: '**', operation: 'deleteItem' }, false],
  ])('a match of %j meets a read of an item: %s', async (match, isMet) => {
    await add({ status: 503, match });
    expect((await get()).status).toBe(isMet ? 503 : 200);
  });

  test('a path with colons is matched as it was sent', async () => {
    await add({ status: 503, match: { path: '/v1.0/me/drive/root:/Projects/**' } });
    expect((await get('/v1.0/me/drive/root:/Projects/Report.docx:')).status).toBe(503);
    expect((await get('/v1.0/me/drive/root:/Logo.png:')).status).toBe(200);
  });

  test('what leads nowhere is hit too, and what is the mock’s own never', async () => {
    await add({ status: 503 });
    expect((await get('/v1.0/nonsense')).status).toBe(503);
    expect((await get('/_mock/clock')).status).toBe(200);
  });

  const signIn = '/common/discovery/v2.0/keys';
  const ofSample = { 'x-mock-tenant': sample.tenant };
  test.each([
    ['no match', {}, [200, 404]],
    ['a method', { match: { method: 'GET' } }, [200, 404]],
    ['its path', { match: { path: '/*/discovery/**' } }, [503, 404]],
    ['the path of a page', { match: { path: '/:w:/**' } }, [200, 503]],
    ['its operation', { match: { operation: 'signingKeys' } }, [503, 404]],
    ['the operation of a page', { match: { operation: 'linkPage' } }, [200, 503]],
  ])(
    'signing in and pages are no calls of Graph’s, and hit by what names them alone: %s',
    async (_, match, expected) => {
      await graph.post('/_mock/faults', { status: 503, ...match }, ofSample);
      const page = '/:w:/g/personal/ada_fenn_contoso_com/Enothing';
      const browser = { authorization: '' };
      expect([(await get(signIn, browser)).status, (await get(page, browser)).status]).toEqual(expected);
      await graph.delete('/_mock/faults', ofSample);
    },
  );

  test('nothing is done by a request that is hit', async () => {
    await add({ status: 500, times: 1 });
    expect(await statuses(3, () => graph.post(`${item}/createLink`, share))).toEqual([500, 201, 200]);
  });

  test('happen as often as they shall, however many ask at once', async () => {
    const { id } = (await add({ status: 503, times: 7 })).body;
    const answers = await Promise.all(Array.from({ length: 30 }, () => get()));
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(7);
    expect((await graph.get(`/_mock/faults/${id}`)).body).toMatchObject({ seen: 7, hits: 7 });
  });

  test('hit the same requests under the same seed, and others under another', async () => {
    const run = async (seed: number): Promise<number[]> => {
      await add({ status: 503, probability: 0.5, seed });
      const answers = await statuses(24);
      await graph.delete('/_mock/faults');
      return answers;
    };
    const first = await run(1);
    expect(new Set(first)).toEqual(new Set([200, 503]));
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  test('a probability without a seed is given one, which is told', async () => {
    expect((await add({ status: 503, probability: 0.5 })).body.seed).toEqual(expect.any(Number));
  });

  test('the first that answers is the last, and those that only wait come before', async () => {
    const made: string[] = [];
    for (const fault of [{ delayMs: 1 }, { status: 429 }, { status: 503 }]) made.push((await add(fault)).body.id);
    expect((await get()).status).toBe(429);
    const [entry] = (await graph.get('/_mock/requests')).body.value;
    expect(entry.faults).toEqual(made.slice(0, 2));
  });

  test('one that drops closes the connection, and does nothing', async () => {
    await add({ drop: true, times: 1 });
    await expect(graph.post(`${item}/createLink`, share)).rejects.toThrow('fetch failed');
    expect((await graph.post(`${item}/createLink`, share)).status).toBe(201);
    const { value } = (await graph.get('/_mock/requests')).body;
    expect(value.map(({ status }: { status: number }) => status)).toEqual([201, 0]);
  });

  test('a delay holds up nobody else, and ends when the host closes', async () => {
    await add({ delayMs: 600_000, match: { operation: 'getDrive' } });
    const delayed = get('/v1.0/me/drive');
    expect((await get()).status).toBe(200);
    await graph.close();
    expect((await delayed).status).toBe(200);
  });

  test('of one tenant leave another alone', async () => {
    await graph.post('/_mock/faults', { status: 503 }, { 'x-mock-tenant': 'somebody-else' });
    expect((await get()).status).toBe(200);
    const other = { authorization: `Bearer ${graph.token({ tid: 'somebody-else' })}` };
    expect((await get(item, other)).status).toBe(503);
  });

  describe('by header', () => {
    test.each([
      ['429;retry-after=2', 429, 'activityLimitReached', '2'],
      ['status=503; Retry-After=1; code=busy; message="Come back, please"', 503, 'busy', '1'],
      ['404', 404, 'itemNotFound', undefined],
      ['500;delay=1', 500, 'generalException', undefined],
    ])('%s', async (header, status, code, retryAfter) => {
      const reply = await get(item, { 'x-mock-fault': header });
      expect(reply).toMatchObject({ status, body: { error: { code } } });
      expect(reply.headers['retry-after']).toBe(retryAfter);
      expect((await get()).status).toBe(200);
    });

    test('hits whatever it comes with: signing in, or a batch as a whole', async () => {
      const header = { 'x-mock-fault': '503' };
      expect((await get(signIn, header)).status).toBe(503);
      const requests = [{ id: '1', method: 'GET', url: '/me/drive' }];
      expect((await graph.post('/v1.0/$batch', { requests }, header)).status).toBe(503);
    });

    test('drop', async () => {
      await expect(get(item, { 'x-mock-fault': 'drop' })).rejects.toThrow('fetch failed');
    });

    test.each(['', '42', '429;after=2', 'retry-after=2', 'status=', 'delay=soon', 'delay=100001', '__proto__=1'])(
      '%j is refused, so that it does not pass for a request that went well',
      async (header) => {
        const reply = await get(item, { 'x-mock-fault': header });
        expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalidRequest' } } });
      },
    );
  });

  describe('ready made', () => {
    test('maintenance answers 503 to everything', async () => {
      await add({ profile: 'maintenance' });
      expect(await get()).toMatchObject({ status: 503, headers: { 'retry-after': '120' } });
    });

    test('flaky fails now and then, and the same requests each time', async () => {
      const run = async (): Promise<number[]> => {
        await add({ profile: 'flaky' });
        const answers = await statuses(20);
        await graph.delete('/_mock/faults');
        return answers;
      };
      const first = await run();
      expect(new Set(first)).toEqual(new Set([200, 503]));
      expect(await run()).toEqual(first);
    });

    test('slow waits, and any part may be another', async () => {
      expect((await add({ profile: 'slow', delayMs: 3 })).body).toEqual({ id: expect.any(String), delayMs: 3 });
      expect((await add({ profile: 'Slow' })).body.delayMs).toBe(2000);
    });

    test('throttled has a bucket for each application, which fills as time passes', async () => {
      await graph.put('/_mock/clock', { now: '2031-01-01T00:00:00Z', frozen: true });
      await add({ profile: 'throttled', limit: { burst: 3, perSecond: 0.5 } });
      const by = (appid: string) => () =>
        get(item, { authorization: `Bearer ${graph.token({ appid, exp: undefined })}` });
      expect(await statuses(5, by('one'))).toEqual([200, 200, 200, 429, 429]);
      expect(await statuses(1, by('other'))).toEqual([200]);
      expect((await by('one')()).headers['retry-after']).toBe('2');
      await graph.put('/_mock/clock', { advance: 'PT1S' });
      expect((await by('one')()).headers['retry-after']).toBe('1');
      await graph.put('/_mock/clock', { advance: 'PT3S' });
      expect(await statuses(3, by('one'))).toEqual([200, 200, 429]);
    });

    test('a bucket lets no more through when all come at once', async () => {
      await graph.put('/_mock/clock', { now: '2031-01-01T00:00:00Z', frozen: true });
      await add({ profile: 'throttled', limit: { burst: 5, perSecond: 1 } });
      const token = { authorization: `Bearer ${graph.token({ exp: undefined })}` };
      const answers = await Promise.all(Array.from({ length: 20 }, () => get(item, token)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    });
  });

  test.each([
    [{}, ['']],
    [{ code: 'x' }, ['']],
    [{ status: 200 }, ['status']],
    [{ status: '503' }, ['status']],
    [{ status: 503, probability: 2, times: 0, delayMs: -1 }, ['delayMs', 'probability', 'times']],
    [{ status: 503, match: { method: 'FETCH', path: '', query: 'x' } }, ['match', 'match.method', 'match.path']],
    [{ profile: 'stormy' }, ['profile']],
    [{ profile: 'throttled', limit: { burst: 0 } }, ['limit.burst', 'limit.perSecond']],
    ['429', ['']],
  ])('a bad one names all that is wrong, and changes nothing: %j', async (fault, targets) => {
    const reply = await graph.send('POST', '/_mock/faults', JSON.stringify(fault));
    const { error } = reply.body;
    expect({ status: reply.status, code: error.code }).toEqual({ status: 400, code: 'invalidRequest' });
    expect(error.details.map(({ target }: { target: string }) => target).toSorted()).toEqual(targets);
    expect((await graph.get('/_mock/faults')).body.value).toEqual([]);
  });

  test('what is no JSON is refused', async () => {
    expect(await graph.send('POST', '/_mock/faults', '{"status":')).toMatchObject({ status: 400 });
  });

  test('need no token', async () => {
    const headers = { authorization: '', 'x-mock-tenant': graph.tenant };
    expect((await graph.post('/_mock/faults', { status: 503 }, headers)).status).toBe(201);
    expect((await get()).status).toBe(503);
    const bad = await graph.get('/_mock/faults', { 'x-mock-tenant': 'a|b' });
    expect(bad).toMatchObject({ status: 400, body: { error: { code: 'invalidRequest' } } });
  });
});
