import { GraphError } from '../errors.ts';
import type { Kind } from './store.ts';

// Table Storage's limits. Both stores have them, so that a test against memory finds what the cloud would refuse.
// https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model

/** 64 KiB of UTF-16. */
const longestText = 32 * 1024;
const mostBytes = 64 * 1024;
/** 1 MiB, of which the keys and the names of the columns take a part. */
const largestEntity = 1024 * 1024 - 8 * 1024;

/** @throws GraphError `tooLargeToStore` for a value that Table Storage would refuse */
export function checkLimits<T extends object>(value: T, { json }: Kind<T>): void {
  let size = 0;
  // Not by its entries: each link's would be dropped at once.
  for (const name in value) {
    const held = value[name];
    const bytes = sizeOf(held, json.includes(name as never));
    const isTooLarge = held instanceof Uint8Array ? bytes > mostBytes : bytes > 2 * longestText;
    if (isTooLarge) throw new GraphError('tooLargeToStore');
    size += bytes;
  }
  if (size > largestEntity) throw new GraphError('tooLargeToStore');
}

function sizeOf(held: unknown, isJson: boolean): number {
  if (held instanceof Uint8Array) return held.length;
  if (isJson) return 2 * (JSON.stringify(held)?.length ?? 0);
  return typeof held === 'string' ? 2 * held.length : 8;
}
