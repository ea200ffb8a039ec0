import { GraphError } from '../../errors.ts';
import { lazy } from '../../lazy.ts';
import { valueAt } from './property.ts';

interface Term {
  readonly property: string;
  readonly isDescending: boolean;
}

/** What a list is sorted by; by nothing, it stays as it is. */
export type Order = readonly Term[];

/** Reads an `$orderby`: `name`, `size desc, name asc`. @throws GraphError `invalidOrderBy` */
export function readOrderBy(text: string, properties: readonly string[]): Order {
  const terms = text.trim() === '' ? (properties[0] ?? '') : text;
  return terms.split(',').map((term): Term => {
    const [, name = '', direction = 'asc'] = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/i.exec(term) ?? [];
    const property = properties.find((each) => each.toLowerCase() === name.toLowerCase());
    if (property === undefined)
      throw new GraphError('invalidOrderBy', { values: { name: name === '' ? term.trim() : name } });
    return { property, isDescending: direction.toLowerCase() === 'desc' };
  });
}

/** What decides where a resource stands in an order. Its id comes last, so that no two stand at the same place. */
export type SortKey = readonly (string | number)[];

export const sortKeyOf = (resource: unknown, order: Order): SortKey =>
  [...order.map(({ property }) => property), 'id'].map((name) => {
    const value = valueAt(resource, [name]);
    return typeof value === 'number' ? value : typeof value === 'string' ? value : '';
  });

const collator = lazy(() => new Intl.Collator('en'));

/** As people sort; what they would call the same, by its code units, so that the order is one. */
const compareTexts = (a: string, b: string): number => collator().compare(a, b) || (a < b ? -1 : Number(a > b));

export function compareKeys(a: SortKey, b: SortKey, order: Order): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? '';
    const difference =
      typeof left === 'number' && typeof right === 'number' ? left - right : compareTexts(String(left), String(right));
    if (difference !== 0) return order[at]?.isDescending ? -difference : difference;
  }
  return 0;
}

export function sorted<Resource>(resources: readonly Resource[], order: Order): Resource[] {
  if (order.length === 0) return [...resources];
  return resources
    .map((resource) => ({ resource, key: sortKeyOf(resource, order) }))
    .toSorted((a, b) => compareKeys(a.key, b.key, order))
    .map(({ resource }) => resource);
}
