import fc from 'fast-check';

import { type Graph, startGraph } from '../kit/graph.ts';
import { storeNames } from '../kit/stores.ts';

// Random lives of a folder, held against a plain tree in memory that says what each step answers and leaves behind.

jest.setTimeout(60_000);

interface Node {
  readonly id: string;
  readonly kind: 'file' | 'folder';
  name: string;
  parent?: Node;
  /** A file's content; its length is the size that is seen. */
  content: string;
}

type Behavior = 'fail' | 'rename' | 'replace';

/** What the tree says of a step: the status, and what it does to the tree once the id is known. */
interface Verdict {
  readonly status: number;
  readonly apply?: (id: string) => void;
}

const refused = (status: number): Verdict => ({ status });

/** A folder and all below it, as it ought to be. */
class Tree {
  readonly nodes: Node[] = [];

  constructor(rootId: string) {
    this.nodes.push({ id: rootId, kind: 'folder', name: '', content: '' });
  }

  /** The one that is meant by any number: the first is the root. */
  at(number: number): Node {
    const node = this.nodes[number % this.nodes.length];
    if (!node) throw new RangeError('The tree has a root');
    return node;
  }

  named(parent: Node, name: string, but?: Node): Node | undefined {
    const isSame = (node: Node): boolean => node.name.toLowerCase() === name.toLowerCase();
    return this.nodes.find((node) => node !== but && node.parent === parent && isSame(node));
  }

  /** The name with the first number that is free. */
  free(parent: Node, name: string, kind: Node['kind'], but?: Node): string {
    const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    for (let number = 0; ; number += 1) {
      const candidate = number === 0 ? name : `${stem} ${number}${ending}`;
      if (!this.named(parent, candidate, but)) return candidate;
    }
  }

  isWithin(node: Node | undefined, above: Node): boolean {
    return node !== undefined && (node === above || this.isWithin(node.parent, above));
  }

  remove(gone: Node): void {
    const left = this.nodes.filter((node) => !this.isWithin(node, gone));
    this.nodes.splice(0, this.nodes.length, ...left);
  }

  add(parent: Node, name: string, kind: Node['kind'], behavior: Behavior, content = ''): Verdict {
    if (parent.kind === 'file') return refused(400);
    const taken = this.named(parent, name);
    if (taken && behavior === 'replace' && kind === 'file' && taken.kind === 'file')
      return { status: 200, apply: () => void (taken.content = content) };
    if (taken && behavior === 'replace' && kind === 'folder' && taken.kind === 'folder') return { status: 200 };
    if (taken && behavior !== 'rename') return refused(409);
    const given = this.free(parent, name, kind);
    return { status: 201, apply: (id) => void this.nodes.push({ id, kind, name: given, parent, content }) };
  }

  update(node: Node, to: { name?: string; parent?: Node }, behavior: Behavior): Verdict {
    const { name = node.name, parent = node.parent } = to;
    if (to.parent?.kind === 'file') return refused(400);
    if (!parent || (node.parent !== parent && this.isWithin(parent, node))) return refused(400);
    const taken = this.named(parent, name, node);
    const isReplaced = behavior === 'replace' && node.kind === 'file' && taken?.kind === 'file';
    if (taken && behavior !== 'rename' && !isReplaced) return refused(409);
    const given = behavior === 'rename' ? this.free(parent, name, node.kind, node) : name;
    return {
      status: 200,
      apply: () => {
        if (taken && isReplaced) this.remove(taken);
        Object.assign(node, { name: given, parent });
      },
    };
  }

  path(node: Node): string {
    return node.parent ? `${this.path(node.parent)}/${node.name}` : '';
  }

  seen(): Record<string, string> {
    return Object.fromEntries(
      this.nodes
        .filter(({ parent }) => parent)
        .map((node) => [this.path(node), `${node.kind} ${node.id} ${Buffer.byteLength(node.content)}`]),
    );
  }
}

const names = ['a', 'A', 'b', 'a 1', 'x.txt', 'X.TXT', 'x 1.txt', 'Grüße № 1 (50%).txt', '.dot'];
const name = fc.constantFrom(...names);
const which = fc.nat(30);
const behavior = fc.constantFrom<Behavior>('fail', 'rename', 'replace');
const content = fc.string({ maxLength: 8 });

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('folder' as const), parent: which, name, behavior }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('file' as const), parent: which, name, behavior, content }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('session' as const), parent: which, name, behavior }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), item: which, name, behavior }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      item: which,
      parent: which,
      name: fc.option(name, { nil: undefined }),
      byPath: fc.boolean(),
      behavior,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), item: which }) },
);

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const encodedPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

