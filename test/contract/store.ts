import fc from 'fast-check';

import type { Key, Kind, Rows, Store } from '../../src/store/store.ts';

interface Thing {
  readonly text?: string;
  readonly number?: number;
  readonly flag?: boolean;
  readonly bytes?: Uint8Array;
  readonly list?: readonly unknown[];
}

const things: Kind<Thing> = { table: 'things', json: ['list'] };
const others: Kind<Thing> = { table: 'others', json: ['list'] };

let serial = 0;
const newPartition = (): string => `partition ${(serial += 1)}`;
const nasty = [
  "quote ' and ''",
  'slash / \\',
  'hash # ask ?',
  '100 %41',
  'NUL \u0000',
  'tab \t',
  'ü 你 😀',
  'lone \ud800',
  'tilde ~007e',
  '~~',
  'x'.repeat(8192),
  '',
];

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

/** What every store must do. A store joins with one line; a difference, should there be one, would be data here. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`the store contract on ${name}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    test('a table that nobody has written to is empty', async () => {
      const rows = store.rows<Thing>({ table: 'untouched', json: [] });
      const key = { partition: 'p', row: 'r' };
      expect(await rows.get(key)).toBeUndefined();
      expect(await all(rows.list('p'))).toEqual([]);
      expect(await rows.remove(key)).toBe(false);
      expect(await rows.replace(key, {}, 'W/"1"')).toBeUndefined();
      await store.clear([{ table: 'untouched', json: [] }], '');
    });

    test('an insert answers what it wrote; a second one what was there', async () => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const first = await rows.insert(key, { text: 'first' });
      expect(first).toMatchObject({ row: 'r', value: { text: 'first' }, created: true });
      const second = await rows.insert(key, { text: 'second' });
      expect(second).toMatchObject({ row: 'r', value: { text: 'first' }, created: false, etag: first.etag });
      expect(await rows.get(key)).toEqual({ row: 'r', value: { text: 'first' }, etag: first.etag });
    });

    test('of 100 equal inserts exactly one creates, and all see its value', async () => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => rows.insert(key, { number })));
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(answers.map(({ value }) => value.number)).size).toBe(1);
    });

    test('keys that differ in case are different keys', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      for (const row of ['Row', 'row', 'ROW'])
        expect(await rows.insert({ partition, row }, { text: row })).toMatchObject({ created: true });
      expect((await rows.get({ partition, row: 'ROW' }))?.value).toEqual({ text: 'ROW' });
      expect(await rows.get({ partition: partition.toUpperCase(), row: 'row' })).toBeUndefined();
    });

    test.each(nasty)('the key %j is kept as it is, as partition and as row', async (text) => {
      const rows = store.rows(things);
      const key = { partition: newPartition() + text, row: text };
      await rows.insert(key, { text });
      expect(await rows.get(key)).toMatchObject({ row: text, value: { text } });
      expect((await all(rows.list(key.partition))).map(({ row }) => row)).toEqual([text]);
      expect(await rows.remove(key)).toBe(true);
    });

    test('nasty keys do not meet', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      for (const row of nasty) await rows.insert({ partition, row }, { text: row });
      expect((await all(rows.list(partition))).map(({ row }) => row).toSorted()).toEqual(nasty.toSorted());
    });

    test('a replacement needs the ETag that stands there', async () => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const { etag } = await rows.insert(key, { text: 'old', flag: true });
      const replaced = await rows.replace(key, { text: 'new' }, etag);
      expect(replaced).toMatchObject({ row: 'r', value: { text: 'new' } });
      expect(await rows.replace(key, { text: 'late' }, etag)).toBeUndefined();
      expect(await rows.get(key)).toEqual({ row: 'r', value: { text: 'new' }, etag: replaced?.etag });
    });

    test('a removal with an old ETag removes nothing', async () => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const { etag } = await rows.insert(key, { text: 'old' });
      const replaced = await rows.replace(key, { text: 'new' }, etag);
      expect(await rows.remove(key, etag)).toBe(false);
      expect(await rows.remove(key, replaced?.etag)).toBe(true);
      expect(await rows.remove(key)).toBe(false);
      expect(await rows.get(key)).toBeUndefined();
    });

    test.each([
      ['removed', (rows: Rows<Thing>, key: Key) => rows.remove(key)],
      [
        'removed in a transaction',
        (rows: Rows<Thing>, { partition, row }: Key) => rows.transact(partition, [{ do: 'remove', row }]),
      ],
      ['cleared', (_: Rows<Thing>, { partition }: Key) => store.clear([things], partition)],
    ])('a row that was %s and is added again has an ETag that it never had', async (_, remove) => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const first = await rows.insert(key, { text: 'old' });
      const second = await rows.replace(key, { text: 'old' }, first.etag);
      await remove(rows, key);
      const third = await rows.insert(key, { text: 'new' });
      for (const etag of [first.etag, second?.etag ?? ''])
        expect(await rows.replace(key, { text: 'late' }, etag)).toBeUndefined();
      expect(await rows.replace(key, { text: 'newer' }, third.etag)).toBeDefined();
    });

    test.each([
      ['an insert whose key is taken', { do: 'insert', row: 'there', value: { text: 'x' } }],
      [
        'a replacement with an old ETag',
        { do: 'replace', row: 'there', value: { text: 'x' }, etag: 'W/"datetime\'2020-01-01T00%3A00%3A00.0000000Z\'"' },
      ],
      ['a replacement of nothing', { do: 'replace', row: 'missing', value: { text: 'x' }, etag: '*' }],
      ['a removal of nothing', { do: 'remove', row: 'missing' }],
      ['a requirement of nothing', { do: 'require', row: 'missing' }],
    ] as const)('%s refuses the whole transaction, and tells its index', async (_, refused) => {
      const rows = store.rows(things);
      const partition = newPartition();
      await rows.insert({ partition, row: 'there' }, { text: 'there' });
      const steps = [
        { do: 'insert', row: 'new', value: { text: 'new' } },
        refused,
        { do: 'insert', row: 'other', value: {} },
      ] as const;
      expect(await rows.transact(partition, steps)).toBe(1);
      expect(await all(rows.list(partition))).toMatchObject([{ row: 'there', value: { text: 'there' } }]);
    });

    test('a transaction does all its steps', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      const { etag } = await rows.insert({ partition, row: 'changed' }, { text: 'old' });
      for (const row of ['required', 'removed', 'any']) await rows.insert({ partition, row }, { text: row });
      const refused = await rows.transact(partition, [
        { do: 'require', row: 'required' },
        { do: 'insert', row: 'new', value: { text: 'new' } },
        { do: 'replace', row: 'changed', value: { text: 'changed' }, etag },
        { do: 'replace', row: 'any', value: { text: 'whichever' }, etag: '*' },
        { do: 'remove', row: 'removed' },
      ]);
      expect(refused).toBeUndefined();
      const left = await all(rows.list(partition));
      expect(Object.fromEntries(left.map(({ row, value }) => [row, value.text]))).toEqual({
        any: 'whichever',
        changed: 'changed',
        new: 'new',
        required: 'required',
      });
    });

    test('a list has the rows of its partition and prefix alone, in the order of their keys, over many pages', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      const names = Array.from({ length: 1100 }, (_, at) => `a|${String(at).padStart(5, '0')}`);
      for (let at = 0; at < names.length; at += 100)
        await rows.transact(
          partition,
          names.slice(at, at + 100).map((row) => ({ do: 'insert', row, value: { text: row } })),
        );
      await rows.insert({ partition, row: 'b|1' }, {});
      await rows.insert({ partition: `${partition}'`, row: 'a|quoted' }, {});
      await rows.insert({ partition: `${partition}|`, row: 'a|longer' }, {});
      expect((await all(rows.list(partition, 'a|'))).map(({ row }) => row)).toEqual(names);
      expect(await all(rows.list(partition))).toHaveLength(1101);
      expect((await all(rows.list(`${partition}'`))).map(({ row }) => row)).toEqual(['a|quoted']);
    });

    test('a tally counts rows and sums a number, in the partitions and rows that begin so', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      for (let number = 1; number <= 5; number += 1)
        await rows.insert({ partition: `${partition}|${number % 2}`, row: `a|${number}` }, { number, text: 'x' });
      await rows.insert({ partition: `${partition}|0`, row: 'a|text' }, { text: 'no number' });
      await rows.insert({ partition: `${partition}|0`, row: 'b|1' }, { number: 100 });
      await rows.insert({ partition: `other ${partition}`, row: 'a|1' }, { number: 1000 });
      expect(await store.tally(things, { partition: `${partition}|`, row: 'a|' }, 'number')).toEqual({
        rows: 6,
        sum: 15,
      });
      expect(await store.tally(things, { partition: `${partition}|`, row: '' }, 'number')).toEqual({
        rows: 7,
        sum: 115,
      });
      expect(await store.tally(things, { partition: `${partition}|1`, row: '' })).toEqual({ rows: 3, sum: 0 });
      const untouched: Kind<Thing> = { table: 'neverwritten', json: [] };
      expect(await store.tally(untouched, { partition: '', row: '' })).toEqual({ rows: 0, sum: 0 });
    });

    test('a tally goes over many pages', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      const steps = Array.from(
        { length: 1100 },
        (_, at) => ({ do: 'insert', row: `${at}`, value: { number: 2 } }) as const,
      );
      for (let at = 0; at < steps.length; at += 100) await rows.transact(partition, steps.slice(at, at + 100));
      expect(await store.tally(things, { partition, row: '' }, 'number')).toEqual({ rows: 1100, sum: 2200 });
    });

    test('a removal of everything can be stopped, and gone on with', async () => {
      const prefix = newPartition();
      const count = async (): Promise<number> => (await store.tally(things, { partition: prefix, row: '' })).rows;
      for (let at = 0; at < 5; at += 1) await store.rows(things).insert({ partition: `${prefix}|${at}`, row: 'r' }, {});
      let steps = 0;
      expect(await store.clear([things], prefix, () => (steps += 1) <= 2)).toBe(false);
      expect(await count()).toBe(3);
      expect(await store.clear([things], prefix)).toBe(true);
      expect(await count()).toBe(0);
    });

    test('a row that somebody else removes meanwhile keeps none of the others', async () => {
      const partition = newPartition();
      const rows = store.rows(things);
      const names = ['a', 'b', 'c', 'd'];
      for (const row of names) await rows.insert({ partition, row }, {});
      const cleared = await Promise.all([1, 2, 3].map(() => store.clear([things], partition)));
      expect(cleared).toEqual([true, true, true]);
      expect(await all(rows.list(partition))).toEqual([]);
    });

    test.each([
      ['a text of 64 KiB and more', { text: 'x'.repeat(32 * 1024 + 1) }],
      ['more bytes than 64 KiB', { bytes: new Uint8Array(64 * 1024 + 1) }],
      ['a list that is too long as JSON', { list: Array.from({ length: 9000 }, () => 'xxxx') }],
      ['a list of gaps that is too long as JSON', { list: Object.assign(new Array<unknown>(), { length: 7000 }) }],
      ['a list of characters that JSON escapes', { list: ['\u0001'.repeat(5500)] }],
      ['a list with bytes that are too long as JSON', { list: [new Uint8Array(4000).fill(255)] }],
    ])('%s is refused, and nothing is written', async (_, value) => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const refusal = { what: 'tooLargeToStore' };
      await expect(rows.insert(key, value)).rejects.toMatchObject(refusal);
      await expect(rows.transact(key.partition, [{ do: 'insert', row: 'r', value }])).rejects.toMatchObject(refusal);
      expect(await rows.get(key)).toBeUndefined();
    });

    test('64 KiB of bytes come back as they were', async () => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      const bytes = Uint8Array.from({ length: 64 * 1024 }, (_, at) => at % 251);
      await rows.insert(key, { bytes });
      expect(Buffer.from((await rows.get(key))?.value.bytes ?? []).equals(bytes)).toBe(true);
    });

    test('of bytes that are a view of more, what is seen comes back', async () => {
      const rows = store.rows(things);
      const key = { partition: newPartition(), row: 'r' };
      await rows.insert(key, { bytes: Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 3) });
      expect([...((await rows.get(key))?.value.bytes ?? [])]).toEqual([2, 3]);
    });

    test('clearing removes what begins with the prefix, and nothing else', async () => {
      const prefix = newPartition();
      for (const kind of [things, others])
        for (const partition of [`${prefix}|1`, `${prefix}|2`, `${prefix}-other`])
          for (const row of ['1', '2']) await store.rows(kind).insert({ partition, row }, {});
      await store.clear([things], `${prefix}|`);
      expect(await all(store.rows(things).list(`${prefix}|1`))).toEqual([]);
      expect(await all(store.rows(things).list(`${prefix}|2`))).toEqual([]);
      expect(await all(store.rows(things).list(`${prefix}-other`))).toHaveLength(2);
      expect(await all(store.rows(others).list(`${prefix}|1`))).toHaveLength(2);
    });

    test('what goes in comes out', async () => {
      const rows = store.rows(things);
      const partition = newPartition();
      const text = fc.string({ unit: 'binary', maxLength: 200 });
      const value = fc.record(
        {
          text,
          // JSON, in which they travel, has no zero below zero.
          number: fc
            .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
            .map((number) => number + 0),
          flag: fc.boolean(),
          list: fc.array(fc.jsonValue(), { maxLength: 5 }),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(text, value, async (row, given) => {
          const key = { partition, row };
          await rows.insert(key, given);
          const found = await rows.get(key);
          await rows.remove(key);
          expect(found?.row).toBe(row);
          expect(JSON.stringify(found?.value.list)).toBe(JSON.stringify(given.list));
          expect({ ...found?.value, list: undefined }).toEqual({ ...given, list: undefined });
        }),
        { numRuns: 100 },
      );
    });
  });
}
