import { GraphError } from '../../errors.ts';
import type { QueryOptions } from '../../queryOptions.ts';

type Parameters = readonly (readonly [string, string])[];

/**
 * Reads an `$expand`: `children`, `children($select=id,name;$top=5),thumbnails`. `read` reads what stands in parentheses;
 * how deep that may nest is in the operation's declaration.
 *
 * @throws GraphError `invalidTerm`; `optionRefused` for what cannot be expanded
 */
export function readExpand<Query>(
  text: string,
  known: Readonly<Record<string, QueryOptions>>,
  read: (options: QueryOptions, parameters: Parameters) => Query,
): ReadonlyMap<string, Query> {
  const names = new Map(Object.keys(known).map((name) => [name.toLowerCase(), name]));
  const expanded = new Map<string, Query>();
  if (text.trim() === '') return expanded;
  for (const term of split(text, ',')) {
    const [, given, inner] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(term) ?? [];
    if (given === undefined) throw new GraphError('invalidTerm', { values: { term } });
    const name = names.get(given.toLowerCase());
    const options = name === undefined ? undefined : known[name];
    if (name === undefined || !options)
      throw new GraphError('optionRefused', { values: { option: `$expand=${given}` } });
    expanded.set(name, read(options, inner === undefined ? [] : parametersOf(inner)));
  }
  return expanded;
}

function parametersOf(inner: string): Parameters {
  return split(inner, ';').map((parameter) => {
    const at = parameter.indexOf('=');
    if (at < 0) throw new GraphError('invalidTerm', { values: { term: parameter } });
    return [parameter.slice(0, at).trim(), parameter.slice(at + 1)] as const;
  });
}

/** Splits where the separator stands neither in parentheses nor in quotes. @throws GraphError `invalidTerm` where these do not close */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) break;
    if (character !== separator || depth > 0) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  if (depth !== 0 || isQuoted) throw new GraphError('invalidTerm', { values: { term: text } });
  return [...parts, text.slice(start)];
}
