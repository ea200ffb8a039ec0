import { randomFillSync } from 'node:crypto';

// One call of the random generator costs as much as the rest of a createLink's crypto; it is asked for many secrets at
// once, as node does it for `randomUUID`.

const pool = new Uint8Array(4096);
let used = pool.length;

/** So many random bytes, fit for a secret. Each is handed out once, and not kept. */
export function newSecret(bytes: number): Uint8Array {
  if (bytes > pool.length) return randomFillSync(new Uint8Array(bytes));
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const secret = pool.slice(used, used + bytes);
  pool.fill(0, used, used + bytes);
  used += bytes;
  return secret;
}
