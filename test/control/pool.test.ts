import { factsIn, type Pooled, pooled, release } from '../../src/control/pool.ts';

/** Many facts, told from one another. */
const putAside = (count: number, text = 'é'): Pooled[] =>
  Array.from({ length: count }, (_, n) => pooled({ numbers: [n], texts: [text.repeat(500)] }));

const numbersIn = (all: readonly Pooled[]) => all.map((each) => factsIn(each).numbers[0]);

test.each([
  ['none', []],
  ['nothing', ['']],
  ['nothing among them', ['a', '', 'b', '']],
  ['what is no ASCII', ['é€😀', 'a', '😀']],
  ['halves of one character', ['a\uD83D', '\uDE00b']],
  ['more than a piece has room for', ['a', '€'.repeat(50_000), 'b']],
])('what is put aside comes back as it was: %s', (_, texts) => {
  const facts = { numbers: [0, -1, 1_764_300_000_000, 0.1].slice(0, texts.length), texts };
  expect(factsIn(pooled(facts))).toEqual(facts);
});

test('half of a character comes back as one that cannot be shown, and leaves those beside it alone', () => {
  const facts = pooled({ numbers: [], texts: ['a\uD83D', 'b', '\uDE00c'] });
  expect(factsIn(facts).texts).toEqual(['a\uFFFD', 'b', '\uFFFDc']);
});

test('memory is used again once nobody wants any of what lies in it', () => {
  const first = putAside(200);
  for (const text of first) release(text);
  const pieces = new Set(first.map(({ piece }) => piece));
  const again = putAside(200);
  expect(again.filter(({ piece }) => pieces.has(piece)).length).toBeGreaterThan(100);
});

test('facts stay as they were, whatever becomes of those around it', () => {
  const texts = putAside(400);
  const kept = texts.filter((_, n) => n % 100 === 50);
  for (const text of texts) if (!kept.includes(text)) release(text);
  putAside(400, 'x');
  expect(numbersIn(kept)).toEqual([50, 150, 250, 350]);
});
