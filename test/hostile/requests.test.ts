import fc from 'fast-check';

import type { GraphResponse } from '../../src/graph/request.ts';
import { ask, textOf } from '../kit/direct.ts';
import { printFigures } from '../kit/figures.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import {
  anyText,
  batchBody,
  body,
  controlBodies,
  filterText,
  globText,
  header,
  method,
  target,
} from '../kit/hostile.ts';
import { storeNames } from '../kit/stores.ts';

// Whatever is sent: no answer is our own fault, and none has anything of another tenant's.

/** What only the other tenant has: in names, people and apps there. */
const marker = 'Zw7-of-the-other-tenant';

describe.each([...storeNames])('hostile requests on %s', (store) => {
  const runs = store === 'memory' ? 600 : 30;
  let graph: Graph;
  let failures: unknown[];
  let other: { tenant: string; permissionId: string; shareId: string; itemId: string };
  const statuses = new Map<number, number>();

  beforeAll(async () => {
    failures = [];
    graph = await startGraph({ store, replaced: { report: (failure) => void failures.push(failure) } });
    const tenant = crypto.randomUUID();
    const authorization = `Bearer ${graph.token({ tid: tenant, name: marker, app_displayname: marker })}`;
    const drive = `/v1.0/drives/${ids.drive}`;
    const file = await graph.put(`${drive}/root:/${marker}.txt:/content`, marker, { authorization });
    const link = { type: 'view', scope: 'organization' };
    const made = await graph.post(`${drive}/items/${file.body.id}/createLink`, link, { authorization });
    const invitation = { recipients: [{ email: `${marker}@elsewhere.example` }], roles: ['read'], requireSignIn: true };
    await graph.post(`${drive}/items/${file.body.id}/invite`, invitation, { authorization });
    if (made.status !== 201) throw new Error('The other tenant has no link');
    other = { tenant, permissionId: made.body.id, shareId: made.body.shareId, itemId: file.body.id };
  });
  afterAll(() => graph.close());
  afterAll(() =>
    printFigures(`hostile requests on ${store}`, Object.fromEntries([...statuses].toSorted(([a], [b]) => a - b))),
  );

  /** What is wrong with an answer, if anything is. */
  function harmIn(answer: GraphResponse): string | undefined {
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const text = textOf(answer);
    const all = [answer, ...partsOf(text)].map(({ status }) => status);
    if (all.some((status) => status >= 500) || failures.length > 0)
      return `${all.join()} ${text} ${failures.map(String).join()}`;
    return (text + JSON.stringify(answer.headers)).includes(marker) ? `the other tenant's: ${text}` : undefined;
  }

  const authorized = (headers: readonly (readonly [string, string])[] = []) => ({
    authorization: `Bearer ${graph.token()}`,
    'content-type': 'application/json',
    ...Object.fromEntries(headers),
  });

  test('of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(method, target, fc.array(header, { maxLength: 3 }), body, async (verb, to, headers, sent) => {
        expect(
          harmIn(await ask({ method: verb, target: to, headers: authorized(headers), body: sent }, graph.context)),
        ).toBeUndefined();
      }),
      { numRuns: runs },
    );
  });

  const operations = [
    ['POST', `/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`],
    ['POST', `/v1.0/drives/${ids.drive}/items/${ids.projects}/invite`],
    ['POST', `/v1.0/drives/${ids.drive}/items/${ids.report}/permissions`],
    ['PATCH', `/v1.0/drives/${ids.drive}/items/${ids.report}/permissions/x`],
    ['POST', `/v1.0/drives/${ids.drive}/root/children`],
    ['POST', `/v1.0/drives/${ids.drive}/items/${ids.budget}/workbook/createSession`],
  ] as const;

  test('with hostile bodies where a body is read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), body, async ([verb, to], sent) => {
        expect(
          harmIn(await ask({ method: verb, target: to, headers: authorized(), body: sent }, graph.context)),
        ).toBeUndefined();
      }),
      { numRuns: runs },
    );
  });

  test('at what a test is driven by, globs among it, and what the tenant then answers', async () => {
    const context = { ...graph.context, isLocal: true };
    const told = fc.oneof(
      ...controlBodies.map(([verb, to, sent]) => fc.tuple(fc.constant(verb), fc.constant(to), fc.oneof(sent, body))),
    );
    await fc.assert(
      fc.asyncProperty(told, globText, async ([verb, to, sent], pattern) => {
        const tid = crypto.randomUUID();
        const headers = { ...authorized(), authorization: `Bearer ${graph.token({ tid })}` };
        const asked = encodeURIComponent(pattern.toWellFormed());
        const calls = [
          { method: verb, target: to, body: sent },
          { method: 'GET', target: `/v1.0/drives/${ids.drive}/items/${ids.report}` },
          { method: 'POST', target: `/v1.0/me/drive/root:${'/a'.repeat(500)}:/createLink`, body: '{}' },
          { method: 'GET', target: '/_mock/state' },
          { method: 'GET', target: `/_mock/requests?path=${asked}` },
          { method: 'GET', target: '/_mock/requests.har' },
          { method: 'GET', target: '/_mock/guidance' },
          { method: 'POST', target: '/_mock/reset' },
        ];
        for (const call of calls) expect(harmIn(await ask({ ...call, headers }, context))).toBeUndefined();
      }),
      { numRuns: Math.ceil(runs / 6) },
    );
  });

  test('at the token endpoint, the device page and the pages behind links', async () => {
    const names = ['grant_type', 'client_id', 'client_secret', 'scope', 'code', 'code_verifier', 'redirect_uri'];
    const others = ['refresh_token', 'device_code', 'user_code', 'user', 'password', 'email', 'ticket', '__proto__'];
    const usual = fc.constantFrom('authorization_code', 'refresh_token', 'client_credentials', 'password');
    const form = fc.dictionary(fc.constantFrom(...names, ...others), fc.oneof(anyText, usual)).map((fields) =>
      Object.entries(fields)
        .map(([name, text]) => `${name}=${encodeURIComponent(text.toWellFormed())}`)
        .join('&'),
    );
    const link = { type: 'view', scope: 'anonymous', password: 'some-password' };
    // On the root, which no hostile request has deleted.
    const made = await graph.post(`/v1.0/drives/${ids.drive}/root/createLink`, link);
    const page = new URL(made.body.link.webUrl).pathname;
    const at = ['/common/oauth2/v2.0/token', '/common/oauth2/v2.0/devicecode', '/common/oauth2/v2.0/deviceauth', page];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...at), form, async (to, sent) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        expect(harmIn(await ask({ method: 'POST', target: to, headers, body: sent }, graph.context))).toBeUndefined();
      }),
      { numRuns: runs / 3 },
    );
  });

  test('in batches', async () => {
    await fc.assert(
      fc.asyncProperty(batchBody, async (sent) => {
        expect(
          harmIn(
            await ask({ method: 'POST', target: '/v1.0/$batch', headers: authorized(), body: sent }, graph.context),
          ),
        ).toBeUndefined();
      }),
      { numRuns: runs / 3 },
    );
  });

  test('with hostile filters', async () => {
    const lists = ['permissions', 'children'].map((name) => `/v1.0/drives/${ids.drive}/items/${ids.projects}/${name}`);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lists), filterText, async (list, filter) => {
        const to = `${list}?$filter=${encodeURIComponent(filter.toWellFormed())}`;
        expect(harmIn(await ask({ method: 'GET', target: to, headers: authorized() }, graph.context))).toBeUndefined();
      }),
      { numRuns: runs },
    );
  });

  test('with file names of any kind, which stay what they are or are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), async (name) => {
        const to = `/v1.0/drives/${ids.drive}/root:/${encodeURIComponent(name.toWellFormed())}:/content`;
        const answer = await ask({ method: 'PUT', target: to, headers: authorized(), body: 'x' }, graph.context);
        expect(harmIn(answer)).toBeUndefined();
        if (answer.status >= 300) return;
        expect(JSON.parse(textOf(answer)).name.toLowerCase()).toBe(name.toLowerCase());
        expect(
          harmIn(await ask({ method: 'DELETE', target: to.slice(0, -8), headers: authorized() }, graph.context)),
        ).toBeUndefined();
      }),
      { numRuns: runs / 3 },
    );
  });

  test("with the other tenant's own ids, keys and partitions, and quotes and bars around them", async () => {
    const { tenant, permissionId, shareId, itemId } = other;
    const known = fc.constantFrom(tenant, permissionId, shareId, itemId, ids.drive, ids.report, 'permissions', 'root');
    const glue = fc.constantFrom('', '|', "'", "''", "' or '1' eq '1", '~', '~007c', '%7C', '%27', '/', '\n', '\u0000');
    const mixed = fc
      .array(fc.tuple(known, glue), { minLength: 1, maxLength: 4 })
      .map((pairs) => encodeURIComponent(pairs.flat().join('')));
    const routes = fc.constantFrom(
      (x: string) => `/v1.0/drives/${x}`,
      (x: string) => `/v1.0/drives/${ids.drive}/items/${x}`,
      (x: string) => `/v1.0/drives/${ids.drive}/items/${x}/permissions`,
      (x: string) => `/v1.0/drives/${ids.drive}/items/${ids.report}/permissions/${x}`,
      (x: string) => `/v1.0/drives/${ids.drive}/root:/${x}`,
      (x: string) => `/v1.0/shares/${x}`,
      (x: string) => `/v1.0/shares/${shareId}/${x}`,
      (x: string) => `/v1.0/users/${x}/drive`,
      (x: string) => `/v1.0/sites/${x}/drive`,
      (x: string) => `/v1.0/groups/${x}/drive`,
      (x: string) => `/v1.0/drives/${ids.drive}/root/children?$filter=name eq '${x}'`,
      (x: string) => `/v1.0/drives/${ids.drive}/root/children?$skiptoken=${x}`,
      (x: string) => `/_layouts/15/download.aspx?tempauth=${x}`,
      (x: string) => `/_mock/notifications?tenant=${x}`,
    );
    await fc.assert(
      fc.asyncProperty(method, routes, mixed, async (verb, route, text) => {
        const headers = authorized([['workbook-session-id', tenant]]);
        expect(
          harmIn(await ask({ method: verb, target: route(text), headers, body: '{}' }, graph.context)),
        ).toBeUndefined();
      }),
      { numRuns: runs },
    );
    // It is all there, for those whose it is.
    const headers = { authorization: `Bearer ${graph.token({ tid: tenant })}` };
    const item = await ask(
      { method: 'GET', target: `/v1.0/drives/${ids.drive}/items/${itemId}`, headers },
      graph.context,
    );
    expect([item.status, JSON.parse(textOf(item)).name]).toEqual([200, `${marker}.txt`]);
  });

  test('with a tenant in the token that is made of partition keys', async () => {
    const pieces = fc.constantFrom(
      other.tenant,
      ids.drive,
      '|',
      "'",
      '~',
      '~007c',
      'drive',
      '%',
      '\u0000',
      'deployment',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 4 }), async (parts) => {
        const tid = parts.join('');
        if (tid.toLowerCase() === other.tenant) return;
        const headers = { authorization: `Bearer ${graph.token({ tid })}` };
        for (const to of [`items/${other.itemId}`, 'root/children', `items/${other.itemId}/permissions`])
          expect(
            harmIn(await ask({ method: 'GET', target: `/v1.0/drives/${ids.drive}/${to}`, headers }, graph.context)),
          ).toBeUndefined();
        expect(
          harmIn(await ask({ method: 'GET', target: '/_mock/notifications', headers }, graph.context)),
        ).toBeUndefined();
      }),
      { numRuns: runs / 10 },
    );
  });
});

/** Those of a batch. */
function partsOf(text: string): { status: number }[] {
  return text.startsWith('{"responses":') ? JSON.parse(text).responses : [];
}
