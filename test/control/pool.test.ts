import { type Pooled, pooled, release, textIn } from '../../src/control/pool.ts';

/** Many texts, told from one another. */
const putAside = (count: number, text = 'é'): Pooled[] =>
  Array.from({ length: count }, (_, n) => pooled(`${n} ${text.repeat(500)}`));

const numbersIn = (texts: readonly Pooled[]): number[] => texts.map((text) => Number.parseInt(textIn(text), 10));

test.each([
  ['nothing', ''],
  ['what is no ASCII', 'é€😀'],
  ['more than a piece has room for', '€'.repeat(50_000)],
])('a text comes back as it was: %s', (_, text) => {
  expect(textIn(pooled(text))).toBe(text);
});

test('memory is used again once nobody wants any of the texts in it', () => {
  const first = putAside(200);
  for (const text of first) release(text);
  const pieces = new Set(first.map(({ piece }) => piece));
  const again = putAside(200);
  expect(again.filter(({ piece }) => pieces.has(piece)).length).toBeGreaterThan(100);
});

test('a text stays as it was, whatever becomes of those around it', () => {
  const texts = putAside(400);
  const kept = texts.filter((_, n) => n % 100 === 50);
  for (const text of texts) if (!kept.includes(text)) release(text);
  putAside(400, 'x');
  expect(numbersIn(kept)).toEqual([50, 150, 250, 350]);
});
