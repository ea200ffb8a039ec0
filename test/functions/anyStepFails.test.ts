import { randomBytes } from 'node:crypto';

import { GraphError } from '../../src/errors.ts';
import type { Rows, Store } from '../../src/store/store.ts';
import { printFigures } from '../kit/figures.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { halfDoneIn } from '../kit/invariants.ts';
import { freshStore } from '../kit/stores.ts';

// Each step that a change takes in the store fails once, before it is done or after it, in a world of its own: the call is
// answered as if nothing had been, or with a 503 whose repetition works, and nothing is left half-done.

const drive = `/v1.0/drives/${ids.drive}`;

/** A store one of whose next operations fails. */
function failing(store: Store) {
  let left = Infinity;
  let isDoneBefore = false;
  async function step<T>(work: () => Promise<T>): Promise<T> {
    left -= 1;
    if (left !== 0) return work();
    if (isDoneBefore) await work();
    throw new GraphError('storeUnavailable');
  }
  function rows<T extends object>(kind: Parameters<typeof store.rows<T>>[0]): Rows<T> {
    const real = store.rows(kind);
    return {
      insert: (...given) => step(() => real.insert(...given)),
      get: (...given) => step(() => real.get(...given)),
      replace: (...given) => step(() => real.replace(...given)),
      remove: (...given) => step(() => real.remove(...given)),
      transact: (...given) => step(() => real.transact(...given)),
      async *list(...given) {
        await step(async () => {});
        yield* real.list(...given);
      },
    };
  }
  return {
    store: { ...store, rows, clear: (...given) => step(() => store.clear(...given)) } satisfies Store,
    failAt(number: number, after: boolean): void {
      left = number;
      isDoneBefore = after;
    },
    /** Whether it has come to that. */
    hasFailed: () => left <= 0,
  };
}

interface Change {
  readonly name: string;
  /** Makes what is needed, and answers the call. */
  readonly prepare: (graph: Graph) => Promise<() => Promise<{ status: number; id?: string }>>;
  readonly done: readonly number[];
  /** What a repetition may answer besides. */
  readonly doneBefore: readonly number[];
  /** Paths below the root, and the sizes of what is there in the end. */
  readonly leaves: Readonly<Record<string, number | undefined>>;
}

const [small, large] = [randomBytes(2_000), randomBytes(150_000)];

