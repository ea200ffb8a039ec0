import { GraphError } from '../errors.ts';
import { sweepTenant } from './sweepTenant.ts';
import { tenantKey, tenantKind, type TenantRow } from './tenantRow.ts';
import { nothing } from './usage.ts';
import type { World } from './world.ts';

/** So long a tenant's use is not written down again, in milliseconds. Retention is counted in days. */
export const restsFor = 3_600_000;

/** So long a call goes on with what a sweep has left half done, in milliseconds. The next call goes on from there. */
const patience = 20_000;

/**
 * Writes down that a tenant is in use, unless that was done a while ago. Answers its row as it stands now.
 *
 * @throws GraphError `tenantClosed` while it is being swept
 */
export async function touch(tenant: string, world: World): Promise<TenantRow> {
  const rows = world.store.rows(tenantKind);
  const key = tenantKey(tenant);
  const began = world.clock().getTime();
  const isPatient = (): boolean => world.clock().getTime() < began + patience;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const now = world.clock().getTime();
    const stored = await rows.insert(key, { ...nothing, usedAt: now });
    const { value, etag, created } = stored;
    if (created) return value;
    if (value.sweptUntil !== undefined) {
      if (value.sweptUntil > now) throw new GraphError('tenantClosed');
      // Half of it may be gone: who has begun to sweep it has ended, and somebody has to go on.
      await sweepTenant(stored, world, isPatient);
      if (!isPatient()) break;
      continue;
    }
    if (value.usedAt + restsFor > now) return value;
    const used = { ...value, usedAt: now };
    if (await rows.replace(key, used, etag)) return used;
  }
  throw new GraphError('tenantClosed');
}
