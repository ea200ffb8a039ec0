import { createHash } from 'node:crypto';

import * as z from 'zod';

import { GraphError } from '../../errors.ts';
import { compareKeys, type Order, type SortKey, sortKeyOf } from './orderBy.ts';
import { valueAt } from './property.ts';

/** The most that one page holds, whatever `$top` asks for. [guess] Clients ask for 999, 1000 and 3000, and follow the nextLink. */
const largestPage = 1000;

/** Reads a `$top`. @throws GraphError `invalidTop` for what is no whole number above 0 (bounds: F11 [guess]) */
export function readTop(text: string): number {
  const top = /^\d+$/.test(text) ? Number(text) : 0;
  if (top < 1 || top > 2 ** 31 - 1) throw new GraphError('invalidTop', { values: { value: text } });
  return Math.min(top, largestPage);
}

/** One list, as one caller asks for it; a token of another one is refused. */
export interface List {
  /** Whatever tells this list from another: who asks, for what, filtered and sorted how. */
  readonly identity: readonly string[];
  readonly order: Order;
  readonly pageSize: number;
  readonly skipToken?: string | undefined;
}

const fingerprintOf = (identity: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 16);

/**
 * Where the next page begins: the first resource there by its place in the order, and by its id where the list has no
 * order of its own; with the last one before it, should the first have gone by then.
 */
const tokenSchema = z.object({
  list: z.string(),
  first: z.string(),
  last: z.string(),
  key: z.array(z.union([z.string(), z.number()])),
});

type SkipToken = z.output<typeof tokenSchema>;

/**
 * The part of a list that is asked for, and the token of the next one if there is more. What was in the list all the
 * while is in exactly one page, even if something before it comes or goes.
 *
 * @throws GraphError `invalidSkipToken`
 */
export function pageOf<Resource extends object>(
  resources: readonly Resource[],
  list: List,
): { page: readonly Resource[]; next?: string } {
  const { identity, order, pageSize, skipToken } = list;
  const fingerprint = fingerprintOf(identity);
  const start = skipToken === undefined ? 0 : startOf(resources, readToken(skipToken, fingerprint), order);
  const page = resources.slice(start, start + pageSize);
  const [last, first] = [page.at(-1), resources[start + pageSize]];
  if (!last || !first) return { page };
  const token: SkipToken = {
    list: fingerprint,
    first: idOf(first),
    last: idOf(last),
    key: [...(order.length > 0 ? sortKeyOf(first, order) : [])],
  };
  return { page, next: Buffer.from(JSON.stringify(token)).toString('base64url') };
}

function startOf(resources: readonly object[], { first, last, key }: SkipToken, order: Order): number {
  if (order.length > 0) {
    const at = resources.findIndex((resource) => compareKeys(sortKeyOf(resource, order), key, order) >= 0);
    return at < 0 ? resources.length : at;
  }
  const ids = resources.map(idOf);
  const at = ids.indexOf(first);
  // With both gone the list begins again: rather something twice than something not at all.
  return at < 0 ? ids.indexOf(last) + 1 : at;
}

function readToken(text: string, fingerprint: string): SkipToken & { key: SortKey } {
  try {
    const token = tokenSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (token.list === fingerprint) return token;
  } catch {
    // Not one of ours.
  }
  throw new GraphError('invalidSkipToken');
}

const idOf = (resource: object): string => String(valueAt(resource, ['id']));
