import { ask, type DirectRequest } from '../kit/direct.ts';
import { printFigures } from '../kit/figures.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';

// Four times as much input is about four times as much work, and never sixteen times, which is what a pattern that goes
// back and forth would make of it. The sizes are large, the best of several runs counts, and the bound is generous.

const drive = `/v1.0/drives/${ids.drive}`;
const post = (target: string, body: string): DirectRequest => ({ method: 'POST', target, body });
const get = (target: string, headers: Record<string, string> = {}): DirectRequest => ({
  method: 'GET',
  target,
  headers,
});

const inputs: readonly (readonly [what: string, size: number, of: (size: number) => DirectRequest])[] = [
  ['a path of many segments', 60_000, (size) => get(`/v1.0/me/drive/root:${'/a'.repeat(size)}:/children`)],
  ['a path of colons', 60_000, (size) => get(`/v1.0/me/drive/root:/${':'.repeat(size)}`)],
  ['a path of slashes', 60_000, (size) => get(`/v1.0${'/'.repeat(size)}x`)],
  ['a path of escapes', 60_000, (size) => get(`/v1.0/drives/${'%41'.repeat(size)}`)],
  ['a path of quotes in a key', 60_000, (size) => get(`/v1.0/drives('${"''".repeat(size)}')/root`)],
  [
    'a $filter of terms',
    400,
    (size) => get(`${drive}/root/children?$filter=${Array.from({ length: size }, () => 'id eq null').join(' or ')}`),
  ],
  ['a $filter that is one open literal', 2000, (size) => get(`${drive}/root/children?$filter='${"''".repeat(size)}`)],
  ['a $select of names', 60_000, (size) => get(`${drive}/root?$select=${'a,'.repeat(size)}a`)],
  ['a $select of one broken name', 200_000, (size) => get(`${drive}/root?$select=${'a/'.repeat(size)}!`)],
  ['an $orderby of spaces', 60_000, (size) => get(`${drive}/root/children?$orderby=name${'%20'.repeat(size)}x`)],
  ['an $expand of parentheses', 60_000, (size) => get(`${drive}/root?$expand=children${'('.repeat(size)}`)],
  ['a $skiptoken', 200_000, (size) => get(`${drive}/root/children?$skiptoken=${'A'.repeat(size)}`)],
  ['a share key', 200_000, (size) => get(`/v1.0/shares/u!${'A'.repeat(size)}`)],
  ['a share key of padding', 200_000, (size) => get(`/v1.0/shares/u!${'='.repeat(size)}x`)],
  ['an Accept header', 200_000, (size) => get(`${drive}/root`, { accept: 'application/x+'.repeat(size / 10) })],
  ['an Accept header of spaces', 200_000, (size) => get(`${drive}/root`, { accept: `${' '.repeat(size)}x` })],
  ['a Prefer header', 200_000, (size) => get(`${drive}/root`, { prefer: `${' ,'.repeat(size)}x` })],
  [
    'an If-None-Match header',
    200_000,
    (size) => get(`${drive}/items/${ids.report}/permissions`, { 'if-none-match': '"a",'.repeat(size) }),
  ],
  [
    'an Authorization header of spaces',
    200_000,
    (size) => get(`${drive}/root`, { authorization: `Bearer ${' '.repeat(size)}x y` }),
  ],
  [
    'an X-Forwarded-Host header',
    200_000,
    (size) => get(`${drive}/root`, { 'x-forwarded-host': `${'a.'.repeat(size)}!` }),
  ],
  ['a cookie', 60_000, (size) => get('/:w:/g/personal/ada/Exx', { cookie: 'a=b; '.repeat(size) })],
  [
    'a body of properties',
    20_000,
    (size) => post(`${drive}/root/createLink`, `{${Array.from({ length: size }, (_, at) => `"p${at}":1`).join(',')}}`),
  ],
  [
    'a body of recipients',
    8_000,
    (size) => post(`${drive}/root/invite`, `{"recipients":[${'{"x":1},'.repeat(size)}{}]}`),
  ],
  [
    'a body of brackets',
    60_000,
    (size) => post(`${drive}/root/createLink`, `{"a":${'['.repeat(size)}${']'.repeat(size)}}`),
  ],
  [
    'a body with one long address',
    100_000,
    (size) =>
      post(
        `${drive}/root/invite`,
        JSON.stringify({ recipients: [{ email: `${'a.'.repeat(size)}@x` }], roles: ['read'], requireSignIn: true }),
      ),
  ],
  [
    'a body with one long date',
    100_000,
    (size) =>
      post(
        `${drive}/root/createLink`,
        JSON.stringify({ expirationDateTime: `2030-01-01T00:00:00.${'0'.repeat(size)}x` }),
      ),
  ],
  [
    'a file name of spaces',
    60_000,
    (size) => post(`${drive}/root/children`, JSON.stringify({ name: `x${' '.repeat(size)}y`, folder: {} })),
  ],
  [
    'a batch of share keys of padding',
    3500,
    (size) =>
      post(
        '/v1.0/$batch',
        JSON.stringify({
          requests: Array.from({ length: 20 }, (_, id) => ({
            id: String(id),
            method: 'GET',
            url: `/shares/u!${'='.repeat(size)}x`,
          })),
        }),
      ),
  ],
  [
    'a batch of dependencies',
    20_000,
    (size) =>
      post(
        '/v1.0/$batch',
        `{"requests":[{"id":"1","method":"GET","url":"/me","dependsOn":[${'"1",'.repeat(size)}"1"]}]}`,
      ),
  ],
];

