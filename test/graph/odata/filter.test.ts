import fc from 'fast-check';

import { readFilter } from '../../../src/graph/odata/filter.ts';
import { outcome } from './outcome.ts';

const properties = {
  name: 'String',
  size: 'Number',
  hasPassword: 'Boolean',
  changed: 'DateTimeOffset',
  link: 'Complex',
  'link/scope': 'String',
} as const;
const subject = { type: 'permission', properties };

const link = {
  name: "O'Brien (1)",
  size: 5,
  hasPassword: false,
  changed: '2030-01-31T10:00:00Z',
  link: { scope: 'anonymous' },
};
const grant = { name: 'Plan', size: -2.5, hasPassword: true, changed: '2029-12-31T00:00:00Z' };

const passing = (filter: string): string[] => {
  const matches = readFilter(filter, subject);
  return [link, grant].filter(matches).map((each) => (each === link ? 'link' : 'grant'));
};

describe('a filter lets through', () => {
  test.each([
    ['link ne null', ['link']],
    ['link eq null', ['grant']],
    ['null ne link', ['link']],
    ["link/scope eq 'anonymous'", ['link']],
    ["Link ne null and Link/Scope eq 'anonymous'", ['link']],
    ["LINK NE NULL AND LINK/SCOPE EQ 'anonymous'", ['link']],
    ["link/scope eq 'Anonymous'", []],
    ["link/scope ne 'anonymous'", ['grant']],
    ["name eq 'O''Brien (1)'", ['link']],
    ["name eq ''", []],
    ["startswith(name,'O')", ['link']],
    ["StartsWith( name , 'P' )", ['grant']],
    ["startswith('Plan of the year', name)", ['grant']],
    ["not startswith(name,'O')", ['grant']],
    ["not startswith(link/scope,'x')", ['link']],
    ['not (size eq 5)', ['grant']],
    ['not not (size eq 5)', ['link']],
    ['not size eq 5', ['grant']],
    ['size eq -2.5', ['grant']],
    ['size gt 0', ['link']],
    ['size ge 5', ['link']],
    ['size lt 5 or size eq 5', ['link', 'grant']],
    ['size le -2.5', ['grant']],
    ['(size) eq (5)', ['link']],
    ['hasPassword', ['grant']],
    ['not hasPassword', ['link']],
    ['hasPassword eq false', ['link']],
    ['true', ['link', 'grant']],
    ['false', []],
    ['changed eq 2030-01-31T10:00:00Z', ['link']],
    ['changed eq 2030-01-31T11:00:00.000+01:00', ['link']],
    ['changed lt 2030-01-01', ['grant']],
    ["link/scope gt 'a'", ['link']],
    ["not (link/scope gt 'a')", []],
    ['hasPassword or link ne null and size eq 99', ['grant']],
    ['(hasPassword or link ne null) and size eq 99', []],
    ["link/scope eq 'x' or hasPassword", ['grant']],
    ['  size\teq   5  ', ['link']],
  ])('%s: %j', (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });
});

test.each([
  ['what a property has inherited', '__proto__ ne null', 'unknownProperty'],
  ['an unknown property', 'colour eq null', 'unknownProperty'],
  ['an unknown part of a property', "link/colour ne 'x'", 'unknownProperty'],
  ['nothing', '', 'filterSyntax'],
  ['blanks', '   ', 'filterSyntax'],
  ['half a comparison', 'size eq', 'filterSyntax'],
  ['half a conjunction', 'size eq 5 and', 'filterSyntax'],
  ['something behind the end', 'size eq 5 size', 'filterSyntax'],
  ['two comparisons at once', 'size eq 5 eq true', 'filterSyntax'],
  ['a text that does not end', "name eq 'x", 'filterSyntax'],
  ['a text that does not end after a doubled quote', "name eq 'x''", 'filterSyntax'],
  ['a parenthesis that does not close', '(size eq 5', 'filterSyntax'],
  ['a parenthesis that closes nothing', 'size eq 5)', 'filterSyntax'],
  ['an empty parenthesis', '()', 'filterSyntax'],
  ['a foreign sign', 'size = 5', 'filterSyntax'],
  ['a GUID without quotes', 'name eq 7c1e0f8a-1111-2222-3333-444455556666', 'filterSyntax'],
  ['a month that is not in the calendar', 'changed eq 2030-13-01', 'filterSyntax'],
  ['a call with too little', 'startswith(name)', 'filterSyntax'],
  ['a call with too much', "startswith(name,'a','b')", 'filterSyntax'],
  ['an unknown function', "contains(name,'a')", 'filterFunction'],
  ['a lambda', "link/any(l:l/scope eq 'x')", 'filterSyntax'],
  ['a number against a text', "size eq '5'", 'filterTypes'],
  ['a text against a date', "changed gt '2030-01-01'", 'filterTypes'],
  ['an object against an object', 'link eq link', 'filterTypes'],
  ['an object against a text', "link eq 'x'", 'filterTypes'],
  ['an order of booleans', 'hasPassword gt false', 'filterTypes'],
  ['a call of a number', "startswith(size,'5')", 'filterTypes'],
  ['a text alone', "'x'", 'filterNotBoolean'],
  ['a text as a term', 'name and size eq 5', 'filterNotBoolean'],
  ['null alone', 'null', 'filterNotBoolean'],
  ['the negation of a number', 'not size', 'filterNotBoolean'],
  ['51 parentheses within one another', `${'('.repeat(51)}size eq 5${')'.repeat(51)}`, 'filterTooDeep'],
  ['a hundred nots', `${'not '.repeat(100)}hasPassword`, 'filterTooDeep'],
  ['8193 characters', `hasPassword${' '.repeat(8182)}`, 'filterTooLong'],
] as const)('%s is refused', (_, filter, what) => {
  expect(() => readFilter(filter, subject)).toThrow(expect.objectContaining({ what }));
});

