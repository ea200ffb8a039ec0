import { isGuid } from '../guid.ts';
import { kinds } from '../kinds.ts';
import type { Settings } from '../settings.ts';
import type { Stored } from '../store/store.ts';
import { tenantKey, tenantKind, type TenantRow } from './tenantRow.ts';
import type { World } from './world.ts';

const day = 24 * 3_600_000;

/** How long nobody has used a tenant that goes, in milliseconds. */
export const retentionOf = ({ GRAPH_MOCK_RETENTION_DAYS: days }: Settings): number =>
  days === 0 ? Number.POSITIVE_INFINITY : days * day;

/** How long a tenant may be closed, in milliseconds: the longest that removing all of it may take. */
export const longest = 5 * 60_000;
/** So long before that a sweep removes nothing more, in milliseconds: what it has sent may still be on its way. */
const margin = 60_000;

/** Whether to go on removing what belongs together; it begins now. */
export function inTime(goOn: () => boolean, clock: () => Date): () => boolean {
  const end = clock().getTime() + longest - margin;
  return () => goOn() && clock().getTime() < end;
}

/**
 * Removes everything that a tenant keeps, and in the end the row that tells of it.
 *
 * The tenant is closed first, by its row's ETag: who comes in before keeps it, who comes later has to wait until it is
 * empty, and begins anew. So nothing is removed that was written after the tenant was in use again.
 *
 * @param goOn asked again and again; once it says no, whoever comes next goes on with the tenant
 * @returns true when the tenant is gone
 */
export async function sweepTenant(
  { row: tenant, value, etag }: Stored<TenantRow>,
  { store, clock }: World,
  goOn: () => boolean = () => true,
): Promise<boolean> {
  // Partitions are found by how they begin, and no GUID is the beginning of another.
  if (!isGuid(tenant)) return false;
  const rows = store.rows(tenantKind);
  const key = tenantKey(tenant);
  const isInTime = inTime(goOn, clock);
  const closed = await rows.replace(key, { ...value, sweptUntil: clock().getTime() + longest }, etag);
  if (!closed) return false;
  if (await store.clear(kinds, tenant, isInTime)) return rows.remove(key, closed.etag);
  await rows.replace(key, { ...value, sweptUntil: 0 }, closed.etag);
  return false;
}

/** Whether it is time for a tenant to go, or another sweep has not come to its end. */
export const isDue = ({ usedAt, sweptUntil }: TenantRow, retention: number, now: number): boolean =>
  (sweptUntil ?? usedAt + retention) <= now;
