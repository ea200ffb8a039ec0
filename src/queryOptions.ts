/** What a property is, for a filter. A `Complex` one can only be compared with null. */
export type EdmType = 'String' | 'Boolean' | 'Number' | 'DateTimeOffset' | 'Complex';

/** A property, or one of a property's own, in any depth: `link`, `link/scope`. */
type PathOf<Resource> = (keyof Resource & string) | `${keyof Resource & string}/${string}`;

/**
 * The OData query options that an operation takes (F11), as data. An operation that declares some takes `$select`, and
 * refuses every option that is not here; one that declares none does not look at them.
 */
export interface QueryOptions<Resource = Readonly<Record<string, unknown>>> {
  /** Graph's name for the resource, as its messages use it. */
  readonly type: string;
  /** The properties that `$filter` knows. */
  readonly filter?: Readonly<Partial<Record<PathOf<Resource>, EdmType>>>;
  /** The properties that `$orderby` knows; the first gives the order when nothing is asked. */
  readonly orderBy?: readonly [keyof Resource & string, ...(keyof Resource & string)[]];
  /** A list's page when no `$top` is asked; `Infinity` where only `$top` makes pages. */
  readonly pageSize?: number;
  /** The properties that come only where `$select` names them. */
  readonly onlySelected?: readonly (keyof Resource & string)[];
  /** The paths of properties that cost a question to the store for each resource: the answer's `complete` adds them. */
  readonly late?: readonly PathOf<Resource>[];
  /** What `$expand` can bring along, and the options it takes in parentheses. The operation puts it there. */
  readonly expand?: Readonly<Record<string, QueryOptions>>;
}
