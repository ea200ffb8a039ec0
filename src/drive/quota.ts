import type { Quota } from '@microsoft/microsoft-graph-types';

import type { Context } from '../operation.ts';
import { type Drive, driveKind, drivePartition } from './drive.ts';
import { itemRow } from './item.ts';

/** Where no quota is set: a terabyte for each drive, and nobody looks whether it is full. */
const usualTotal = 1_099_511_627_776;

/** A drive's quota. Where one is set it is the tenant's, out of which all of its drives take (F7). */
export async function quotaOf(drive: Drive, tenant: string, context: Context): Promise<Quota> {
  const total = context.settings.GRAPH_MOCK_QUOTA_BYTES;
  if (total === undefined) return toQuota(await bytesUsed(drive, tenant, context), usualTotal);
  return toQuota((await context.tenants.usage(tenant)).bytes, total);
}

/** @see https://learn.microsoft.com/graph/api/resources/quota */
function toQuota(used: number, total: number): Quota {
  const remaining = Math.max(0, total - used);
  return { deleted: 0, remaining, state: stateOf(remaining, total), total, used };
}

/** Less than a tenth is left, less than a hundredth, nothing [doc]. */
function stateOf(remaining: number, total: number): 'normal' | 'nearing' | 'critical' | 'exceeded' {
  if (remaining === 0) return 'exceeded';
  if (remaining < total / 100) return 'critical';
  return remaining < total / 10 ? 'nearing' : 'normal';
}

async function bytesUsed(drive: Drive, tenant: string, { store }: Context): Promise<number> {
  let used = 0;
  for await (const { value } of store.rows(driveKind).list(drivePartition(tenant, drive.id), itemRow('')))
    if (value.kind === 'file') used += value.size;
  return used;
}
