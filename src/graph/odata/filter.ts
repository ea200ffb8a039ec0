import { GraphError } from '../../errors.ts';
import type { EdmType } from '../../queryOptions.ts';
import { valueAt } from './property.ts';
import { syntaxError, type Token, tokensOf } from './tokens.ts';

/** What an expression comes to. Null is the unknown of OData's three-valued logic: a property that is not there. */
type Value = string | number | boolean | object | null;

interface Expression {
  readonly type: EdmType | 'Null';
  readonly of: (resource: unknown) => Value;
}

export type Predicate = (resource: unknown) => boolean;

/** What a filter is about: the resource's name, and the properties it knows. */
interface Subject {
  readonly type: string;
  readonly properties: Readonly<Partial<Record<string, EdmType>>>;
}

/** In characters. [guess] A request line is shorter; a part of a batch need not be. */
const longest = 8192;
/** Parentheses, `not` and calls within one another. [guess] */
const deepest = 50;

const isEither = (value: Value): value is string | number => typeof value === 'string' || typeof value === 'number';

const inOrder =
  (compare: (a: string | number, b: string | number) => boolean) =>
  (a: Value, b: Value): Value =>
    isEither(a) && isEither(b) ? compare(a, b) : null;

/** The operators that compare. `eq` and `ne` know null, the others are unknown where a side is null. */
const comparisons = new Map<string, { kind: string; isOrder?: true; apply: (a: Value, b: Value) => Value }>([
  ['eq', { kind: 'Equal', apply: (a, b) => a === b }],
  ['ne', { kind: 'NotEqual', apply: (a, b) => a !== b }],
  ['gt', { kind: 'GreaterThan', isOrder: true, apply: inOrder((a, b) => a > b) }],
  ['ge', { kind: 'GreaterThanOrEqual', isOrder: true, apply: inOrder((a, b) => a >= b) }],
  ['lt', { kind: 'LessThan', isOrder: true, apply: inOrder((a, b) => a < b) }],
  ['le', { kind: 'LessThanOrEqual', isOrder: true, apply: inOrder((a, b) => a <= b) }],
]);

/** The functions of two texts. */
const functions = new Map<string, (text: string, other: string) => boolean>([
  ['startswith', (text, start) => text.startsWith(start)],
]);

/** A property's value as its type has it; what is of another type is as if it were not there. */
const readers: Readonly<Record<EdmType, (held: unknown) => Value>> = {
  String: (held) => (typeof held === 'string' ? held : null),
  Boolean: (held) => (typeof held === 'boolean' ? held : null),
  Number: (held) => (typeof held === 'number' ? held : null),
  DateTimeOffset: (held) => (typeof held === 'string' ? instantOf(held) : null),
  Complex: (held) => (typeof held === 'object' ? held : null),
};

const instantOf = (dateTime: string): number | null => {
  const instant = Date.parse(dateTime);
  return Number.isNaN(instant) ? null : instant;
};

/**
 * Reads a `$filter`: `eq ne gt ge lt le`, `and or not`, `startswith`, parentheses, null, and literals. Words come in any
 * case (F11). What it cannot vouch for it refuses, since clients delete what a filter lets through (F4.1).
 *
 * @throws GraphError `filterSyntax`, `filterTypes`, `filterNotBoolean`, `filterFunction`, `filterTooDeep`,
 * `filterTooLong`, `unknownProperty`
 */
