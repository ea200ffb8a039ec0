import { GraphError } from '../../errors.ts';
import type { EdmType } from '../../queryOptions.ts';
import {
  boolean,
  called,
  compared,
  comparisons,
  constant,
  type Expression,
  instantOf,
  isFunction,
  joined,
  literal,
  negated,
  property,
} from './expression.ts';
import { syntaxError, type Token, tokensOf } from './tokens.ts';

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

/**
 * Reads a `$filter`: `eq ne gt ge lt le`, `and or not`, `startswith`, parentheses, null, and literals. Words come in any
 * case (F11). What it cannot vouch for it refuses, since clients delete what a filter lets through (F4.1).
 *
 * @throws GraphError `filterSyntax`, `filterTypes`, `filterNotBoolean`, `filterFunction`, `filterTooDeep`,
 * `filterTooLong`, `unknownProperty`
 */
export function readFilter(filter: string, subject: Subject): Predicate {
  if (filter.length > longest) throw new GraphError('filterTooLong', { values: { limit: String(longest) } });
  const whole = boolean(parse(filter, subject));
  return (resource) => whole.of(resource) === true;
}

/** Recursive descent, from the weakest bond to the strongest. `or` and `and` are loops: only what nests is deep. */
function parse(filter: string, { type, properties }: Subject): Expression {
  const tokens = tokensOf(filter);
  const paths = new Map(Object.entries(properties).map(([path, held]) => [path.toLowerCase(), { path, held }]));
  const end: Token = { kind: 'end', text: '', at: filter.length };
  let next = 0;

  const whole = disjunction(0);
  if (peek().kind !== 'end') throw syntaxError(filter, peek().at);
  return whole;

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
    return takes('not') ? negated(negation(depth + 1)) : comparison(depth);
  }

  function comparison(depth: number): Expression {
    const left = operand(depth);
    const operator = peek().kind === 'word' ? comparisons.get(peek().text.toLowerCase()) : undefined;
    if (!operator) return left;
    next += 1;
    return compared(left, operator, operand(depth));
  }

  function operand(depth: number): Expression {
    if (takes('(')) {
      const inner = disjunction(depth + 1);
      expect(')');
      return inner;
    }
    const { kind, text, at } = peek();
    next += 1;
    const instant = kind === 'dateTime' ? instantOf(text) : null;
    if (instant !== null) return literal('DateTimeOffset', instant);
    if (kind === 'string') return literal('String', text.slice(1, -1).replaceAll("''", "'"));
    if (kind === 'number') return literal('Number', Number(text));
    if (kind !== 'word') throw syntaxError(filter, at);
    return takes('(') ? call(text, depth) : (constant(text) ?? propertyNamed(text));
  }

  function call(name: string, depth: number): Expression {
    // Asked first: what an unknown function takes in its parentheses nobody knows.
    if (!isFunction(name)) throw new GraphError('filterFunction', { values: { name } });
    const text = disjunction(depth + 1);
    expect(',');
    const other = disjunction(depth + 1);
    expect(')');
    return called(name, text, other);
  }

  function propertyNamed(name: string): Expression {
    const found = paths.get(name.toLowerCase());
    if (!found?.held) throw new GraphError('unknownProperty', { values: { name, type } });
    return property(found.path, found.held);
  }

  function peek(): Token {
    return tokens[next] ?? end;
  }

  /** Moves past the next token if it is this word or mark. */
  function takes(text: string): boolean {
    const { kind, text: found } = peek();
    const isThere = (kind === 'word' || kind === 'mark') && found.toLowerCase() === text;
    if (isThere) next += 1;
    return isThere;
  }

  function expect(mark: string): void {
    if (!takes(mark)) throw syntaxError(filter, peek().at);
  }
}
