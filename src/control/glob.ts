// A pattern that comes from outside is asked of every path. So it is no regular expression, which can be made to go back
// and forth for minutes: all places in it that a path may have come to are followed at once, one character at a time.

/** A step takes one character, or leads on to others without one. */
type Step = { readonly takes: (character: string) => boolean } | { readonly to: readonly number[] };

/**
 * A test of paths: `*` is any part of a segment, `**` of a path, `?` one character, `{a,b}` either, and `\` takes the
 * next character as it is. Without regard to case.
 */
export function glob(pattern: string): (path: string) => boolean {
  const steps = compiled(pattern.toLowerCase());
  return (path) => {
    let places = reached([0], steps);
    for (const character of path.toLowerCase()) {
      const next: number[] = [];
      for (const place of places) {
        const step = steps[place];
        if (step && 'takes' in step && step.takes(character)) next.push(place + 1);
      }
      if (next.length === 0) return false;
      places = reached(next, steps);
    }
    return places.has(steps.length);
  };
}

/** These places, and where they lead without a character. */
function reached(places: Iterable<number>, steps: readonly Step[]): Set<number> {
  const all = new Set(places);
  for (const place of all) {
    const step = steps[place];
    if (step && 'to' in step) for (const to of step.to) all.add(to);
  }
  return all;
}

const anything = (): boolean => true;
const inSegment = (character: string): boolean => character !== '/';

function compiled(pattern: string): Step[] {
  const characters = Array.from(pattern);
  const closings = closingsOf(characters);
  const steps: Step[] = [];

  function repeat(takes: (character: string) => boolean): void {
    const start = steps.length;
    steps.push({ to: [start + 1, start + 3] }, { takes }, { to: [start] });
  }

  const one = (wanted: string): void => void steps.push({ takes: (character) => character === wanted });

  /** What may be left out. */
  function optional(inner: () => void): void {
    const start = steps.length;
    steps.push({ to: [] });
    inner();
    steps[start] = { to: [start + 1, steps.length] };
  }

  function either(from: number, to: number): void {
    const start = steps.length;
    steps.push({ to: [] });
    const starts: number[] = [];
    const ends: number[] = [];
    for (const [first, last] of alternatives(characters, closings, from, to)) {
      starts.push(steps.length);
      sequence(first, last);
      ends.push(steps.length);
      steps.push({ to: [] });
    }
    steps[start] = { to: starts };
    for (const end of ends) steps[end] = { to: [steps.length] };
  }

  function sequence(from: number, to: number): void {
    for (let at = from; at < to; at += 1) {
      const character = characters[at] ?? '';
      const isDeep = (start: number): boolean =>
        start + 1 < to && characters[start] === '*' && characters[start + 1] === '*';
      const closing = closings.get(at);
      if (character === '\\' && at + 1 < to) one(characters[(at += 1)] ?? '');
      else if (character === '/' && isDeep(at + 1) && at + 3 === to) {
        // `a/**` is `a` too.
        optional(() => {
          one('/');
          repeat(anything);
        });
        at += 2;
      } else if (isDeep(at)) {
        at += 1;
        // `**/a` is `a` too.
        if (characters[at + 1] !== '/' || at + 1 >= to) repeat(anything);
        else {
          optional(() => {
            repeat(anything);
            one('/');
          });
          at += 1;
        }
      } else if (character === '*') repeat(inSegment);
      else if (character === '?') steps.push({ takes: inSegment });
      else if (closing !== undefined) {
        either(at + 1, closing);
        at = closing;
      } else one(character);
    }
  }

  sequence(0, characters.length);
  return steps;
}

/** Where each brace that opens is closed. One that is not stands for itself. */
function closingsOf(characters: readonly string[]): Map<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    if (characters[at] === '\\') at += 1;
    else if (characters[at] === '{') open.push(at);
    else if (characters[at] === '}') {
      const opening = open.pop();
      if (opening !== undefined) closings.set(opening, at);
    }
  }
  return closings;
}

/** The parts between the commas, but for those within braces of their own. */
function* alternatives(
  characters: readonly string[],
  closings: ReadonlyMap<number, number>,
  from: number,
  to: number,
): Generator<[number, number]> {
  let start = from;
  for (let at = from; at < to; at += 1) {
    const closing = closings.get(at);
    if (characters[at] === '\\') at += 1;
    else if (closing !== undefined) at = closing;
    else if (characters[at] === ',') {
      yield [start, at];
      start = at + 1;
    }
  }
  yield [start, to];
}