export function readFilter(filter: string, { type, properties }: Subject): Predicate {
  if (filter.length > longest) throw new GraphError('filterTooLong', { values: { limit: String(longest) } });
  const tokens = tokensOf(filter);
  const paths = new Map(Object.entries(properties).map(([path, held]) => [path.toLowerCase(), { path, held }]));
  const end: Token = { kind: 'end', text: '', at: filter.length };
  let next = 0;

  const peek = (): Token => tokens[next] ?? end;
  const unexpected = (): GraphError => syntaxError(filter, peek().at);

  /** Moves past the next token if it is this word or mark. */
  function takes(text: string): boolean {
    const { kind, text: found } = peek();
    const isThere = (kind === 'word' || kind === 'mark') && found.toLowerCase() === text;
    if (isThere) next += 1;
    return isThere;
  }

  function expect(mark: string): void {
    if (!takes(mark)) throw unexpected();
  }

  // From the weakest bond to the strongest. The chains of `or` and `and` are loops, so that only what nests is deep.

  function disjunction(depth: number): Expression {
    const terms = [conjunction(depth)];
    while (takes('or')) terms.push(conjunction(depth));
    return joined(terms, true);
  }

  function conjunction(depth: number): Expression {
    const terms = [negation(depth)];
    while (takes('and')) terms.push(negation(depth));
    return joined(terms, false);
  }

  /** `not` takes the whole comparison along; strictly it would take its first side only, which is of use for nobody. */
  function negation(depth: number): Expression {
    if (depth > deepest) throw new GraphError('filterTooDeep');
    if (!takes('not')) return comparison(depth);
    const { of } = boolean(negation(depth + 1));
    return {
      type: 'Boolean',
      of: (resource) => {
        const value = of(resource);
        return value === null ? null : !value;
      },
    };
  }

  function comparison(depth: number): Expression {
    const left = operand(depth);
    const operator = peek().kind === 'word' ? comparisons.get(peek().text.toLowerCase()) : undefined;
    if (!operator) return left;
    next += 1;
    const right = operand(depth);
    const types = [left.type, right.type].filter((each) => each !== 'Null');
    const isComparable =
      new Set(types).size < 2 &&
      (types.length < 2 || types[0] !== 'Complex') &&
      !(operator.isOrder && !isOrdered(types));
    if (!isComparable) {
      const values = { left: `Edm.${left.type}`, right: `Edm.${right.type}`, operator: operator.kind };
      throw new GraphError('filterTypes', { values });
    }
    return { type: 'Boolean', of: (resource) => operator.apply(left.of(resource), right.of(resource)) };
  }

  function operand(depth: number): Expression {
    if (takes('(')) {
      const inner = disjunction(depth + 1);
      expect(')');
      return inner;
    }
    const token = peek();
    next += 1;
    switch (token.kind) {
      case 'string': {
        const text = token.text.slice(1, -1).replaceAll("''", "'");
        return { type: 'String', of: () => text };
      }
      case 'number':
        return { type: 'Number', of: () => Number(token.text) };
      case 'dateTime': {
        const instant = instantOf(token.text);
        if (instant === null) break;
        return { type: 'DateTimeOffset', of: () => instant };
      }
      case 'word':
        return takes('(') ? call(token.text, depth) : (constant(token.text) ?? property(token.text));
      case 'mark':
      case 'end':
    }
    throw syntaxError(filter, token.at);
  }

  function call(name: string, depth: number): Expression {
    const apply = functions.get(name.toLowerCase());
    if (!apply) throw new GraphError('filterFunction', { values: { name } });
    const text = disjunction(depth + 1);
    expect(',');
    const other = disjunction(depth + 1);
    expect(')');
    const wrong = [text, other].find((each) => each.type !== 'String' && each.type !== 'Null');
    if (wrong) {
      const values = { left: `Edm.${text.type}`, right: `Edm.${other.type}`, operator: name };
      throw new GraphError('filterTypes', { values });
    }
    return {
      type: 'Boolean',
      of: (resource) => {
        const [a, b] = [text.of(resource), other.of(resource)];
        return typeof a === 'string' && typeof b === 'string' ? apply(a, b) : null;
      },
    };
  }

  function property(name: string): Expression {
    const found = paths.get(name.toLowerCase());
    if (!found?.held) throw new GraphError('unknownProperty', { values: { name, type } });
    const read = readers[found.held];
    const path = found.path.split('/');
    return { type: found.held, of: (resource) => read(valueAt(resource, path)) };
  }

  const whole = boolean(disjunction(0));
  if (peek().kind !== 'end') throw unexpected();
  return (resource) => whole.of(resource) === true;
}

const constants = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function constant(word: string): Expression | undefined {
  const value = constants.get(word.toLowerCase());
  return value === undefined ? undefined : { type: value === null ? 'Null' : 'Boolean', of: () => value };
}

const isOrdered = (types: readonly string[]): boolean => !types.includes('Boolean') && !types.includes('Complex');

/** @throws GraphError `filterNotBoolean` */
function boolean(expression: Expression): Expression {
  if (expression.type !== 'Boolean') throw new GraphError('filterNotBoolean');
  return expression;
}

/** One term alone, or terms of which one that comes to `decisive` decides; else one unknown leaves the whole unknown. */
function joined(terms: readonly Expression[], decisive: boolean): Expression {
  const [first, ...others] = terms;
  if (first && others.length === 0) return first;
  for (const term of terms) boolean(term);
  return {
    type: 'Boolean',
    of: (resource) => {
      let value: Value = !decisive;
      for (const { of } of terms) {
        const held = of(resource);
        if (held === decisive) return decisive;
        if (held === null) value = null;
      }
      return value;
    },
  };
}
