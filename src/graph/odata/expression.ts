import { GraphError } from '../../errors.ts';
import type { EdmType } from '../../queryOptions.ts';
import { valueAt } from './property.ts';

/** What an expression comes to. Null is the unknown of OData's three-valued logic: a property that is not there. */
type Value = string | number | boolean | object | null;

/** A part of a filter, understood: its type is known before any resource is, its value for each. */
export interface Expression {
  readonly type: EdmType | 'Null';
  readonly of: (resource: unknown) => Value;
}

export const literal = (type: EdmType, value: Value): Expression => ({ type, of: () => value });

const constants = new Map<string, Expression>([
  ['true', literal('Boolean', true)],
  ['false', literal('Boolean', false)],
  ['null', { type: 'Null', of: () => null }],
]);

export const constant = (word: string): Expression | undefined => constants.get(word.toLowerCase());

/** The moment of a date and time, with a fraction or an offset where they come (F15); null for what is none. */
export const instantOf = (dateTime: string): number | null => {
  const instant = Date.parse(dateTime);
  return Number.isNaN(instant) ? null : instant;
};

/** A property's value as its type has it; what is of another type is as if it were not there. */
const readers: Readonly<Record<EdmType, (held: unknown) => Value>> = {
  String: (held) => (typeof held === 'string' ? held : null),
  Boolean: (held) => (typeof held === 'boolean' ? held : null),
  Number: (held) => (typeof held === 'number' ? held : null),
  DateTimeOffset: (held) => (typeof held === 'string' ? instantOf(held) : null),
  Complex: (held) => (typeof held === 'object' ? held : null),
};

/** A property by its path: `link/scope`. */
export function property(path: string, type: EdmType): Expression {
  const [names, read] = [path.split('/'), readers[type]];
  return { type, of: (resource) => read(valueAt(resource, names)) };
}

/** An operator that compares: OData's name for its kind, the types it cannot compare, and what it does. */
interface Comparison {
  readonly kind: string;
  readonly except: ReadonlySet<Expression['type']>;
  readonly apply: (a: Value, b: Value) => Value;
}

const isOrdered = (value: Value): value is string | number => typeof value === 'string' || typeof value === 'number';

/** Unknown where a side is null. */
const order = (kind: string, compare: (a: string | number, b: string | number) => boolean): Comparison => ({
  kind,
  except: new Set(['Boolean', 'Complex']),
  apply: (a, b) => (isOrdered(a) && isOrdered(b) ? compare(a, b) : null),
});

/** Knows null, which is all that an object can be compared with. */
const equality = (kind: string, apply: Comparison['apply']): Comparison => ({
  kind,
  except: new Set(['Complex']),
  apply,
});

export const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ['eq', equality('Equal', (a, b) => a === b)],
  ['ne', equality('NotEqual', (a, b) => a !== b)],
  ['gt', order('GreaterThan', (a, b) => a > b)],
  ['ge', order('GreaterThanOrEqual', (a, b) => a >= b)],
  ['lt', order('LessThan', (a, b) => a < b)],
  ['le', order('LessThanOrEqual', (a, b) => a <= b)],
]);

/** @throws GraphError `filterTypes` */
export function compared(left: Expression, { kind, except, apply }: Comparison, right: Expression): Expression {
  const hasNull = left.type === 'Null' || right.type === 'Null';
  if (!hasNull && (left.type !== right.type || except.has(left.type))) throw incompatible(left, kind, right);
  return { type: 'Boolean', of: (resource) => apply(left.of(resource), right.of(resource)) };
}

/** The functions of two texts. */
const functions = new Map<string, (text: string, other: string) => boolean>([
  ['startswith', (text, start) => text.startsWith(start)],
]);

export const isFunction = (name: string): boolean => functions.has(name.toLowerCase());

/** @throws GraphError `filterFunction`, `filterTypes` */
export function called(name: string, text: Expression, other: Expression): Expression {
  const apply = functions.get(name.toLowerCase());
  if (!apply) throw new GraphError('filterFunction', { values: { name } });
  for (const { type } of [text, other]) if (type !== 'String' && type !== 'Null') throw incompatible(text, name, other);
  return {
    type: 'Boolean',
    of: (resource) => {
      const [a, b] = [text.of(resource), other.of(resource)];
      return typeof a === 'string' && typeof b === 'string' ? apply(a, b) : null;
    },
  };
}

const incompatible = (left: Expression, operator: string, right: Expression): GraphError =>
  new GraphError('filterTypes', { values: { left: `Edm.${left.type}`, right: `Edm.${right.type}`, operator } });

/** @throws GraphError `filterNotBoolean` */
export function boolean(expression: Expression): Expression {
  if (expression.type !== 'Boolean') throw new GraphError('filterNotBoolean');
  return expression;
}

/** What is unknown stays so. @throws GraphError `filterNotBoolean` */
export function negated(expression: Expression): Expression {
  const { of } = boolean(expression);
  return {
    type: 'Boolean',
    of: (resource) => {
      const value = of(resource);
      return value === null ? null : !value;
    },
  };
}

/**
 * One term alone, or terms of which one that comes to `decisive` decides; else one unknown leaves the whole unknown.
 *
 * @throws GraphError `filterNotBoolean`
 */
export function joined(terms: readonly Expression[], decisive: boolean): Expression {
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
