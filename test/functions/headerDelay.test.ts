import { type Graph, startGraph } from '../kit/graph.ts';

/** The longest that a request may ask to be held, in milliseconds, whatever it is made of. */
const most = 100_000;

interface Part {
  readonly delay?: number;
  readonly after?: string;
}

let graph: Graph;
/** In milliseconds: how much later it is than it would be, had nobody waited. */
let gone: number;
const secondsGone = (): number => Math.round(gone / 1000);

/** Nobody waits for anything here: what takes a second or longer is over at once, and the time is as much later. */
beforeEach(async () => {
  gone = 0;
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + gone);
  const { setTimeout } = globalThis;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((run, milliseconds = 0, ...rest) => {
    if (milliseconds < 1000) return setTimeout(run, milliseconds, ...rest);
    const end = gone + milliseconds;
    return setTimeout(() => {
      gone = Math.max(gone, end);
      run(...rest);
    }, 0);
  });
  graph = await startGraph();
});
afterEach(async () => {
  await graph.close();
  jest.restoreAllMocks();
});

const headerOf = (delay: number | undefined): Record<string, string> =>
  delay === undefined ? {} : { 'x-mock-fault': `delay=${delay}` };

/** The seconds that a batch of such parts was held, each with its number for an id. */
async function held(parts: readonly Part[], ofWhole?: number): Promise<number> {
  const requests = parts.map(({ delay, after }, at) => ({
    id: String(at),
    method: 'GET',
    url: '/me/drive',
    headers: headerOf(delay),
    ...(after !== undefined && { dependsOn: [after] }),
  }));
  const { body } = await graph.post('/v1.0/$batch', { requests }, headerOf(ofWhole));
  const statuses = body.responses.map(({ status }: { status: number }) => status);
  expect(statuses).toEqual(parts.map(() => 200));
  return secondsGone();
}

const chain = (length: number, delay: number): Part[] =>
  Array.from({ length }, (_, at) => ({ delay, ...(at > 0 && { after: String(at - 1) }) }));

describe('a delay by header', () => {
  test('holds one request for as long as it asks', async () => {
    expect((await graph.get('/v1.0/me/drive', headerOf(most))).status).toBe(200);
    expect(secondsGone()).toBe(100);
  });

  test.each<[string, Part[], number | undefined, number]>([
    ['of a chain of parts each waits its own, while there is time', chain(3, 30_000), undefined, 90],
    ['of a longer one the last ones wait less, or not at all', chain(20, 30_000), undefined, 100],
    ['of the longest there is', chain(20, most), undefined, 100],
    ['of the whole counts for its parts', chain(3, 30_000), 60_000, 100],
    ['of the whole may leave nothing', chain(20, most), most, 100],
    ['of parts that go at once is that of the longest', [{ delay: 40_000 }, { delay: 90_000 }], undefined, 90],
    ['of parts that go at once, behind the whole', [{ delay: 40_000 }, { delay: 90_000 }], 50_000, 100],
    [
      'of two branches',
      [{ delay: 60_000 }, { delay: 10_000, after: '0' }, { delay: 90_000, after: '0' }, { delay: most, after: '1' }],
      undefined,
      100,
    ],
  ])('%s', async (_, parts, ofWhole, seconds) => {
    expect(await held(parts, ofWhole)).toBe(seconds);
  });

  test('says nothing of those that a test has set', async () => {
    const { status } = await graph.post('/_mock/faults', { delayMs: 90_000, match: { operation: 'getDrive' } });
    expect(status).toBe(201);
    expect(await held(chain(2, most))).toBe(280);
  });
});
