import { remember } from '../src/remember.ts';

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

test('of more texts than it may hold the oldest is forgotten', () => {
  const { get, made } = remembering();
  for (const text of ['a', 'b', 'c', 'c', 'b', 'a']) get(text);
  expect(made).toEqual(['a', 'b', 'c', 'a']);
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