test.each([
  ['50 parentheses within one another', `${'('.repeat(50)}size eq 5${')'.repeat(50)}`],
  ['as many terms as fit', Array.from({ length: 600 }, () => 'size eq 5').join(' or ')],
])('%s are read', (_, filter) => {
  expect(passing(filter)).toEqual(['link']);
});

test('of the properties of a resource only its own count', () => {
  const matches = readFilter('toString ne null', { type: 'x', properties: { toString: 'Complex' as const } });
  expect([{}, { toString: {} }].map(matches)).toEqual([false, true]);
});

/** An expression as a tree, to be written as text and judged without a parser. */
type Tree =
  | {
      is: 'comparison';
      property: 'name' | 'size' | 'hasPassword' | 'link/scope';
      operator: string;
      literal: string | number | boolean | null;
    }
  | { is: 'not'; inner: Tree }
  | { is: 'and' | 'or'; inner: Tree[] };

const literals = {
  String: fc.oneof(fc.constantFrom('anonymous', "it's", ''), fc.string()),
  Number: fc.oneof(fc.integer(), fc.constantFrom(5, -2.5)),
  Boolean: fc.boolean(),
};

const comparison = fc
  .constantFrom('name' as const, 'size' as const, 'hasPassword' as const, 'link/scope' as const)
  .chain((property) => {
    const type = properties[property];
    const operators = type === 'Boolean' ? ['eq', 'ne'] : ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
    return fc.record({
      is: fc.constant('comparison' as const),
      property: fc.constant(property),
      operator: fc.constantFrom(...operators),
      literal: fc.option<string | number | boolean>(literals[type], { freq: 4 }),
    });
  });

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    comparison,
    fc.record({ is: fc.constant('not' as const), inner: tie('tree') }),
    fc.record({
      is: fc.constantFrom('and' as const, 'or' as const),
      inner: fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
    }),
  ),
}));

function written(node: Tree): string {
  switch (node.is) {
    case 'comparison': {
      const { property, operator, literal } = node;
      const text = typeof literal === 'string' ? `'${literal.replaceAll("'", "''")}'` : String(literal);
      return `${property} ${operator} ${text}`;
    }
    case 'not':
      return `not (${written(node.inner)})`;
    case 'and':
    case 'or':
      return node.inner.map((each) => `(${written(each)})`).join(` ${node.is} `);
  }
}

/** True, false, or undefined where it cannot be known. */
function judged(node: Tree, resource: Partial<typeof link>): boolean | undefined {
  switch (node.is) {
    case 'comparison': {
      const { property, operator, literal } = node;
      const held = property === 'link/scope' ? (resource.link?.scope ?? null) : (resource[property] ?? null);
      if (operator === 'eq') return held === literal;
      if (operator === 'ne') return held !== literal;
      if (held === null || literal === null) return undefined;
      const difference = String(held) > String(literal) ? 1 : String(held) < String(literal) ? -1 : 0;
      const exact = typeof literal === 'number' ? Math.sign(Number(held) - literal) : difference;
      return { gt: exact > 0, ge: exact >= 0, lt: exact < 0, le: exact <= 0 }[operator];
    }
    case 'not': {
      const inner = judged(node.inner, resource);
      return inner === undefined ? undefined : !inner;
    }
    case 'and': {
      const all = new Set(node.inner.map((each) => judged(each, resource)));
      return all.has(false) ? false : all.has(undefined) ? undefined : true;
    }
    case 'or': {
      const all = new Set(node.inner.map((each) => judged(each, resource)));
      return all.has(true) ? true : all.has(undefined) ? undefined : false;
    }
  }
}

test('any filter decides as the same expression judged without text does', () => {
  fc.assert(
    fc.property(tree, (node) => {
      const text = written(node);
      fc.pre(text.length <= 8192);
      const matches = readFilter(text, subject);
      for (const resource of [link, grant, {}]) expect(matches(resource)).toBe(judged(node, resource) === true);
    }),
  );
});

test('whatever is sent as a filter is read, or refused as a bad query option', () => {
  const words = fc.constantFrom(
    ...'name size link link/scope hasPassword eq ne gt and or not startswith null true'.split(' '),
    ..."( ) , ' 'x' '' 5 -1.5 2030-01-31T00:00:00Z / $ \u0000 1e9 é".split(' '),
    ' ',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(words, { maxLength: 30 }).map((each) => each.join(' ')),
    fc.array(words, { maxLength: 30 }).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(text, (filter) => {
      expect(outcome(() => readFilter(filter, subject)(link))).toMatch(/^(boolean|invalidQueryOption)$/);
    }),
    { numRuns: 2000 },
  );
});