async function visit(url: string, method: string, body?: Uint8Array<ArrayBuffer>, start = 0) {
  const response = await fetch(url, {
    method,
    ...(body && {
      body: body.subarray(start),
      headers: { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` },
    }),
  });
  const text = await response.text();
  return { status: response.status, id: text ? JSON.parse(text).id : undefined };
}

async function begun(graph: Graph, body: object): Promise<string> {
  const { uploadUrl } = (await graph.post(`${drive}/root:/New.bin:/createUploadSession`, body)).body;
  return uploadUrl;
}

const behavior = (word: string) => ({ item: { '@microsoft.graph.conflictBehavior': word } });

const changes: readonly Change[] = [
  ...['fail', 'rename', 'replace'].map((word) => ({
    name: `the last fragment of a new file, with ${word}`,
    prepare: async (graph: Graph) => {
      const url = await begun(graph, behavior(word));
      return () => visit(url, 'PUT', large);
    },
    done: [201],
    // What the first call has made the second finds.
    doneBefore: word === 'replace' ? [200] : [],
    leaves: { 'New.bin': large.length, 'New 1.bin': undefined },
  })),
  {
    name: 'the commit of an upload that replaces a file',
    prepare: async (graph) => {
      await graph.put(`${drive}/root:/New.bin:/content`, randomBytes(90_000));
      const url = await begun(graph, { ...behavior('replace'), deferCommit: true });
      await visit(url, 'PUT', large);
      return () => visit(url, 'POST');
    },
    done: [200],
    doneBefore: [],
    leaves: { 'New.bin': large.length },
  },
  {
    name: 'other bytes for a file',
    prepare: async (graph) => {
      await graph.put(`${drive}/root:/New.bin:/content`, randomBytes(90_000));
      return () => graph.put(`${drive}/root:/New.bin:/content`, large);
    },
    done: [200],
    doneBefore: [],
    leaves: { 'New.bin': large.length },
  },
  {
    name: 'a new file',
    prepare: async (graph) => () => graph.put(`${drive}/root:/New.bin:/content`, small),
    done: [201],
    doneBefore: [200],
    leaves: { 'New.bin': small.length },
  },
  {
    name: 'a move onto another file',
    prepare: async (graph) => {
      await graph.put(`${drive}/root:/New.bin:/content`, randomBytes(90_000));
      const { id } = (await graph.get(`${drive}/root`)).body;
      const moved = { name: 'New.bin', parentReference: { id }, '@microsoft.graph.conflictBehavior': 'replace' };
      return () => graph.send('PATCH', `${drive}/items/${ids.report}`, moved);
    },
    done: [200],
    doneBefore: [],
    leaves: { 'Projects/Report.docx': undefined, 'New.bin': 'The quarterly report.'.length },
  },
  {
    name: 'a folder with all that is below it goes',
    prepare: async (graph) => {
      await graph.put(`${drive}/root:/Projects/Inner/deep.bin:/content`, large);
      return () => graph.delete(`${drive}/items/${ids.projects}`);
    },
    done: [204],
    doneBefore: [404],
    leaves: { Projects: undefined, 'Projects/Report.docx': undefined },
  },
  {
    name: 'a folder of more than a transaction takes goes',
    prepare: async (graph) => {
      const names = Array.from({ length: 60 }, (_, at) => `${at}.txt`);
      await Promise.all(names.map((name) => graph.put(`${drive}/items/${ids.projects}:/${name}:/content`, 'text')));
      return () => graph.delete(`${drive}/items/${ids.projects}`);
    },
    done: [204],
    doneBefore: [404],
    leaves: { Projects: undefined },
  },
  {
    name: 'a link goes',
    prepare: async (graph) => {
      const at = `${drive}/items/${ids.report}`;
      const { id } = (await graph.post(`${at}/createLink`, { type: 'view', scope: 'organization' })).body;
      return () => graph.delete(`${at}/permissions/${id}`);
    },
    done: [204],
    doneBefore: [404],
    leaves: {},
  },
];

let graph: Graph | undefined;
afterEach(() => graph?.close());

describe.each([
  ['before it is done', false],
  ['after it is done', true],
])('each step fails once, %s', (_, after) => {
  test.each(changes)('$name', async ({ prepare, done, doneBefore, leaves }) => {
    let [refused, steps] = [0, 0];
    for (; ; steps += 1) {
      const broken = failing(await freshStore('memory'));
      graph = await startGraph({ replaced: { store: broken.store, report: () => {} } });
      const call = await prepare(graph);
      broken.failAt(steps + 1, after);
      const first = await call();
      const isOver = !broken.hasFailed();
      broken.failAt(Infinity, false);
      const isRefused = first.status === 503;
      if (isRefused) refused += 1;
      const last = isRefused ? await call() : first;
      expect(isRefused ? [...done, ...doneBefore] : done).toContain(last.status);
      await expectLeft(graph, leaves);
      await graph.close();
      if (isOver) break;
    }
    expect(refused).toBeGreaterThan(0);
    printFigures('a step that fails', { steps, refused, lost: 0 });
  });
});

async function expectLeft(at: Graph, leaves: Change['leaves']): Promise<void> {
  expect(await halfDoneIn(at.tenant, ids.drive, at.context)).toEqual([]);
  for (const [path, size] of Object.entries(leaves)) {
    const { status, body } = await at.get(`${drive}/root:/${path}`);
    const found = status === 404 ? undefined : body.size;
    expect({ status, size: found }).toEqual({ status: size === undefined ? 404 : 200, size });
  }
  expect((await at.get(`${drive}/items/${ids.logo}`)).status).toBe(200);
}
