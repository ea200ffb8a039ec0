import { settleJournals } from '../../src/control/journal.ts';
import { isGuid } from '../../src/guid.ts';
import { kinds } from '../../src/kinds.ts';
import { sample } from '../../src/sample.ts';
import type { Rows, Store } from '../../src/store/store.ts';
import { tenantOf } from '../../src/tenant.ts';
import { tenantKind, tenantPartition } from '../../src/tenants/tenantRow.ts';
import { uploadRoute } from '../../src/upload/session.ts';
import { type Graph, ids, startGraph } from '../kit/graph.ts';
import { freshStore, storeNames } from '../kit/stores.ts';

/** A tenant like any other, whose files somebody is after. */
const victim = 'c0ffee00-1111-4222-8333-444455556666';

/** What a caller may put into `tid` to get there. */
const attempts: Readonly<Record<string, string>> = {
  'the key of the drive': `${victim}|${ids.drive}`,
  'the key of the item': `${victim}|${ids.drive}|${ids.report}|`,
  'a bar after the tenant': `${victim}|`,
  'the start of the tenant': victim.slice(0, -1),
  'nothing but a bar': '|',
  'a wildcard': '*',
  'the bar as keys have it encoded': `${victim}~007c`,
  'the bar as a URL has it encoded': `${victim}%7C`,
  'spaces around it': ` ${victim} `,
  'braces around it': `{${victim}}`,
  'a line break after it': `${victim}\n`,
  'NUL after it': `${victim}\u0000`,
  'a quote, as a filter has it': `${victim}' or PartitionKey ne '`,
  'full-width digits': victim.replaceAll('1', '１'),
  'a lone surrogate': `${victim}\uD800`,
  'so much that a key is cut off': `${victim}|${ids.drive}|${'x'.repeat(5000)}`,
  'what an object has by itself': '__proto__',
};

const laterOrElsewhere = new Set(['journal', 'tenants']);

/** A store that notes the partition of every call. */
function watched(store: Store): { store: Store; partitions: Set<string> } {
  const partitions = new Set<string>();
  const noted = <T extends object>(rows: Rows<T>): Rows<T> => ({
    insert: (key, value) => rows.insert((partitions.add(key.partition), key), value),
    get: (key) => rows.get((partitions.add(key.partition), key)),
    list: (partition, prefix) => rows.list((partitions.add(partition), partition), prefix),
    replace: (key, value, etag) => rows.replace((partitions.add(key.partition), key), value, etag),
    remove: (key, etag) => rows.remove((partitions.add(key.partition), key), etag),
    transact: (partition, steps) => rows.transact((partitions.add(partition), partition), steps),
  });
  return {
    partitions,
    store: {
      isShared: store.isShared,
      // The journal is written later, for whoever has called before; tenants are found in one place.
      rows: (kind) => (laterOrElsewhere.has(kind.table) ? store.rows(kind) : noted(store.rows(kind))),
      clear: (cleared, prefix) => store.clear(cleared, (partitions.add(prefix), prefix)),
      tally: (kind, start, column) => store.tally(kind, (partitions.add(start.partition), start), column),
      close: store.close,
    },
  };
}

const report = `/v1.0/drives/${ids.drive}/items/${ids.report}`;
const large = new Uint8Array(100_000).fill(7);

describe.each(storeNames)('on %s', (storeName) => {
  let graph: Graph;
  let partitions: Set<string>;
  beforeAll(async () => {
    const noted = watched(await freshStore(storeName));
    ({ partitions } = noted);
    graph = await startGraph({ replaced: { store: noted.store } });
  });
  afterAll(() => graph.close());

  test('what a URL names is a tenant like any other', async () => {
    for (const text of Object.values(attempts)) {
      const claim = Buffer.from(JSON.stringify([text, ids.drive, 'x'])).toString('base64url');
      expect((await graph.get(`/${uploadRoute}?tempauth=${claim}.guessed`, { authorization: '' })).status).toBe(404);
    }
    // The journal has met them all.
    await settleJournals(graph.context);
    const known: string[] = [];
    for await (const { row } of graph.context.store.rows(tenantKind).list(tenantPartition)) known.push(row);
    expect(known.filter((tenant) => !isGuid(tenant))).toEqual([]);
    expect(known).not.toContain(victim);
  });

  const as = (tid: string) => ({ authorization: `Bearer ${graph.token({ tid })}` });
  const linkOf = async (tid: string): Promise<string> =>
    (await graph.post(`${report}/createLink`, { type: 'view', scope: 'anonymous' }, as(tid))).body.id;

  /** Everything that a tenant has, as its own callers see it. */
  async function all(tid: string) {
    const [permissions, children, content] = [
      await graph.get(`${report}/permissions`, as(tid)),
      await graph.get(`/v1.0/drives/${ids.drive}/root/children`, as(tid)),
      await graph.get(`/v1.0/drives/${ids.drive}/root:/large.bin:/content`, as(tid)),
    ];
    const { headers } = content;
    return {
      permissions: permissions.body.value.map(({ id }: { id: string }) => id),
      names: children.body.value.map(({ name }: { name: string }) => name),
      bytes: (await (await fetch(String(headers['location']))).arrayBuffer()).byteLength,
    };
  }

  test.each(Object.entries(attempts))('a tid with %s sees and changes nothing of another tenant', async (_, tid) => {
    await graph.put(`/v1.0/drives/${ids.drive}/root:/large.bin:/content`, large, as(victim));
    const id = await linkOf(victim);
    const before = await all(victim);
    expect(before.permissions).toContain(id);
    partitions.clear();

    const seen = await graph.get(`${report}/permissions`, as(tid));
    expect(seen.body.value.map((each: { id: string }) => each.id)).not.toContain(id);
    expect((await graph.get(`${report}/permissions/${id}`, as(tid))).status).toBe(404);
    expect((await graph.delete(`${report}/permissions/${id}`, as(tid))).status).toBe(404);
    expect(await linkOf(tid)).not.toBe(id);
    await graph.delete(report, as(tid));
    await graph.delete(`/v1.0/drives/${ids.drive}/items/${ids.projects}`, as(tid));
    // What is no text counts as absent, and who brings no tenant is in the sample's.
    const own = tid.isWellFormed() ? [tenantOf(tid)] : [tenantOf(tid), sample.tenant];
    for (const tenant of own) await graph.context.store.clear(kinds, tenant);

    const isOwn = (partition: string): boolean => own.some((tenant) => partition.startsWith(tenant));
    expect([...partitions].filter((partition) => !isOwn(partition))).toEqual([]);
    expect([...partitions].filter((partition) => partition.startsWith(victim))).toEqual([]);
    expect(await all(victim)).toEqual(before);
  });

  test('the case of a tid does not matter', async () => {
    expect(await linkOf(victim.toUpperCase())).toBe(await linkOf(victim));
  });
});

test('every tenant is a GUID, and different names are different tenants', () => {
  const tenants = Object.values(attempts).map(tenantOf);
  for (const tenant of tenants) expect(tenant).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  expect(new Set([...tenants, victim]).size).toBe(tenants.length + 1);
});
