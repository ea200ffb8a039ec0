import { memoryStore } from '../../src/store/memoryStore.ts';
import { Overtaken, Staging } from '../../src/store/staging.ts';
import type { Kind } from '../../src/store/store.ts';
import { storeContract } from '../contract/store.ts';

storeContract('a store in which nothing is staged', async () => new Staging(memoryStore(), false).store);

describe.each([false, true])('a store in which something is staged (looks: %s)', (looks) => {
  const things: Kind<{ n: number }> = { table: 'things', json: [] };
  const insert = (row: string, n: number) => ({ do: 'insert', row, value: { n } }) as const;
  const key = (row: string) => ({ partition: 'p', row });

  test('it is found, under its key and in its place, and is not kept', async () => {
    const kept = memoryStore();
    await kept.rows(things).insert(key('b'), { n: 2 });
    const { store, unasked } = new Staging(kept, looks);
    expect(await unasked.rows(things).transact('p', [insert('a', 1), insert('c', 3)])).toBeUndefined();
    expect((await store.rows(things).get(key('a')))?.value).toEqual({ n: 1 });
    const rows: string[] = [];
    for await (const { row } of store.rows(things).list('p')) rows.push(row);
    expect(rows).toEqual(['a', 'b', 'c']);
    expect(await kept.rows(things).get(key('a'))).toBeUndefined();
  });

  test('a write keeps it before; what is refused by it does not', async () => {
    const kept = memoryStore();
    const { store, unasked } = new Staging(kept, looks);
    await unasked.rows(things).transact('p', [insert('a', 1)]);
    expect(await store.rows(things).transact('p', [insert('b', 2), insert('a', 2)])).toBe(1);
    expect(await kept.rows(things).get(key('a'))).toBeUndefined();
    expect(await store.rows(things).transact('p', [{ do: 'require', row: 'a' }, insert('b', 2)])).toBeUndefined();
    expect((await kept.rows(things).get(key('a')))?.value).toEqual({ n: 1 });
  });

  test('the same twice is refused the second time, at its step', async () => {
    const { unasked } = new Staging(memoryStore(), looks);
    const staged = () => unasked.rows(things).transact('p', [insert('a', 1)]);
    expect(await Promise.all([staged(), staged()])).toEqual([undefined, 0]);
    expect(await unasked.rows(things).transact('p', [insert('b', 1), insert('a', 1)])).toBe(1);
  });

  test('whoever was overtaken writes nothing, however often they try', async () => {
    const kept = memoryStore();
    const staging = new Staging(kept, looks);
    const { store, unasked } = staging;
    await unasked.rows(things).transact('p', [insert('a', 1)]);
    await kept.rows(things).insert(key('a'), { n: 9 });
    await expect(store.rows(things).insert(key('b'), { n: 2 })).rejects.toThrow(Overtaken);
    await expect(store.rows(things).remove(key('a'))).rejects.toThrow(Overtaken);
    await expect(staging.settle()).rejects.toThrow(Overtaken);
    expect((await kept.rows(things).get(key('a')))?.value).toEqual({ n: 9 });
    expect(await kept.rows(things).get(key('b'))).toBeUndefined();
  });

  test('after the first write nothing waits any longer', async () => {
    const kept = memoryStore();
    const { store, unasked } = new Staging(kept, looks);
    await store.rows(things).insert(key('a'), { n: 1 });
    await unasked.rows(things).transact('p', [insert('b', 2)]);
    expect((await kept.rows(things).get(key('b')))?.value).toEqual({ n: 2 });
  });
});

test('who looks is refused by what is kept, and by what has changed', async () => {
  const things: Kind<{ n: number }> = { table: 'things', json: [] };
  const kept = memoryStore();
  const { etag } = await kept.rows(things).insert({ partition: 'p', row: 'a' }, { n: 1 });
  const rows = new Staging(kept, true).unasked.rows(things);
  const value = { n: 2 };
  expect(await rows.transact('p', [{ do: 'insert', row: 'a', value }])).toBe(0);
  expect(await rows.transact('p', [{ do: 'require', row: 'b' }])).toBe(0);
  expect(await rows.transact('p', [{ do: 'replace', row: 'a', value, etag: 'W/"another"' }])).toBe(0);
  expect(await rows.transact('p', [{ do: 'replace', row: 'a', value, etag }])).toBeUndefined();
});
