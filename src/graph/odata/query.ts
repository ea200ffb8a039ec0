import { GraphError } from '../../errors.ts';
import type { QueryOptions } from '../../queryOptions.ts';
import { readExpand } from './expand.ts';
import { type Predicate, readFilter } from './filter.ts';
import { type Order, readOrderBy } from './orderBy.ts';
import { readTop } from './page.ts';
import { readSelect } from './select.ts';

/** A request's query options, read. */
export interface Query {
  readonly select?: readonly string[] | undefined;
  readonly filter?: { readonly text: string; readonly matches: Predicate };
  readonly order: Order;
  readonly pageSize: number;
  readonly skipToken?: string;
  readonly expand: ReadonlyMap<string, Query>;
  /** What comes only where `select` names it. */
  readonly onlySelected: ReadonlySet<string>;
  /** What has to be asked for one by one. */
  readonly late: readonly string[];
}

/** What an option says; undefined where the operation does not take it. */
type Reader = (text: string, options: QueryOptions) => Partial<Query> | undefined;

const refused: Reader = () => undefined;

/** OData's options (F11). One that no operation takes is here because its name is its own even without the `$`. */
const readers = new Map<string, Reader>([
  ['select', (text) => ({ select: readSelect(text) })],
  [
    'filter',
    (text, { type, filter }) => filter && { filter: { text, matches: readFilter(text, { type, properties: filter }) } },
  ],
  ['orderby', (text, { orderBy }) => orderBy && { order: readOrderBy(text, orderBy) }],
  ['top', (text, { pageSize }) => (pageSize === undefined ? undefined : { pageSize: readTop(text) })],
  ['skiptoken', (text, { pageSize }) => (pageSize === undefined ? undefined : { skipToken: text })],
  ['expand', (text, { expand }) => expand && { expand: readExpand(text, expand, readQuery) }],
  // `Accept` decides, and JSON is all there is.
  ['format', () => ({})],
  ['skip', refused],
  ['count', refused],
  ['search', refused],
]);

/**
 * Reads the options of a query: their names in any case, with `$` or without it (F11). Every other name passes, being no
 * option of OData's, unless it has the `$`.
 *
 * @throws GraphError `optionRefused`, `optionRepeated`, and what the options' own readers throw
 */
export function readQuery(options: QueryOptions, parameters: Iterable<readonly [string, string]>): Query {
  const { orderBy, pageSize = Infinity, onlySelected = [], late = [] } = options;
  const order = orderBy ? readOrderBy('', orderBy) : [];
  const query: Query = { order, pageSize, expand: new Map(), onlySelected: new Set(onlySelected), late };
  const seen = new Set<string>();
  for (const [given, text] of parameters) {
    const name = given.toLowerCase().replace(/^\$/, '');
    const read = readers.get(name) ?? (given.startsWith('$') ? refused : undefined);
    if (!read) continue;
    if (seen.has(name)) throw new GraphError('optionRepeated', { values: { option: `$${name}` } });
    seen.add(name);
    const said = read(text, options);
    if (!said) throw new GraphError('optionRefused', { values: { option: `$${name}` } });
    Object.assign(query, said);
  }
  return query;
}
