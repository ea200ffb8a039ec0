import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const known = { 'client-request-id': '4b1d8a52-93be-4f16-8a2d-61c9e0b7f384' };

describe.each([...storeNames])('guidance on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const least = () => ({ ...known, authorization: `Bearer ${graph.token({ scp: 'Files.Read' })}` });
  const guidance = async () => (await graph.get('/_mock/guidance')).body;
  const codes = async (): Promise<string[]> => (await guidance()).warnings.map(({ code }: { code: string }) => code);
  const lastWarnings = async () => (await graph.get('/_mock/requests?top=1')).body.value[0].warnings;

  test('has nothing to say of a client that does everything right', async () => {
    await graph.get(item, least());
    await graph.get(`${item}?$select=id,grantedToV2`, least());
    expect(await guidance()).toEqual({
      warnings: [],
      permissions: [
        {
          app: '971807bb-16a8-53bc-9350-1bac088c0356',
          caller: 'delegated',
          calls: 2,
          needed: ['Files.Read'],
          granted: ['Files.Read'],
          excess: [],
        },
      ],
    });
    expect(await lastWarnings()).toEqual([]);
  });

  describe('of a client that was asked to wait', () => {
    beforeEach(async () => {
      await graph.post('/_mock/faults', { status: 429, retryAfterSeconds: 30, times: 1 });
      await graph.get(item, least());
    });

    test('tells when it comes back too early', async () => {
      await graph.get(item, least());
      expect(await lastWarnings()).toEqual([
        {
          code: 'retriedTooEarly',
          message: expect.stringMatching(/^It came 0\.\d s after a 429 that asked to wait for 30 s/),
        },
      ]);
      expect((await guidance()).warnings).toMatchObject([{ code: 'retriedTooEarly', count: 1, requests: [{}] }]);
    });

    test('says nothing when it has waited', async () => {
      await graph.put('/_mock/clock', { advance: 'PT30S' });
      await graph.get(item, least());
      expect(await codes()).toEqual([]);
    });

    test('says nothing of another application', async () => {
      const other = { ...known, authorization: `Bearer ${graph.token({ scp: 'Files.Read', appid: 'other' })}` };
      await graph.get(item, other);
      expect(await codes()).toEqual([]);
    });
  });

  test.each([
    ['noClientRequestId', item, {}],
    ['betaUsed', `/beta/me/drive/items/${ids.report}`, known],
    ['deprecatedProperty', `${item}/permissions?$select=id,grantedTo`, known],
    ['deprecatedProperty', `${item}/permissions?%24select=grantedToIdentities`, known],
  ])('%s: GET %s', async (code, path, headers) => {
    await graph.get(path, { authorization: `Bearer ${graph.token({ scp: 'Files.Read' })}`, ...headers });
    expect(await codes()).toEqual([code]);
    expect((await lastWarnings())[0]).toEqual({ code, message: expect.any(String) });
  });

  test.each([
    [
      'a reader with a writer’s token',
      'Files.ReadWrite.All User.Read',
      ['get'],
      ['Files.Read'],
      ['Files.ReadWrite.All', 'User.Read'],
    ],
    ['a writer', 'Files.ReadWrite', ['get', 'share'], ['Files.ReadWrite'], []],
    [
      'a writer with more',
      'Files.ReadWrite Sites.ReadWrite.All openid',
      ['share'],
      ['Files.ReadWrite'],
      ['Sites.ReadWrite.All'],
    ],
    ['whoever leads nowhere', 'Files.Read', ['nonsense'], [], ['Files.Read']],
  ])('least privilege of %s', async (_, scp, calls, needed, excess) => {
    const headers = { ...known, authorization: `Bearer ${graph.token({ scp })}` };
    for (const call of calls) {
      if (call === 'get') await graph.get(item, headers);
      if (call === 'share') await graph.post(`${item}/createLink`, { type: 'view', scope: 'organization' }, headers);
      if (call === 'nonsense') await graph.get('/v1.0/nonsense', headers);
    }
    const { permissions } = await guidance();
    expect(permissions).toMatchObject([{ caller: 'delegated', needed, excess }]);
    expect((await codes()).includes('excessiveScopes')).toBe(excess.length > 0);
  });

  test('least privilege of an application without a user', async () => {
    const roles = ['Files.ReadWrite.All', 'Directory.Read.All'];
    const headers = { ...known, authorization: `Bearer ${graph.token({ roles, scp: undefined })}` };
    await graph.get(`/v1.0/drives/${ids.drive}/items/${ids.report}`, headers);
    expect((await guidance()).permissions).toMatchObject([
      { caller: 'application', needed: ['Files.Read.All'], excess: ['Directory.Read.All', 'Files.ReadWrite.All'] },
    ]);
  });
});
