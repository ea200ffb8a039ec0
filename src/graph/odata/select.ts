import { GraphError } from '../../errors.ts';

/**
 * The names of a `$select`, as they were given; undefined when it asks for everything. Of `link/webUrl` the whole `link`
 * comes [guess].
 *
 * @throws GraphError `invalidTerm`
 */
export function readSelect(text: string): string[] | undefined {
  if (text.trim() === '') return undefined;
  const terms = text.split(',').map((term) => term.trim());
  for (const term of terms)
    if (!/^(\*|@?\w[\w.]*(\/\w+)*)$/.test(term)) throw new GraphError('invalidTerm', { values: { term } });
  return terms.includes('*') ? undefined : terms;
}

/**
 * The properties of a resource that are asked for, whatever case they are asked for in (F11), and what control
 * information it has. A name that it does not have is ignored [prop].
 */
export function select(resource: object, names: readonly string[]): object {
  const asked = new Set(names.map((name) => propertyOf(name).toLowerCase()));
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => name.includes('@odata.') || asked.has(name.toLowerCase())),
  );
}

/** The names as they stand in the context URL: spelt as the resources spell them (F6.2 [seen]). */
export function spelled(names: readonly string[], resources: readonly object[]): string[] {
  const spellings = new Map(resources.flatMap(Object.keys).map((name) => [name.toLowerCase(), name]));
  return names.map((name) => spellings.get(name.toLowerCase()) ?? name);
}

const propertyOf = (name: string): string => name.split('/')[0] ?? name;
