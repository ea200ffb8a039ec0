import { GraphError } from '../errors.ts';
import type { Kind } from './store.ts';

// Table Storage's limits. Both stores have them, so that a test against memory finds what the cloud would refuse.
// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model

/** 64 KiB, of UTF-16 where it is text. */
const largestProperty = 64 * 1024;
/** 1 MiB, of which the keys and the names of the columns take a part. */
const largestEntity = 1024 * 1024 - 8 * 1024;

/** @throws GraphError `tooLargeToStore` for a value that Table Storage would refuse */
export function checkLimits<T extends object>(value: T, { json }: Kind<T>): void {
  // Nearly every value is so small that nothing in it needs to be written as JSON to see that.
  let most = 0;
  for (const name in value) most += atMost(value[name]);
  if (most <= largestProperty) return;
  let size = 0;
  for (const [name, held] of Object.entries(value)) {
    const bytes = json.some((each) => each === name) ? 2 * (JSON.stringify(held)?.length ?? 0) : sizeOf(held);
    if (bytes > largestProperty) throw new GraphError('tooLargeToStore');
    size += bytes;
  }
  if (size > largestEntity) throw new GraphError('tooLargeToStore');
}

function sizeOf(held: unknown): number {
  if (held instanceof Uint8Array) return held.length;
  return typeof held === 'string' ? 2 * held.length : 8;
}

/** In bytes: the most that a property, and all in it, can come to, each character escaped (`\u0000`) in UTF-16. */
function atMost(held: unknown): number {
  return held instanceof Uint8Array ? held.length : atMostAsJson(held);
}

/** The same of what JSON can say. */
function atMostAsJson(held: unknown): number {
  if (typeof held === 'string') return 12 * held.length + 8;
  if (typeof held !== 'object' || held === null) return 64;
  // What an array leaves out is written as well.
  let most = Array.isArray(held) ? 8 + 16 * held.length : 8;
  for (const name in held) most += 12 * name.length + 16 + atMostAsJson(held[name as keyof typeof held]);
  return most;
}
