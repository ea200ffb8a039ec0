import { tenantOf } from '../../src/tenant.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/me/drive/items/${ids.report}`;
const usual = {
  anonymousLinks: true,
  defaultType: 'edit',
  defaultScope: 'organization',
  maximumExpirationDays: null,
  requiredExpirationDays: null,
  externalRecipients: true,
  inheritedFrom: 'full',
  historicContract: true,
};

describe.each([...storeNames])('the policy on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const share = (body: unknown, at = item) => graph.post(`${at}/createLink`, body);

  test('is changed in parts, and goes back', async () => {
    expect((await graph.get('/_mock/policy')).body).toEqual(usual);
    const changed = { ...usual, anonymousLinks: false, maximumExpirationDays: 30 };
    expect(await graph.send('PATCH', '/_mock/policy', { anonymousLinks: false })).toMatchObject({ status: 200 });
    expect((await graph.send('PATCH', '/_mock/policy', { maximumExpirationDays: 30 })).body).toEqual(changed);
    expect((await graph.get('/_mock/policy')).body).toEqual(changed);
    expect((await graph.get('/_mock/policy', { 'x-mock-tenant': 'another' })).body).toEqual(usual);
    expect((await graph.delete('/_mock/policy')).status).toBe(204);
    expect((await graph.get('/_mock/policy')).body).toEqual(usual);
  });

  const disabled = {
    status: 403,
    body: {
      error: {
        code: 'notAllowed',
        message: 'The feature has been disabled. Please contact your admin to get it enabled.',
        innerError: { code: 'sharingDisabled' },
      },
    },
  };
  const restricted = {
    status: 400,
    body: { error: { code: 'invalidRequest', innerError: { code: 'secureSharingInvalidRequest' } } },
  };
  const personal = `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`;
  const to = (email: string) => ({ type: 'view', scope: 'users', recipients: [{ email }] });

  test.each([
    [{ anonymousLinks: false }, item, { type: 'view', scope: 'anonymous' }, disabled],
    [{ anonymousLinks: false }, item, { type: 'view', scope: 'organization' }, { status: 201 }],
    [{ anonymousLinks: false }, personal, { type: 'view' }, { status: 201 }],
    [{ anonymousLinks: false, defaultScope: 'anonymous' }, item, {}, disabled],
    [{ defaultScope: 'anonymous' }, item, {}, { body: { link: { type: 'edit', scope: 'anonymous' } } }],
    [{ defaultType: 'View' }, item, {}, { body: { link: { type: 'view', scope: 'organization' } } }],
    [{ defaultType: 'view' }, item, { type: 'adminDefault' }, { body: { link: { type: 'view' } } }],
    [{ externalRecipients: false }, item, to('eve@elsewhere.example'), restricted],
    [{ externalRecipients: false }, item, to('bruno.costa@contoso.com'), { status: 201 }],
    [{ historicContract: false }, '/v1.0/drive/root', { type: 'view', scope: 'organization' }, { status: 201 }],
    [{ historicContract: true }, '/v1.0/drive/root', { type: 'view', scope: 'organization' }, { status: 200 }],
  ])('%j decides on %s, asked for %j', async (policy, at, body, expected) => {
    await graph.send('PATCH', '/_mock/policy', policy);
    expect(await share(body, at)).toMatchObject(expected);
  });

  test.each([
    ['a later end than the maximum is cut to it', { maximumExpirationDays: 30 }, '2031-06-01', '2031-03-31'],
    ['an earlier one is kept', { maximumExpirationDays: 30 }, '2031-03-20', '2031-03-20'],
    ['none is needed where only a maximum is set', { maximumExpirationDays: 30 }, undefined, undefined],
    ['an anonymous link is given the end that is required', { requiredExpirationDays: 7 }, undefined, '2031-03-08'],
    [
      'a required end is no later than the maximum',
      { requiredExpirationDays: 7, maximumExpirationDays: 3 },
      undefined,
      '2031-03-04',
    ],
    ['an end asked for may be later than the required one', { requiredExpirationDays: 7 }, '2031-04-01', '2031-04-01'],
  ])('%s', async (_, policy, asked, expected) => {
    await graph.put('/_mock/clock', { now: '2031-03-01T00:00:00Z', frozen: true });
    await graph.send('PATCH', '/_mock/policy', policy);
    const midnight = (day: string | undefined) => day && `${day}T00:00:00Z`;
    const token = { authorization: `Bearer ${graph.token({ exp: undefined })}` };
    const body = { type: 'view', scope: 'anonymous', expirationDateTime: midnight(asked) };
    const made = await graph.post(`${item}/createLink`, body, token);
    expect({ status: made.status, end: made.body.expirationDateTime }).toEqual({
      status: 201,
      end: midnight(expected),
    });
  });

  test.each([
    ['a later end than the maximum is cut to it', { maximumExpirationDays: 30 }, '2031-06-01', '2031-03-31'],
    ['an earlier one is kept', { maximumExpirationDays: 30 }, '2031-03-20', '2031-03-20'],
    ['an end may be taken away where only a maximum is set', { maximumExpirationDays: 30 }, null, undefined],
    ['an end that is required cannot be taken away', { requiredExpirationDays: 7 }, null, '2031-03-08'],
  ])('of a link that is changed, %s', async (_, policy, asked, expected) => {
    await graph.put('/_mock/clock', { now: '2031-03-01T00:00:00Z', frozen: true });
    const midnight = (day: string | null | undefined) => day && `${day}T00:00:00Z`;
    const token = { authorization: `Bearer ${graph.token({ exp: undefined })}` };
    const made = { type: 'view', scope: 'anonymous', expirationDateTime: '2031-03-02T00:00:00Z' };
    const { id } = (await graph.post(`${item}/createLink`, made, token)).body;
    await graph.send('PATCH', '/_mock/policy', policy);
    const change = { expirationDateTime: midnight(asked) };
    const changed = await graph.send('PATCH', `${item}/permissions/${id}`, change, token);
    expect({ status: changed.status, end: changed.body.expirationDateTime }).toEqual({
      status: 200,
      end: midnight(expected),
    });
  });

  test('an organization link is not made to end', async () => {
    await graph.send('PATCH', '/_mock/policy', { requiredExpirationDays: 7 });
    expect((await share({ type: 'view', scope: 'organization' })).body).not.toHaveProperty('expirationDateTime');
  });

  test.each([
    ['eve@elsewhere.example', restricted],
    ['bruno.costa@contoso.com', { status: 200 }],
  ])('where nobody from elsewhere may be named, %s is invited and granted so', async (email, expected) => {
    const { shareId } = (await share(to('chiara.lund@contoso.com'))).body;
    await graph.send('PATCH', '/_mock/policy', { externalRecipients: false });
    const people = { recipients: [{ email }], roles: ['read'] };
    expect(await graph.post(`${item}/invite`, { ...people, requireSignIn: true })).toMatchObject(expected);

    expect(await graph.post(`/v1.0/shares/${shareId}/permission/grant`, people)).toMatchObject(expected);
  });

  test('links for anyone lead nowhere while they are not allowed, and then on', async () => {
    const { shareId, link } = (await share({ type: 'view', scope: 'anonymous' })).body;
    const page = new URL(link.webUrl).pathname;
    const followed = async () => [
      (await graph.get(`/v1.0/shares/${shareId}/driveItem`)).status,
      (await graph.get(page)).status,
    ];
    expect(await followed()).toEqual([200, 200]);
    await graph.send('PATCH', '/_mock/policy', { anonymousLinks: false });
    expect(await followed()).toEqual([403, 410]);
    await graph.delete('/_mock/policy');
    expect(await followed()).toEqual([200, 200]);
  });

  test.each([
    ['full', ids.projects, item, { driveId: ids.drive, id: ids.projects, path: expect.any(String) }],
    ['empty', ids.projects, item, {}],
  ])('inheritedFrom is shown %s', async (inheritedFrom, folder, below, expected) => {
    await share({ type: 'view', scope: 'organization' }, `/v1.0/me/drive/items/${folder}`);
    await graph.send('PATCH', '/_mock/policy', { inheritedFrom });
    const { value } = (await graph.get(`${below}/permissions`)).body;
    expect(value.at(-1).inheritedFrom).toEqual(expected);
  });

  test('a bad one names all that is wrong, and changes nothing', async () => {
    const bad = { anonymousLinks: 'no', defaultType: 'embed', maximumExpirationDays: 0, maximum: 1 };
    const { status, body } = await graph.send('PATCH', '/_mock/policy', bad);
    expect(status).toBe(400);
    expect(body.error.details.map(({ target }: { target: string }) => target).toSorted()).toEqual([
      '',
      'anonymousLinks',
      'defaultType',
      'maximumExpirationDays',
    ]);
    expect((await graph.get('/_mock/policy')).body).toEqual(usual);
  });

  // Clock, faults and journal are found as the policy is: by the tenant in which the request is answered, and no other.
  test.each([
    ['has two parts', 'a-tenant', (token: string) => token.slice(0, token.lastIndexOf('.'))],
    ['has a part too many', 'a-tenant', (token: string) => `${token}.more`],
    ['names a tenant in half a character', '\uD800', (token: string) => token],
    ['names no tenant', 7, (token: string) => token],
  ])('counts for a token that %s where it is answered', async (_, tid, written) => {
    const jwt = graph.token({ tid });
    const [named, headers] = [tenantOf(String(tid)), { authorization: `Bearer ${written(jwt)}` }];
    await graph.send('PATCH', '/_mock/policy', { anonymousLinks: false }, { 'x-mock-tenant': named });
    const answered = (await graph.get('/v1.0/me/drive/root?$select=sharepointIds', headers)).body.sharepointIds
      .tenantId;
    const { status } = await graph.post(`${item}/createLink`, { type: 'view', scope: 'anonymous' }, headers);
    expect(status === 403).toBe(answered === named);
    const journal = await graph.get('/_mock/requests', { 'x-mock-tenant': named });
    expect(journal.body.value).toHaveLength(answered === named ? 2 : 0);
  });
});
