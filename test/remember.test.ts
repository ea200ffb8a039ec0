import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { recentPairs } from '../src/recent.ts';
import { remember, rememberPair } from '../src/remember.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** In bytes, of what is still held by somebody. */
function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Remembers at most two, and tells what it was asked to make. */
function remembering(make: (text: string) => string | undefined = (text) => text.toUpperCase()) {
  const made: string[] = [];
  const get = remember(
    (text) => {
      made.push(text);
      return make(text);
    },
    2,
    10,
  );
  return { get, made };
}

test('what was made of a text is made once', () => {
  const { get, made } = remembering();
  expect([get('a'), get('a'), get('b'), get('a')]).toEqual(['A', 'A', 'B', 'A']);
  expect(made).toEqual(['a', 'b']);
});

test('a text of which nothing could be made is remembered too', () => {
  const { get, made } = remembering(() => undefined);
  expect([get('a'), get('a')]).toEqual([undefined, undefined]);
  expect(made).toEqual(['a']);
});

test('of more texts than it may hold all are forgotten', () => {
  const { get, made } = remembering();
  for (const text of ['a', 'b', 'a', 'c', 'c', 'b', 'a']) get(text);
  expect(made).toEqual(['a', 'b', 'c', 'b', 'a']);
});

const ofOne = rememberPair((one) => one.slice(1), 1000);
const ofOther = rememberPair((_, other) => other.slice(1), 1000);

test.each([
  ['a text', remember((text) => text.slice(1), 1000)],
  ['one of a pair', (text: string) => ofOne(text, 'GET')],
  ['the other', (text: string) => ofOther('GET', text)],
])('%s that was cut out of a longer one is remembered without that', (_, get) => {
  const before = heapUsed();
  for (let n = 0; n < 200; n += 1) {
    const path = `/v1.0/drives/${String(n).padStart(20, '0')}`;
    const url = Buffer.from(`${path}?tempauth=${'x'.repeat(100_000)}`).toString();
    get(url.slice(0, path.length));
  }
  expect(heapUsed() - before).toBeLessThan(5_000_000);
});

test('what throws is asked again', () => {
  let calls = 0;
  const get = remember(() => {
    calls += 1;
    throw new Error('not now');
  }, 2);
  expect(() => get('a')).toThrow('not now');
  expect(() => get('a')).toThrow('not now');
  expect(calls).toBe(2);
});

test('a text that is longer than it may be is not remembered', () => {
  const { get, made } = remembering();
  const long = 'a'.repeat(11);
  expect([get(long), get(long)]).toEqual([long.toUpperCase(), long.toUpperCase()]);
  expect(made).toEqual([long, long]);
});

describe('of two texts', () => {
  function rememberingPairs() {
    const made: string[] = [];
    const get = rememberPair(
      (one, other) => {
        made.push(`${one}+${other}`);
        return one + other;
      },
      2,
      10,
    );
    return { get, made };
  }

  test('what was made is made once, and of others with the same sum anew', () => {
    const { get, made } = rememberingPairs();
    expect([get('a', 'bc'), get('ab', 'c'), get('a', 'bc'), get('ab', 'c')]).toEqual(['abc', 'abc', 'abc', 'abc']);
    expect(made).toEqual(['a+bc', 'ab+c']);
  });

  test('of more pairs than it may hold all are forgotten', () => {
    const { get, made } = rememberingPairs();
    for (const other of ['b', 'c', 'c', 'd', 'd', 'b']) get('a', other);
    expect(made).toEqual(['a+b', 'a+c', 'a+d', 'a+b']);
  });

  test('a pair that is longer than it may be is not remembered', () => {
    const { get, made } = rememberingPairs();
    for (let n = 0; n < 2; n += 1) expect(get('aaaaaa', 'bbbbb')).toBe('aaaaaabbbbb');
    expect(made).toHaveLength(2);
  });

  test('a recent pair is known as a pair, until there are more than it may hold', () => {
    const pairs = recentPairs(2);
    pairs.add('a', 'bc');
    expect([pairs.has('a', 'bc'), pairs.has('ab', 'c'), pairs.has('a', 'b')]).toEqual([true, false, false]);
    pairs.add('a', 'bc');
    pairs.add('d', 'e');
    expect([pairs.has('a', 'bc'), pairs.has('d', 'e')]).toEqual([true, true]);
    pairs.add('f', 'g');
    expect([pairs.has('a', 'bc'), pairs.has('d', 'e'), pairs.has('f', 'g')]).toEqual([false, false, true]);
  });
});
