import { hash } from 'node:crypto';

import { GraphError } from '../errors.ts';

/** Real permissions have none; ours lets a test see 412 and 304 (F4.2 [prop]). It tells the value's content, whichever store it comes from. */
export function permissionETag(value: object): string {
  const held = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `"${hash('sha256', JSON.stringify(held), 'hex').slice(0, 32)}"`;
}

const tagsIn = (header: string): string[] => header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));

/** Whether the caller has this version already. */
export const isKnown = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch !== null && tagsIn(ifNoneMatch).some((tag) => tag === etag || tag === '*');

/** @throws GraphError `etagMismatch` where the caller means another version (F4.2). */
export function checkMatch(ifMatch: string | null, etag: string): void {
  if (ifMatch !== null && !tagsIn(ifMatch).some((tag) => tag === etag || tag === '*'))
    throw new GraphError('etagMismatch');
}
