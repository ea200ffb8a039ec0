import fc from 'fast-check';

import { sorted } from '../../../src/graph/odata/orderBy.ts';
import { type List, pageOf } from '../../../src/graph/odata/page.ts';

interface File {
  readonly id: string;
  readonly name: string;
  readonly size: number;
}

const byName = [{ property: 'name', isDescending: false }];
const bySize = [{ property: 'size', isDescending: true }];
const identity = ['tenant', 'caller', '/v1.0/me/drive/root/children'];
const files = (...names: string[]): File[] => names.map((name) => ({ id: `id-${name}`, name, size: name.length }));
const namesOf = (resources: readonly File[]): string[] => resources.map(({ name }) => name);

/** Follows the pages of a list that `change` may alter after each page. */
function read(
  start: readonly File[],
  list: Omit<List, 'identity'>,
  change: (page: readonly File[], rest: File[]) => File[],
) {
  let held = sorted(start, list.order);
  const pages: File[][] = [];
  for (let skipToken: string | undefined, more = true; more;) {
    const { page, next } = pageOf(held, { ...list, identity, skipToken });
    pages.push([...page]);
    held = sorted(change(page, held), list.order);
    skipToken = next;
    more = next !== undefined;
  }
  return pages;
}

const nothing = (_: unknown, held: File[]): File[] => held;

describe.each([
  ['with an order', byName],
  ['without one', []],
])('a list %s', (_, order) => {
  const [a, b, c, d, e] = files('a', 'b', 'c', 'd', 'e');
  const all = files('a', 'b', 'c', 'd', 'e');

  test.each([
    [2, [['a', 'b'], ['c', 'd'], ['e']]],
    [5, [['a', 'b', 'c', 'd', 'e']]],
    [1, [['a'], ['b'], ['c'], ['d'], ['e']]],
    [Infinity, [['a', 'b', 'c', 'd', 'e']]],
  ])('in pages of %d', (pageSize, expected) => {
    expect(read(all, { order, pageSize }, nothing).map(namesOf)).toEqual(expected);
  });

  test('an empty one has one empty page', () => {
    expect(pageOf([], { order, identity, pageSize: 2 })).toEqual({ page: [] });
  });

  test('that loses every page once it is read is read to its end', () => {
    const pages = read(all, { order, pageSize: 2 }, (page, held) => held.filter((each) => !page.includes(each)));
    expect(pages.flat()).toEqual([a, b, c, d, e]);
  });

  test('that loses the start of the next page goes on behind it', () => {
    const pages = read(all, { order, pageSize: 2 }, (_page, held) => held.filter(({ name }) => name !== 'c'));
    expect(pages.flat()).toEqual([a, b, d, e]);
  });

  test('that grows at its start repeats nothing', () => {
    let count = 0;
    const pages = read(all, { order, pageSize: 2 }, (_page, held) => [...files(`A${(count += 1)}`), ...held]);
    expect(namesOf(pages.flat()).filter((name) => !name.startsWith('A'))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test.each([
    ['another list', [...identity, 'x'], undefined],
    ['nobody', identity, 'nonsense'],
    ['nobody, though it is JSON', identity, Buffer.from('{"list":"x"}').toString('base64url')],
    ['nobody, though it is null', identity, Buffer.from('null').toString('base64url')],
    ['nobody, being empty', identity, ''],
  ])('refuses a token of %s', (__, of, token) => {
    const skipToken = token ?? pageOf(all, { order, identity, pageSize: 2 }).next;
    expect(() => pageOf(all, { order, identity: of, pageSize: 2, skipToken })).toThrow(
      expect.objectContaining({ what: 'invalidSkipToken' }),
    );
  });
});

test('without an order, and with both neighbours of the break gone, a list begins again', () => {
  const all = files('a', 'b', 'c', 'd', 'e');
  let isFirst = true;
  const pages = read(all, { order: [], pageSize: 2 }, (_, held) => {
    if (!isFirst) return held;
    isFirst = false;
    return held.filter(({ name }) => name !== 'b' && name !== 'c');
  });
  expect(pages.map(namesOf)).toEqual([['a', 'b'], ['a', 'd'], ['e']]);
});

test('whatever comes and goes between pages, what was there all the while is in exactly one', () => {
  const file = fc.record({ id: fc.uuid(), name: fc.string({ maxLength: 3 }), size: fc.nat({ max: 3 }) });
  fc.assert(
    fc.property(
      fc.uniqueArray(file, { selector: ({ id }) => id, maxLength: 20 }),
      fc.array(file, { maxLength: 5 }),
      fc.array(fc.nat({ max: 19 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(byName, bySize, [...bySize, ...byName]),
      (start, coming, going, pageSize, order) => {
        const leaving = new Set(going.map((at) => start[at]?.id));
        const stay = start.filter(({ id }) => !leaving.has(id));
        let turn = 0;
        const pages = read(start, { order, pageSize }, (_, held) => {
          turn += 1;
          const arriving = coming.slice(turn - 1, turn).map((each) => ({ ...each, id: `new-${turn}` }));
          return [...arriving, ...held.filter(({ id }) => id !== start[going[turn - 1] ?? -1]?.id)];
        });
        const seen = pages.flat().map(({ id }) => id);
        for (const { id } of stay) expect(seen.filter((each) => each === id)).toEqual([id]);
      },
    ),
  );
});

test('a list is sorted as people sort, numbers by their size, and what is alike by its id', () => {
  const mixed = files('b', 'Ä', 'a', 'C', 'a10');
  expect(namesOf(sorted(mixed, byName))).toEqual(['a', 'Ä', 'a10', 'b', 'C']);
  expect(namesOf(sorted(files('aaa', 'b', 'a'), bySize))).toEqual(['aaa', 'a', 'b']);
});
