import type { Key, Kind, Store } from '../store/store.ts';
import { tenantKind } from './tenantRow.ts';

/** Who sweeps, and how far they have come. */
interface Kept {
  /** In milliseconds. */
  readonly until: number;
  /** Where the next sweep begins. */
  readonly shard: number;
}

/** One row for the whole deployment, beside the tenants. */
const leaseKind: Kind<Kept> = { table: tenantKind.table, json: [] };
const key: Key = { partition: 'sweep', row: 'lease' };

/** Longer than a page takes, in milliseconds. */
const lasts = 5 * 60_000;

/** The right to sweep. It is a courtesy, so that no two instances do the same work: what makes a sweep safe is in `sweepTenant.ts`. */
export interface Lease {
  readonly shard: number;
  /** Says how far the sweep has come, and goes on. False where somebody else has taken over. */
  readonly renew: (shard: number) => Promise<boolean>;
  readonly release: (shard: number) => Promise<void>;
}

/** Undefined while somebody else sweeps. */
export async function takeLease(store: Store, clock: () => Date): Promise<Lease | undefined> {
  const rows = store.rows(leaseKind);
  const now = clock().getTime();
  const found = await rows.insert(key, { until: now + lasts, shard: 0 });
  const { shard } = found.value;
  if (!found.created && found.value.until > now) return undefined;
  let held = found.created ? found : await rows.replace(key, { until: now + lasts, shard }, found.etag);
  if (!held) return undefined;

  async function put(value: Kept): Promise<boolean> {
    held &&= await rows.replace(key, value, held.etag);
    return held !== undefined;
  }
  return {
    shard,
    renew: (next) => put({ until: clock().getTime() + lasts, shard: next }),
    release: async (next) => void (await put({ until: 0, shard: next })),
  };
}
