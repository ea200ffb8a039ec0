import type { Key, Kind } from '../store/store.ts';
import type { Usage } from './usage.ts';

/** What is kept about a tenant itself. Its counts are estimates (decision record 41). */
export interface TenantRow extends Usage {
  /** When it was last used, to the hour, in milliseconds. */
  readonly usedAt: number;
  /** Set while everything it keeps is being removed: until then nobody else may, in milliseconds. */
  readonly sweptUntil?: number;
}

export const tenantKind: Kind<TenantRow> = { table: 'tenants', json: [] };

/** The one partition whose key does not begin with a tenant, since it is what tenants are found by. */
export const tenantPartition = 'tenants';

export const tenantKey = (tenant: string): Key => ({ partition: tenantPartition, row: tenant });
