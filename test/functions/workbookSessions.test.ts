import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const budget = `/v1.0/me/drive/items/${ids.budget}`;
const minutes = (count: number): number => count * 60_000;

describe.each([...storeNames])('workbook sessions on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  async function open(persistChanges: boolean): Promise<Record<string, string>> {
    const { status, body } = await graph.post(`${budget}/workbook/createSession`, { persistChanges });
    expect(status).toBe(201);
    expect(body).toEqual({
      '@odata.context': `${graph.url}/v1.0/$metadata#microsoft.graph.workbookSessionInfo`,
      id: expect.stringMatching(/^cluster=.*&session=/),
      persistChanges,
    });
    return { 'workbook-session-id': body.id };
  }

  const link = (headers?: Record<string, string>, path = budget) =>
    graph.post(`${path}/createLink`, { type: 'view', scope: 'organization' }, headers);
  const links = async (headers?: Record<string, string>) =>
    (await graph.get(`${budget}/permissions`, headers)).body.value.filter((each: object) => 'link' in each).length;
  const gone = {
    status: 404,
    body: { error: { code: 'ItemNotFound', innerError: { code: 'invalidSessionReCreatable' } } },
  };

  test('a link made in a session that does not persist is seen with that session only, and gone when it is closed', async () => {
    const [mine, other] = [await open(false), await open(false)];
    const made = await link(mine);
    expect(made.status).toBe(201);
    expect((await link(mine)).body.id).toBe(made.body.id);
    expect([await links(mine), await links(other), await links()]).toEqual([1, 0, 0]);
    expect((await graph.get(`${budget}/permissions/${made.body.id}`)).status).toBe(404);
    expect((await graph.delete(`${budget}/permissions/${made.body.id}`)).status).toBe(404);
    expect((await graph.post(`${budget}/workbook/closeSession`, undefined, mine)).status).toBe(204);
    expect(await link(mine)).toMatchObject(gone);
    expect(await links()).toBe(0);
    const another = await link();
    expect(another.status).toBe(201);
    expect(another.body.id).not.toBe(made.body.id);
  });

  test.each(['is closed', 'has run out'])(
    'when a session %s, what it has not persisted is kept no longer',
    async (how) => {
      const session = await open(false);
      await link(session);
      const keptLinks = async () => {
        const state = await graph.get('/_mock/state');
        return JSON.stringify(state.body).split('"scope":"organization"').length - 1;
      };
      expect(await keptLinks()).toBe(1);
      if (how === 'is closed') await graph.post(`${budget}/workbook/closeSession`, undefined, session);
      else graph.advance(minutes(8));
      // Nobody says so when one runs out: whoever opens the next one sees it.
      await open(false);
      expect(await keptLinks()).toBe(0);
    },
  );

  test('what is there for everybody is there in a session, too', async () => {
    const { body: common } = await link();
    const session = await open(false);
    expect(await link(session)).toMatchObject({ status: 200, body: { id: common.id } });
    expect([await links(session), await links()]).toEqual([1, 1]);
    // To be changed it would have to be changed for all.
    const expirationDateTime = '2040-01-01T00:00:00Z';
    const asked = { type: 'view', scope: 'organization', expirationDateTime };
    const own = await graph.post(`${budget}/createLink`, asked, session);
    expect(own).toMatchObject({ status: 201, body: { expirationDateTime } });
    expect(own.body.id).not.toBe(common.id);
    expect((await graph.get(`${budget}/permissions/${common.id}`)).body).not.toHaveProperty('expirationDateTime');
  });

  test('nobody else notices what is done in a session that does not persist', async () => {
    await graph.post(`/v1.0/me/drive/items/${ids.projects}/invite`, {
      recipients: [{ email: 'chiara.lund@contoso.com' }],
      roles: ['write'],
      requireSignIn: true,
      sendInvitation: false,
    });
    const before = (await graph.get(`${budget}/permissions`)).body.value;
    expect(before).toHaveLength(2);
    const session = await open(false);
    const made = await graph.post(
      `${budget}/createLink`,
      {
        type: 'view',
        scope: 'users',
        recipients: [{ email: 'bruno.costa@contoso.com' }],
        retainInheritedPermissions: false,
        sendNotification: true,
      },
      session,
    );
    expect(made.status).toBe(201);
    expect((await graph.get(`${budget}/permissions`)).body.value).toEqual(before);
    expect((await graph.get('/_mock/notifications')).body.value).toEqual([]);
  });

  test('a link made in a session that persists is like any other', async () => {
    const session = await open(true);
    const made = await link(session);
    await graph.post(`${budget}/workbook/closeSession`, undefined, session);
    expect(await link()).toMatchObject({ status: 200, body: { id: made.body.id } });
  });

  test('the header works on the historic route, by any case', async () => {
    const session = await open(false);
    const made = await link(
      { 'WORKBOOK-SESSION-ID': session['workbook-session-id'] ?? '' },
      `/v1.0/workbooks/${ids.budget}`,
    );
    expect(made.status).toBe(200);
    expect([await links(session), await links()]).toEqual([1, 0]);
    expect(
      await link({ 'workbook-session-id': 'cluster=X&session=unknown' }, `/v1.0/workbooks/${ids.budget}`),
    ).toMatchObject(gone);
  });

  test.each([
    [true, 5],
    [false, 7],
  ])('persistChanges %s: it ends after %i idle minutes, and every call renews it', async (persistChanges, limit) => {
    const session = await open(persistChanges);
    graph.advance(minutes(limit) - 5000);
    expect((await graph.post(`${budget}/workbook/refreshSession`, undefined, session)).status).toBe(204);
    graph.advance(minutes(limit) - 5000);
    expect([200, 201]).toContain((await link(session)).status);
    graph.advance(minutes(limit));
    expect(await graph.post(`${budget}/workbook/refreshSession`, undefined, session)).toMatchObject(gone);
    expect(await link(session)).toMatchObject(gone);
  });

  test.each([
    ['a file that is no workbook', `/v1.0/me/drive/items/${ids.report}`, 400, 'invalidRequest'],
    ['a folder', `/v1.0/me/drive/items/${ids.projects}`, 400, 'invalidRequest'],
    ['an unknown item', `/v1.0/me/drive/items/${ids.unknown}`, 404, 'itemNotFound'],
  ])('%s opens no session', async (_, path, status, code) => {
    const reply = await graph.post(`${path}/workbook/createSession`, { persistChanges: true });
    expect(reply).toMatchObject({ status, body: { error: { code } } });
  });

  test("another workbook's session, another user's, and none", async () => {
    const session = await open(true);
    expect(await link(session, `/v1.0/me/drive/items/${ids.logo}`)).toMatchObject({
      status: 401,
      body: { error: { innerError: { code: 'invalidSessionAuthentication' } } },
    });
    await graph.post(`${budget}/workbook/closeSession`, undefined, session);
    expect(await link(session, `/v1.0/me/drive/items/${ids.logo}`)).toMatchObject(gone);
    expect(await graph.post(`${budget}/workbook/refreshSession`)).toMatchObject({ status: 400 });
    const library = `/v1.0/sites/root/drive/root:/Plans/Plan.xlsx:`;
    const { body } = await graph.post(`${library}/workbook/createSession`, { persistChanges: true });
    const bruno = {
      authorization: `Bearer ${graph.token({ oid: 'befe83eb-5cfd-539c-a4eb-25549acdf051' })}`,
      'workbook-session-id': body.id,
    };
    expect(await graph.post(`${library}/createLink`, { type: 'view', scope: 'organization' }, bruno)).toMatchObject({
      body: { error: { innerError: { code: 'invalidSessionAuthentication' } } },
    });
  });
});
