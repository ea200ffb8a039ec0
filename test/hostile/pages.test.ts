import fc from 'fast-check';

import { ask, textOf } from '../kit/direct.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';

// What somebody else has chosen (names, addresses, what an app sends along) stands in a page as text.

/** Would open a tag, leave an attribute, and begin an entity. */
const mark = `Q7<q7 x="'>&amp;`;
const escapedMark = /Q7&lt;q7 x=&quot;&#39;&gt;&amp;amp;/g;
/** What a file may be called of it. */
const nameMark = `Q7'&amp;`;
const escapedNameMark = /Q7&#39;&amp;amp;/g;

const around = fc.tuple(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 8 }));

/** Whatever of it is in a page is there as text: nothing is left of it once what is escaped has gone. */
function holdPage(page: string): number {
  const rest = page
    .replaceAll(escapedMark, '')
    .replaceAll(escapedNameMark, '')
    .replaceAll(/Q7[^<>"'& ]*/g, '');
  expect(rest).not.toMatch(/q7|Q7/);
  return (page.match(escapedMark)?.length ?? 0) + (page.match(escapedNameMark)?.length ?? 0);
}

let graph: Graph;
beforeEach(async () => {
  graph = await startGraph();
});
afterEach(() => graph.close());

const pathOf = (url: string): string => url.slice(new URL(url).origin.length);

test('of a link: the names of files, folders, people and apps', async () => {
  let escaped = 0;
  await fc.assert(
    fc.asyncProperty(around, fc.constantFrom('anonymous', 'organization'), async ([before, after], scope) => {
      const tid = crypto.randomUUID();
      const name = `${before}${mark}${after}`.toWellFormed();
      const token = graph.token({
        tid,
        oid: crypto.randomUUID(),
        upn: `${name}@x.example`,
        name,
        app_displayname: name,
      });
      const authorization = `Bearer ${token}`;
      const folder = await graph.post(
        '/v1.0/me/drive/root/children',
        { name: `F ${nameMark}`, folder: {} },
        { authorization },
      );
      expect(folder.status).toBe(201);
      const path = `/v1.0/me/drive/items/${folder.body.id}`;
      await graph.put(`${path}:/${encodeURIComponent(`a ${nameMark}.txt`)}:/content`, 'x', { authorization });
      const { body } = await graph.post(`${path}/createLink`, { type: 'view', scope }, { authorization });
      const page = await ask({ method: 'GET', target: pathOf(body.link.webUrl) }, graph.context);
      escaped += holdPage(textOf(page));
      expect(page.status).toBe(200);
    }),
    { numRuns: 60 },
  );
  expect(escaped).toBeGreaterThan(100);
});

test('of signing in: everything that an app or a browser sends along', async () => {
  let escaped = 0;
  const names = [
    'client_id',
    'redirect_uri',
    'state',
    'scope',
    'response_type',
    'response_mode',
    'nonce',
    'prompt',
    'login_hint',
    'username',
    'action',
    'user_code',
    'code_challenge',
    'error',
    'post_logout_redirect_uri',
  ];
  const good = {
    client_id: 'd3590ed6-52b3-4102-aeff-aad2292ab01c',
    redirect_uri: 'https://app.example.com/auth',
    scope: 'openid https://graph.microsoft.com/Files.Read',
    response_type: 'code',
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('authorize', 'logout', '../deviceauth'),
      fc.constantFrom('GET', 'POST'),
      fc.subarray(names, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('query', 'form_post', 'fragment'),
      around,
      async (endpoint, verb, marked, mode, [before, after]) => {
        const fields = new URLSearchParams({ ...good, response_mode: mode });
        for (const name of marked) fields.set(name, `${before}${mark}${after}`.toWellFormed());
        const path = `/common/oauth2/${endpoint === '../deviceauth' ? 'deviceauth' : `v2.0/${endpoint}`}`;
        const answer = await ask(
          verb === 'GET'
            ? { method: verb, target: `${path}?${fields.toString()}` }
            : {
                method: verb,
                target: path,
                headers: { 'content-type': 'application/x-www-form-urlencoded' },
                body: fields.toString(),
              },
          graph.context,
        );
        expect(answer.status).toBeLessThan(500);
        if (/html/.test(answer.headers['Content-Type'] ?? '')) escaped += holdPage(textOf(answer));
      },
    ),
    { numRuns: 600 },
  );
  expect(escaped).toBeGreaterThan(100);
});

test('a link whose token is anything shows nothing of it', async () => {
  const { body } = await graph.post(`/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`, {
    type: 'view',
    scope: 'anonymous',
  });
  const path = pathOf(body.link.webUrl);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 400 }), around, async (cut, [before, after]) => {
      const hostile = encodeURIComponent(`${before}${mark}${after}`.toWellFormed());
      const targets = [path.slice(0, -1 - cut) + hostile, `${path}?path=${hostile}`, `/embed?authkey=${hostile}`];
      for (const target of targets) {
        const answer = await ask({ method: 'GET', target, headers: { cookie: `ticket_x=${hostile}` } }, graph.context);
        expect(answer.status).toBeLessThan(500);
        if (/html/.test(answer.headers['Content-Type'] ?? '')) holdPage(textOf(answer));
      }
    }),
    { numRuns: 200 },
  );
});
