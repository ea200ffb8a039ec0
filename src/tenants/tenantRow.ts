import { createHash } from 'node:crypto';

import type { Key, Kind } from '../store/store.ts';
import type { Usage } from './usage.ts';

/** What is kept about a tenant itself. Its counts are estimates (decision record 41). */
export interface TenantRow extends Usage {
  /** When it was last used, to the hour, in milliseconds. */
  readonly usedAt: number;
  /** Set while everything it keeps is being removed: until then nobody else may, in milliseconds. */
  readonly sweptUntil?: number;
}

/**
 * Its partition keys do not begin with the tenant, since it is what tenants are found by. A few partitions, so that no
 * single one takes all the writes, and a sweep can go on where another has ended.
 */
export const tenantKind: Kind<TenantRow> = { table: 'tenants', json: [] };

export const shards = 16;

export const shardPartition = (shard: number): string => `tenants|${shard.toString(16)}`;

export const tenantKey = (tenant: string): Key => ({
  partition: shardPartition(Number.parseInt(createHash('sha256').update(tenant).digest('hex').slice(0, 1), 16)),
  row: tenant,
});