// What was asked is freed of secrets when somebody reads the journal. Here is what patterns for secrets look for, again
// and again and never whole, in every place where it comes from outside.

const nearSecrets = [
  '-eyJaaaaaaa',
  '-eyJaaaaaaa.',
  'eyJaaaaaaaa.a',
  '/:w:/s/',
  '/:w:/g/personal/a',
  '/w/c/',
  '://a',
  'u!',
  '/u!aaaaaaaa',
  'aHR0c',
  'E-',
  ' Eaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  '&token',
  '-token',
  '_token=',
  '%',
  '%25',
  '%2525',
  '%3A%2F%2F',
  '%2D%65yJaaaaaaa',
];

/** In characters. Of a body the journal keeps no more than 16 KiB, and a JSON string stands there twice. */
const places: readonly (readonly [place: string, size: number, of: (text: string) => DirectRequest])[] = [
  ['a header', 40_000, (text) => get(`${drive}/root`, { 'x-a': text })],
  ['a query', 40_000, (text) => get(`${drive}/root?a=${text}`)],
  ['a name in a query', 40_000, (text) => get(`${drive}/root?${text}`)],
  ['a path', 40_000, (text) => get(`/v1.0/me/${text}`)],
  ['a property', 2000, (text) => post(`${drive}/root/createLink`, JSON.stringify({ type: text, [text]: 1 }))],
];

const noted = nearSecrets.flatMap((text) =>
  places.map(
    ([place, size, of]) =>
      [`${text} in ${place}`, size, (length: number) => of(text.repeat(Math.floor(length / text.length)))] as const,
  ),
);

const controlKey = 'the-key-of-the-deployment';
let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({ settings: { GRAPH_MOCK_CONTROL_KEY: controlKey } });
  await graph.get(`${drive}/root`);
});
afterAll(() => graph.close());

const whole = (request: DirectRequest): DirectRequest => ({
  ...request,
  headers: { authorization: `Bearer ${graph.token()}`, 'content-type': 'application/json', ...request.headers },
});

/** In milliseconds of this process's own time, the best of several: other processes do not count. */
async function workOf(request: DirectRequest, runs = 5): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < runs; run += 1) {
    const start = process.cpuUsage();
    const { status } = await ask(whole(request), graph.context);
    best = Math.min(best, process.cpuUsage(start).user / 1000);
    expect(status).toBeLessThan(500);
  }
  return best;
}

/**
 * In milliseconds: what a call may cost whatever its size, and what compiling and collecting add now and then. At these
 * sizes a pattern that goes back and forth takes seconds.
 */
const floor = 20;

let worst = { what: '', growth: 0 };
afterAll(() => printFigures('four times the input', { worst: worst.what, work: `x ${worst.growth.toFixed(1)}` }));

function growthOf(what: string, small: number, large: number): number {
  const growth = (large + floor) / (small + floor);
  if (growth > worst.growth) worst = { what, growth };
  return growth;
}

const greatestGrowth = 12;

test.each(inputs)('%s', async (what, size, of) => {
  await workOf(of(size));
  const growth = growthOf(what, await workOf(of(size)), await workOf(of(4 * size)));
  expect(growth).toBeLessThan(greatestGrowth);
});

/** Not that of the rows above, whose requests nobody reads of. */
const readTenant = '2f9d51c7-6a0b-4e38-b4c1-85d7e3f0a962';

/** What it takes to note a request, to read of it, and to read of it again. */
async function workOfNoting(request: DirectRequest): Promise<number> {
  const control = (method: string, path: string): DirectRequest => ({
    method,
    target: `/_mock/${path}`,
    headers: { 'x-mock-tenant': readTenant, 'x-mock-key': controlKey },
  });
  await ask(control('DELETE', 'requests'), graph.context);
  const authorization = `Bearer ${graph.token({ tid: readTenant })}`;
  const asked = await workOf({ ...request, headers: { ...request.headers, authorization } }, 1);
  const work =
    asked + (await workOf(control('GET', 'requests'), 1)) + (await workOf(control('GET', 'requests.har'), 1));
  const { body } = await ask(control('GET', 'requests'), graph.context);
  expect(JSON.parse(String(body)).value).toHaveLength(1);
  return work;
}

test.each(noted)('the journal of %s', async (what, size, of) => {
  await workOfNoting(of(size));
  const growth = growthOf(what, await workOfNoting(of(size)), await workOfNoting(of(4 * size)));
  expect(growth).toBeLessThan(greatestGrowth);
});
