import { GraphError } from '../../errors.ts';

/** A piece of a filter's text. */
export interface Token {
  readonly kind: 'string' | 'dateTime' | 'number' | 'word' | 'mark' | 'end';
  readonly text: string;
  readonly at: number;
}

// What follows a number or a date ends it: `7c1e…` is neither a number nor a name. No part of a pattern can match what
// the part before it could have taken, so the time is linear in the text.
const pattern = new RegExp(
  [
    /(?<string>'(?:[^']|'')*')/,
    /(?<dateTime>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)(?![\w-])/,
    /(?<number>-?\d+(?:\.\d+)?)(?![\w.-])/,
    /(?<word>[a-z_]\w*(?:\/[a-z_]\w*)*)/,
    /(?<mark>[(),])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'iy',
);

const kinds = ['string', 'dateTime', 'number', 'word', 'mark'] as const;

/** The tokens of a filter, with one that marks the end. @throws GraphError `filterSyntax` */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (filter[at] === ' ' || filter[at] === '\t') at += 1;
    if (at === filter.length) return [...tokens, { kind: 'end', text: '', at }];
    pattern.lastIndex = at;
    const groups = pattern.exec(filter)?.groups;
    const kind = kinds.find((each) => groups?.[each] !== undefined);
    const text = kind && groups?.[kind];
    if (!kind || text === undefined) throw syntaxError(filter, at);
    tokens.push({ kind, text, at });
    at += text.length;
  }
}

export const syntaxError = (filter: string, at: number): GraphError =>
  new GraphError('filterSyntax', { values: { position: String(at), filter } });
