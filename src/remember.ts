import { PairMap } from './pairMap.ts';

interface Remembered<Made> {
  readonly text: string;
  readonly made: Made;
}

// What is remembered is forgotten at once when there is too much of it: to take out the oldest leaves gaps in a Map, and
// whoever looks for the next oldest has to step over all of them.

/**
 * Remembers what a function makes of a text: of so many at most, and of none that is longer than so many characters. For
 * pure functions alone, whose result is the same on every instance and at any time.
 */
export function remember<Made>(
  make: (text: string) => Made,
  most: number,
  longest = Number.POSITIVE_INFINITY,
): (text: string) => Made {
  const known = new Map<string, Remembered<Made>>();
  // To compare a text with another takes a tenth of the time that it takes to hash it, as a Map does.
  let last: Remembered<Made> | undefined;
  return (given) => {
    if (given === last?.text) return last.made;
    const found = known.get(given);
    if (found) return (last = found).made;
    if (given.length > longest) return make(given);
    const text = ownText(given);
    const made = make(text);
    if (known.size >= most) known.clear();
    known.set(text, (last = { text, made }));
    return made;
  };
}

/**
 * The same of two texts, which are not put together to be found. A text that is made anew is hashed anew, which for the
 * name of a partition takes half a microsecond: whoever has it from here has it with its hash.
 */
export function rememberPair<Made extends object | string>(
  make: (one: string, other: string) => Made,
  most: number,
  longest = Number.POSITIVE_INFINITY,
): (one: string, other: string) => Made {
  const known = new PairMap<Made>(most);
  return (givenOne, givenOther) => {
    const found = known.get(givenOne, givenOther);
    if (found !== undefined) return found;
    if (givenOne.length + givenOther.length > longest) return make(givenOne, givenOther);
    const [one, other] = [ownText(givenOne), ownText(givenOther)];
    const made = make(one, other);
    known.add(one, other, made);
    return made;
  };
}

/**
 * The text in memory of its own, and in one piece. What V8 cuts out of a longer text goes on holding all of it, as a path
 * does the whole URL with what is secret in its query; and to compare it with others takes longer.
 */
export function ownText(text: string): string {
  const own: string = JSON.parse(JSON.stringify(text));
  return own;
}