describe.each([...storeNames])('a drive on %s', (store) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ store });
  });
  afterAll(() => graph.close());

  /** A tenant of its own, with a folder that is the root of the tree. */
  async function begin() {
    const headers = { authorization: `Bearer ${graph.token({ tid: crypto.randomUUID() })}` };
    const send = (method: string, path: string, body?: unknown) =>
      graph.send(method, `/v1.0/me/drive/${path}`, body, headers);
    const root = await send('POST', 'root/children', { name: 'Top', folder: {} });
    const tree = new Tree(root.body.id);
    const conflict = (word: Behavior) => ({ '@microsoft.graph.conflictBehavior': word });

    async function upload(path: string, word: Behavior) {
      const begun = await send('POST', `${path}/createUploadSession`, { item: conflict(word) });
      if (begun.status !== 200) return begun;
      const response = await fetch(begun.body.uploadUrl, {
        method: 'PUT',
        headers: { 'content-range': 'bytes 0-3/4' },
        body: 'four',
      });
      return { status: response.status, body: JSON.parse(await response.text()) };
    }

    /** What the tree says, and what the mock answers. */
    async function take(asked: Step): Promise<{ verdict: Verdict; reply: { status: number; body: { id: string } } }> {
      switch (asked.do) {
        case 'folder': {
          const parent = tree.at(asked.parent);
          const body = { name: asked.name, folder: {}, ...conflict(asked.behavior) };
          const verdict = tree.add(parent, asked.name, 'folder', asked.behavior);
          return { verdict, reply: await send('POST', `items/${parent.id}/children`, body) };
        }
        case 'file': {
          const parent = tree.at(asked.parent);
          const verdict = tree.add(parent, asked.name, 'file', asked.behavior, asked.content);
          const path = `items/${parent.id}:/${encodeURIComponent(asked.name)}:/content`;
          const query = `?@microsoft.graph.conflictBehavior=${asked.behavior}`;
          return { verdict, reply: await send('PUT', path + query, Buffer.from(asked.content)) };
        }
        case 'session': {
          const parent = tree.at(asked.parent);
          const verdict = tree.add(parent, asked.name, 'file', asked.behavior, 'four');
          return {
            verdict,
            reply: await upload(`items/${parent.id}:/${encodeURIComponent(asked.name)}:`, asked.behavior),
          };
        }
        case 'rename': {
          const item = tree.at(1 + (asked.item % Math.max(tree.nodes.length - 1, 1)));
          const isRoot = item === tree.nodes[0];
          if (isRoot) return { verdict: refused(404), reply: await send('PATCH', 'items/none', {}) };
          const verdict = tree.update(item, { name: asked.name }, asked.behavior);
          const body = { name: asked.name, ...conflict(asked.behavior) };
          return { verdict, reply: await send('PATCH', `items/${item.id}`, body) };
        }
        case 'move': {
          const item = tree.at(1 + (asked.item % Math.max(tree.nodes.length - 1, 1)));
          const isRoot = item === tree.nodes[0];
          if (isRoot) return { verdict: refused(404), reply: await send('PATCH', 'items/none', {}) };
          const parent = tree.at(asked.parent);
          const to = { parent, ...(asked.name !== undefined && { name: asked.name }) };
          const verdict = tree.update(item, to, asked.behavior);
          const path = `/drive/root:/Top${encodedPath(tree.path(parent))}`;
          const body = {
            parentReference: asked.byPath ? { path } : { id: parent.id },
            ...(asked.name !== undefined && { name: asked.name }),
            ...conflict(asked.behavior),
          };
          return { verdict, reply: await send('PATCH', `items/${item.id}`, body) };
        }
        case 'delete': {
          const item = tree.at(1 + (asked.item % Math.max(tree.nodes.length - 1, 1)));
          const isRoot = item === tree.nodes[0];
          if (isRoot) return { verdict: refused(404), reply: await send('DELETE', 'items/none') };
          return {
            verdict: { status: 204, apply: () => tree.remove(item) },
            reply: await send('DELETE', `items/${item.id}`),
          };
        }
      }
    }

    async function look(id: string, path = ''): Promise<Record<string, string>> {
      const { body } = await send('GET', `items/${id}/children`);
      const found: Record<string, string> = {};
      for (const item of body.value) {
        const at = `${path}/${item.name}`;
        found[at] = `${item.folder ? 'folder' : 'file'} ${item.id} ${item.size}`;
        if (item.folder?.childCount > 0) Object.assign(found, await look(item.id, at));
      }
      return found;
    }

    /** Every item by its path, which says the same as the list of its folder. */
    async function findByPath(): Promise<string[]> {
      const paths = tree.nodes.filter(({ parent }) => parent).map((node) => tree.path(node));
      const replies = await Promise.all(paths.map((path) => send('GET', `root:/Top${encodedPath(path)}`)));
      return replies.map(({ body }) => body.id);
    }

    return { tree, take, look: () => look(tree.at(0).id), findByPath };
  }

  test('never disagrees with a tree in memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const { tree, take, look, findByPath } = await begin();
        for (const asked of steps) {
          const { verdict, reply } = await take(asked);
          expect({ asked, status: reply.status }).toEqual({ asked, status: verdict.status });
          verdict.apply?.(reply.body.id);
        }
        expect(await look()).toEqual(tree.seen());
        expect(await findByPath()).toEqual(tree.nodes.slice(1).map(({ id }) => id));
      }),
      { numRuns: store === 'memory' ? 60 : 8 },
    );
  });
});
