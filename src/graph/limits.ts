import { GraphError } from '../errors.ts';
import type { GraphRequest } from './request.ts';

/** The longest request URI, in characters: what http.sys in front of Graph takes by default. [guess] */
const longestUri = 16 * 1024;

/** The longest path of an item, decoded, in characters, as SharePoint has it [doc]. */
const longestPath = 400;

/** The most that all headers may have together, in bytes, as the Functions host has it (Kestrel's default). */
export const headerLimit = 32 * 1024;

/** Names and values as they are sent: each with a colon, a space and the end of its line. */
export const areTooLarge = (headers: readonly string[]): boolean =>
  headers.reduce((sum, part) => sum + part.length + 2, 0) > headerLimit;

/** For headers that are. */
export const headersTooLarge = (): GraphError =>
  new GraphError('headersTooLarge', { values: { limit: String(headerLimit) } });

/** @throws GraphError `uriTooLong` */
export function checkUri({ url }: Pick<GraphRequest, 'url'>): void {
  if (url.length > longestUri) throw new GraphError('uriTooLong', { values: { limit: String(longestUri) } });
}

/** @throws GraphError `pathTooLong` */
export function checkPath(names: readonly string[]): void {
  if (names.join('/').length > longestPath)
    throw new GraphError('pathTooLong', { values: { limit: String(longestPath) } });
}
