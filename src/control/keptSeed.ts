import { createHash } from 'node:crypto';

import type { Context } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import { baseOf } from './control.ts';
import { type Seed, seedSchema } from './seed.ts';

/** A piece of a seed, as JSON. Partition: `{tenant}|seed|{name}`. */
interface Chunk {
  readonly bytes: Uint8Array;
}

export const seedKind: Kind<Chunk> = { table: 'seeds', json: [] };

/** Table Storage's limit for one property. */
const chunkBytes = 64 * 1024;

const partitionOf = (tenant: string, name: string): string => `${tenant}|seed|${name}`;

const bytesOf = (seed: Seed): Buffer => Buffer.from(JSON.stringify(seed));

/** The same for the same seed as it was given. */
export const hashOf = (seed: Seed): string => createHash('sha256').update(bytesOf(seed)).digest('hex').slice(0, 32);

/** Keeps a seed, to return to it. No password is in it any more. */
export async function keepSeed(seed: Seed, name: string, tenant: string, context: Context): Promise<void> {
  const bytes = bytesOf(seed);
  const rows = baseOf(context).store.rows(seedKind);
  const partition = partitionOf(tenant, name);
  for (let at = 0; at < bytes.length; at += chunkBytes)
    await rows.insert(
      { partition, row: String(at / chunkBytes).padStart(6, '0') },
      { bytes: Uint8Array.from(bytes.subarray(at, at + chunkBytes)) },
    );
}

/** The seed of this name; undefined once it is forgotten. */
export async function keptSeed(name: string, tenant: string, context: Context): Promise<Seed | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const { value } of baseOf(context).store.rows(seedKind).list(partitionOf(tenant, name)))
    chunks.push(value.bytes);
  try {
    return seedSchema().parse(JSON.parse(Buffer.concat(chunks).toString()));
  } catch {
    // It was being removed, or is being written.
    return undefined;
  }
}

export const forgetSeed = async (name: string, tenant: string, context: Context): Promise<void> =>
  void (await baseOf(context).store.clear([seedKind], partitionOf(tenant, name)));
