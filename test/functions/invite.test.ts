import { entitiesOn, type Graph, ids, startGraph } from '../kit/graph.ts';
import { as } from '../kit/people.ts';
import { storeNames } from '../kit/stores.ts';

const item = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
const personal = `/v1.0/drives/${ids.personalDrive}/items/${ids.list}`;
const bruno = { email: 'bruno.costa@contoso.com' };
const chiara = { objectId: '026b0873-f282-5b62-93b2-99cb743430e0' };
const nobody = { email: 'nobody@contoso.com' };
const brunosId = 'aTowIy5mfG1lbWJlcnNoaXB8YnJ1bm8uY29zdGFAY29udG9zby5jb20';
const invitation = { recipients: [bruno], roles: ['write'], requireSignIn: true, sendInvitation: false };
const link = { type: 'view', scope: 'users', recipients: [bruno] };

describe.each([...storeNames])('on %s', (store) => {
  let graph: Graph;
  beforeEach(async () => {
    graph = await startGraph({ store });
  });
  afterEach(() => graph.close());

  const invite = (more: object = {}, at = item) => graph.post(`${at}/invite`, { ...invitation, ...more });
  const notifications = async (headers?: Record<string, string>) =>
    (await graph.get('/_mock/notifications', headers)).body.value;
  const namesIn = (permission: { grantedToIdentities: Record<string, { displayName: string }>[] }) =>
    permission.grantedToIdentities.map((set) => Object.values(set)[0]?.displayName);

  describe('invite', () => {
    test('gives one person a permission, whole as Graph answers it', async () => {
      const { status, body } = await invite();
      const identity = {
        displayName: 'Bruno Costa',
        email: 'bruno.costa@contoso.com',
        id: 'befe83eb-5cfd-539c-a4eb-25549acdf051',
      };
      expect(status).toBe(200);
      expect(body).toEqual({
        '@odata.context': `${graph.url}/v1.0/$metadata#Collection(microsoft.graph.permission)`,
        value: [
          {
            id: brunosId,
            roles: ['write'],
            grantedToV2: { user: { '@odata.type': '#microsoft.graph.sharePointIdentity', ...identity } },
            grantedTo: { user: identity },
          },
        ],
      });
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test('takes roles in any case, of several the strongest, and each person once', async () => {
      const { body } = await invite({
        recipients: [bruno, { alias: 'Bruno.Costa' }, chiara],
        roles: ['READ', 'Write'],
      });
      expect(body.value.map(({ roles }: { roles: string[] }) => roles)).toEqual([['write'], ['write']]);
      expect(await entitiesOn(graph, ids.report)).toBe(2);
    });

    test.each([
      ['read', 'write', 'write'],
      ['write', 'read', 'write'],
      ['read', 'read', 'read'],
    ])('%s and then %s is one permission to %s', async (first, second, role) => {
      await invite({ roles: [first] });
      const { body } = await invite({ roles: [second] });
      expect(body.value).toMatchObject([{ id: brunosId, roles: [role] }]);
      expect((await graph.get(`${item}/permissions/${brunosId}`)).body.roles).toEqual([role]);
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test('at once, by many, makes one permission each with the strongest role', async () => {
      const replies = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          invite({ recipients: at % 2 ? [bruno, chiara] : [chiara, bruno], roles: [at === 7 ? 'write' : 'read'] }),
        ),
      );
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      const { body } = await graph.get(`${item}/permissions`);
      expect(body.value.slice(1).map(({ roles }: { roles: string[] }) => roles[0])).toEqual(['write', 'write']);
    });

    test('answers the owner like anybody, and keeps nothing of it', async () => {
      const { status, body } = await invite({ recipients: [{ email: 'ada.fenn@contoso.com' }] });
      expect([status, body.value[0].grantedTo.user.displayName]).toEqual([200, 'Ada Fenn']);
      expect(await entitiesOn(graph, ids.report)).toBe(0);
    });

    test('shows a group as a group', async () => {
      const { body } = await invite({ recipients: [{ email: 'field.trips@contoso.com' }] });
      expect(body.value[0].grantedTo).toMatchObject({ group: { displayName: 'Field Trips' } });
      const read = await graph.get(`${item}/permissions/${body.value[0].id}`);
      expect(read.body.grantedToV2.siteUser.loginName).toMatch(/^c:0o\.c\|federateddirectoryclaimprovider\|/);
    });

    test('tells of the invitation on a personal drive, and ignores a password and a date', async () => {
      const more = { password: 'secret', expirationDateTime: '2099-01-01T00:00:00Z' };
      const { status, body } = await invite(more, personal);
      expect(status).toBe(200);
      expect(body.value[0].invitation).toEqual({ email: 'bruno.costa@contoso.com', signInRequired: true });
      expect(body.value[0]).not.toHaveProperty('expirationDateTime');
    });

    test('lets a stranger in for so long, who need not sign in', async () => {
      const eve = { email: 'eve@example.org' };
      const soon = new Date(Date.now() + 3_600_000).toISOString();
      const ask = (more: object) =>
        invite({ recipients: [eve], requireSignIn: false, sendInvitation: true, expirationDateTime: soon, ...more });
      const { body } = await ask({});
      expect(body.value[0].expirationDateTime).toBe(`${soon.slice(0, 19)}Z`);
      const path = `${item}/permissions/${body.value[0].id}`;
      expect((await graph.get(path)).status).toBe(200);
      graph.advance(3_600_001);
      expect((await graph.get(path)).status).toBe(404);
      expect((await ask({})).status).toBe(400);
      const again = await ask({ expirationDateTime: null, roles: ['read'] });
      expect(again.body.value).toMatchObject([{ roles: ['read'] }]);
      expect((await graph.get(path)).status).toBe(200);
    });

    test('of whom some cannot be found is a partial success', async () => {
      const { status, body } = await invite({ recipients: [nobody, bruno, { objectId: 'who' }] });
      expect(status).toBe(207);
      expect(body.value).toMatchObject([
        { id: brunosId, roles: ['write'] },
        {
          grantedTo: { user: { email: 'nobody@contoso.com' } },
          error: {
            code: 'noResolvedUsers',
            message: 'One or more users could not be resolved.',
            localizedMessage: expect.any(String),
            innererror: { code: 'exchangeInvalidUser' },
          },
        },
        { error: { code: 'noResolvedUsers' } },
      ]);
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test('can break inheritance', async () => {
      await invite({ roles: ['read'] }, `/v1.0/drives/${ids.drive}/items/${ids.projects}`);
      await invite({ recipients: [chiara], retainInheritedPermissions: false });
      expect((await graph.get(`${item}/permissions`)).body.value).toHaveLength(2);
      expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(404);
    });

    test.each([
      ['no roles', { roles: [] }, 'invalidRequest', 'Invalid request'],
      ['a role that nobody can give', { roles: ['owner'] }, 'invalidRequest', 'Invalid request'],
      ['nobody at all', { recipients: [] }, 'noResolvedUsers', 'One or more users could not be resolved.'],
      ['nobody known', { recipients: [nobody, {}] }, 'noResolvedUsers', 'One or more users could not be resolved.'],
      [
        'neither sign-in nor mail',
        { requireSignIn: false },
        'invalidRequest',
        'RequireSignIn and SendInvitation cannot both be false',
      ],
      [
        'neither said',
        { requireSignIn: null, sendInvitation: null },
        'invalidRequest',
        'RequireSignIn and SendInvitation cannot both be false',
      ],
      ['a message of 2001 characters', { message: 'x'.repeat(2001) }, 'invalidRequest', 'Invalid request'],
      ['101 recipients', { recipients: Array.from({ length: 101 }, () => bruno) }, 'invalidRequest', 'Invalid request'],
      ['no recipients given', { recipients: null }, 'BadRequest', expect.stringContaining('missing parameters are')],
      ['an unknown parameter', { role: 'read' }, 'BadRequest', expect.stringContaining("'role'")],
    ] as const)('%s: 400, and nothing is kept', async (_, more, code, message) => {
      expect(await invite(more)).toMatchObject({ status: 400, body: { error: { code, message } } });
      expect(await entitiesOn(graph, ids.report)).toBe(0);
      expect(await notifications()).toEqual([]);
    });

    test('100 recipients and a message of 2000 characters are not too many', async () => {
      const recipients = Array.from({ length: 100 }, (_, at) => ({ email: `guest${at}@example.org` }));
      const { status, body } = await invite({ recipients, sendInvitation: true, message: 'x'.repeat(2000) });
      expect([status, body.value.length]).toEqual([200, 100]);
      expect(await entitiesOn(graph, ids.report)).toBe(100);
      expect(await notifications()).toHaveLength(100);
    });

    test('a personal root cannot be shared', async () => {
      expect(await invite({}, `/v1.0/drives/${ids.personalDrive}/root`)).toMatchObject({
        status: 400,
        body: { error: { code: 'notSupported' } },
      });
    });

    test.each(['/v1.0/me/drive/root:/Projects/Report.docx:', '/beta/me/drive/items/{id}'])(
      'works at %s, and by its full name',
      async (path) => {
        const at = path.replace('{id}', ids.report);
        expect((await invite({}, at)).status).toBe(200);
        expect((await graph.post(`${at}/microsoft.graph.invite`, invitation)).status).toBe(200);
      },
    );
  });

  describe('notifications', () => {
    test('are kept for those who are invited, when they shall be told, the newest first', async () => {
      await invite({ sendInvitation: true, message: 'Please read', recipients: [bruno, chiara] });
      graph.advance(1000);
      await graph.post(`${item}/createLink`, { ...link, sendNotification: true, message: 'And this' });
      const [newest, ...older] = await notifications();
      const { body: permissions } = await graph.get(`${item}/permissions`);
      const made = permissions.value.find((each: object) => 'link' in each);
      expect(newest).toEqual({
        id: expect.any(String),
        createdDateTime: expect.any(String),
        to: {
          displayName: 'Bruno Costa',
          email: 'bruno.costa@contoso.com',
          id: 'befe83eb-5cfd-539c-a4eb-25549acdf051',
        },
        from: {
          application: { id: expect.any(String), displayName: 'Contoso Link Tester' },
          user: { id: expect.any(String), displayName: 'Ada Fenn' },
        },
        message: 'And this',
        webUrl: made.link.webUrl,
        permissionId: made.id,
        driveId: ids.drive,
        itemId: ids.report,
        itemName: 'Report.docx',
      });
      expect(older.map(({ to }: { to: { displayName: string } }) => to.displayName).toSorted()).toEqual([
        'Bruno Costa',
        'Chiara Lund',
      ]);
      expect(older[0]).toMatchObject({ message: 'Please read', webUrl: expect.stringMatching(/\/Report\.docx$/) });
    });

    test('are not made unasked, nor for the owner, and no other tenant sees them', async () => {
      await invite();
      await graph.post(`${item}/createLink`, link);
      await graph.post(`${item}/createLink`, { type: 'view', scope: 'anonymous', sendNotification: true });
      await invite({ sendInvitation: true, recipients: [{ email: 'ada.fenn@contoso.com' }] });
      expect(await notifications()).toEqual([]);
      await invite({ sendInvitation: true });
      expect(await notifications()).toHaveLength(1);
      expect(await notifications(as(graph, 'foreigner'))).toEqual([]);
      expect(await notifications({ authorization: '' })).toEqual([]);
    });
  });

  describe('grant', () => {
    const grant = (shareId: string, more: object = {}, headers?: Record<string, string>) =>
      graph.post(
        `/v1.0/shares/${shareId}/permission/grant`,
        { recipients: [chiara], roles: ['read'], ...more },
        headers,
      );
    const make = async (body: object = link, at = item) => (await graph.post(`${at}/createLink`, body)).body;

    test('adds people to a link that is for people', async () => {
      const made = await make();
      const { status, body } = await grant(made.shareId);
      expect(status).toBe(200);
      expect(body['@odata.context']).toMatch(/#Collection\(microsoft\.graph\.permission\)$/);
      expect(body.value).toHaveLength(1);
      expect(body.value[0]).toMatchObject({ id: made.id, shareId: made.shareId, roles: ['read'] });
      expect(namesIn(body.value[0])).toEqual(['Bruno Costa', 'Chiara Lund']);
      // The URL is for the one person of this call.
      expect(body.value[0].link.webUrl).toMatch(/\?email=chiara\.lund%40contoso\.com$/);
      expect((await graph.get(item, as(graph, 'chiara'))).status).toBe(200);
      expect(await entitiesOn(graph, ids.report)).toBe(1);
    });

    test('adds nobody twice', async () => {
      const made = await make();
      await grant(made.shareId, { recipients: [bruno, chiara] });
      const { body } = await grant(made.shareId, { recipients: [chiara, bruno] });
      expect(namesIn(body.value[0])).toEqual(['Bruno Costa', 'Chiara Lund']);
      expect(body.value[0].link.webUrl).not.toContain('?email=');
    });

    test('at once, of ten people forgets none', async () => {
      const { shareId, id } = await make({ type: 'view', scope: 'users' });
      const people = Array.from({ length: 10 }, (_, at) => ({ email: `guest${at}@example.org` }));
      const replies = await Promise.all(people.map((each) => grant(shareId, { recipients: [each] })));
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      const { body } = await graph.get(`${item}/permissions/${id}`);
      expect(body.grantedToIdentities).toHaveLength(10);
    });

    test.each(['anonymous', 'organization'])('has nothing to add to a link for %s', async (scope) => {
      const made = await make({ type: 'view', scope });
      const { status, body } = await grant(made.shareId);
      expect(status).toBe(200);
      expect(body.value[0]).toMatchObject({ id: made.id, link: made.link });
      expect((await graph.get(item, as(graph, 'chiara'))).status).toBe(404);
    });

    test('by the plain URL of an item gives people permissions of their own', async () => {
      const { body: found } = await graph.get(item);
      const { status, body } = await grant(`u!${Buffer.from(found.webUrl).toString('base64url')}`, {
        recipients: [bruno, chiara],
      });
      expect(status).toBe(200);
      expect(body.value).toMatchObject([
        { id: '00000000-0000-0000-0000-000000000000', link: { scope: 'existingAccess', webUrl: found.webUrl } },
        { id: brunosId, roles: ['read'] },
        { grantedTo: { user: { displayName: 'Chiara Lund' } } },
      ]);
      expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(200);
    });

    test.each([
      ['roles that are not the link’s', { roles: ['write'] }, 400, 'invalidRequest'],
      ['no roles', { roles: [] }, 400, 'invalidRequest'],
      ['somebody unknown', { recipients: [chiara, nobody] }, 400, 'noResolvedUsers'],
      ['101 people', { recipients: Array.from({ length: 101 }, () => bruno) }, 400, 'invalidRequest'],
    ])('%s: %j is %i', async (_, more, status, code) => {
      const made = await make();
      expect(await grant(made.shareId, more)).toMatchObject({ status, body: { error: { code } } });
      expect(namesIn((await graph.get(`${item}/permissions/${made.id}`)).body)).toEqual(['Bruno Costa']);
    });

    test('is not for those who may only read, nor for an application, nor on a personal drive', async () => {
      const made = await make();
      expect((await grant(made.shareId, {}, as(graph, 'bruno'))).status).toBe(403);
      expect((await grant(made.shareId, {}, as(graph, 'chiara'))).status).toBe(403);
      expect((await grant(made.shareId, {}, as(graph, 'app'))).status).toBe(403);
      const { shareId } = await make({ type: 'view' }, personal);
      expect(await grant(shareId)).toMatchObject({ status: 400, body: { error: { code: 'notSupported' } } });
    });
  });

  describe('revokeGrants', () => {
    const revoke = (id: string, grantees: object[], at = item.replace('v1.0', 'beta')) =>
      graph.post(`${at}/permissions/${id}/revokeGrants`, { grantees });
    const make = async (body: object) => (await graph.post(`${item}/createLink`, body)).body;
    const both = { type: 'view', scope: 'users', recipients: [bruno, chiara] };

    test('takes people off a link, and passes over those who are not on it', async () => {
      const made = await make(both);
      const { status, body } = await revoke(made.id, [bruno, nobody, { email: 'eve@example.org' }]);
      expect(status).toBe(200);
      expect(body['@odata.context']).toMatch(/\/beta\/\$metadata#microsoft\.graph\.permission$/);
      expect(body).toMatchObject({ id: made.id, shareId: made.shareId, link: { webUrl: made.link.webUrl } });
      expect(namesIn(body)).toEqual(['Chiara Lund']);
      expect((await graph.get(item, as(graph, 'bruno'))).status).toBe(404);
      expect((await graph.get(item, as(graph, 'chiara'))).status).toBe(200);
      expect(namesIn((await revoke(made.id, [bruno])).body)).toEqual(['Chiara Lund']);
      expect(namesIn((await revoke(made.id, [chiara])).body)).toEqual([]);
    });

    test('and the same link made again names them again', async () => {
      const made = await make(both);
      await revoke(made.id, [bruno]);
      const again = await graph.post(`${item}/createLink`, both);
      expect([again.status, again.body.id]).toEqual([200, made.id]);
      expect(namesIn(again.body)).toEqual(['Chiara Lund', 'Bruno Costa']);
    });

    test('is for links of people alone', async () => {
      const refused = { status: 400, body: { error: { code: 'invalidRequest', message: 'Invalid request' } } };
      const { id } = await make({ type: 'view', scope: 'organization' });
      expect(await revoke(id, [bruno])).toMatchObject(refused);
      await invite();
      expect(await revoke(brunosId, [bruno])).toMatchObject(refused);
      expect((await revoke('98ee8ca6-4843-4afc-8fc7-d99996f8f974', [bruno])).status).toBe(404);
    });

    test('is not known to v1.0', async () => {
      const made = await make(both);
      expect(await revoke(made.id, [bruno], item)).toMatchObject({
        status: 400,
        body: { error: { code: 'BadRequest', message: "Resource not found for the segment 'revokeGrants'." } },
      });
    });
  });
});
