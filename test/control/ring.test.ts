import { Ring } from '../../src/control/ring.ts';

const filled = (most: number, count: number): Ring<number> => {
  const ring = new Ring<number>(most);
  for (let n = 1; n <= count; n += 1) ring.push(n);
  return ring;
};

test.each([
  ['nothing', 0, []],
  ['less than it takes', 2, [1, 2]],
  ['as much as it takes', 3, [1, 2, 3]],
  ['more, of which the last remain', 5, [3, 4, 5]],
  ['many times as much', 9, [7, 8, 9]],
])('a ring of three gives out %s', (_, count, expected) => {
  const ring = filled(3, count);
  expect(ring.length).toBe(expected.length);
  expect(ring.drain()).toEqual(expected);
});

test('a ring tells what has made room for the new', () => {
  const ring = new Ring<number>(2);
  expect([1, 2, 3, 4].map((value) => ring.push(value))).toEqual([undefined, undefined, 1, 2]);
});

test('a ring that was emptied begins anew', () => {
  const ring = filled(3, 5);
  ring.drain();
  expect(ring.length).toBe(0);
  ring.push(6);
  expect(ring.drain()).toEqual([6]);
});
