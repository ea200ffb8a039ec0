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
    'a batch of dependencies',
    20_000,
    (size) =>
      post(
        '/v1.0/$batch',
        `{"requests":[{"id":"1","method":"GET","url":"/me","dependsOn":[${'"1",'.repeat(size)}"1"]}]}`,
      ),
  ],
];

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
  await graph.get(`${drive}/root`);
});
afterAll(() => graph.close());

/** In milliseconds of this process's own time, the best of several: other processes do not count. */
async function workOf(request: DirectRequest): Promise<number> {
  const whole = {
    ...request,
    headers: { authorization: `Bearer ${graph.token()}`, 'content-type': 'application/json', ...request.headers },
  };
  let best = Infinity;
  for (let run = 0; run < 5; run += 1) {
    const start = process.cpuUsage();
    const { status } = await ask(whole, graph.context);
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

test.each(inputs)('%s', async (what, size, of) => {
  await workOf(of(size));
  const [small, large] = [await workOf(of(size)), await workOf(of(4 * size))];
  const growth = (large + floor) / (small + floor);
  if (growth > worst.growth) worst = { what, growth };
  expect(growth).toBeLessThan(12);
});
