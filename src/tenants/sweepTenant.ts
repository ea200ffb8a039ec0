import { isGuid } from '../guid.ts';
import { kinds } from '../kinds.ts';
import type { Stored } from '../store/store.ts';
import { tenantKey, tenantKind, type TenantRow } from './tenantRow.ts';
import type { World } from './world.ts';

/** In milliseconds. */
const times = {
  /** How long a tenant may be closed. */
  closed: 5 * 60_000,
  /** So long before its end a sweep removes nothing more: what it has sent may still be on its way. */
  margin: 60_000,
};

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
  const began = clock().getTime();
  const closed = await rows.replace(key, { ...value, sweptUntil: began + times.closed }, etag);
  if (!closed) return false;
  const isInTime = (): boolean => goOn() && clock().getTime() < began + times.closed - times.margin;
  if (await store.clear(kinds, tenant, isInTime)) return rows.remove(key, closed.etag);
  await rows.replace(key, { ...value, sweptUntil: 0 }, closed.etag);
  return false;
}

/** Whether it is time for a tenant to go, or another sweep has not come to its end. */
export const isDue = ({ usedAt, sweptUntil }: TenantRow, retention: number, now: number): boolean =>
  (sweptUntil ?? usedAt + retention) <= now;
