import type { Context } from '../operation.ts';
import type { Kind, Stored } from '../store/store.ts';
import { isLeftDue, type Left, sweepLeft } from './leftGenerations.ts';
import { takeLease } from './sweepLease.ts';
import { isDue, retentionOf, sweepTenant } from './sweepTenant.ts';
import { shardPartition, shards, tenantKind, type TenantRow } from './tenantRow.ts';

/** How long one sweep goes on, in milliseconds. A function is stopped after a few minutes; the next sweep goes on. */
const longest = 90_000;

/** So many tenants are swept at once. */
const pageSize = 20;

/** A tenant, or a generation of one that it has left: they stand in the same partitions. */
type Swept = TenantRow | Left;
const sweptKind: Kind<Swept> = { table: tenantKind.table, json: [] };
const isLeft = (value: Swept): value is Left => 'sweptAfter' in value;

/**
 * Removes the tenants that nobody has used for `GRAPH_MOCK_RETENTION_DAYS`, and the generations that those in use have
 * left, page by page, on one instance at a time.
 * What a sweep does not come to, or leaves half done, the next one finds where it was left.
 *
 * @param goOn asked again and again; once it says no, the sweep ends
 * @returns how many tenants have gone
 */
export async function sweep(context: Context, goOn: () => boolean = () => true): Promise<number> {
  const { store, clock } = context;
  const lease = await takeLease(store, clock);
  if (!lease) return 0;
  const began = clock().getTime();
  const isInTime = (): boolean => goOn() && clock().getTime() < began + longest;
  const rows = store.rows(sweptKind);
  let { shard } = lease;
  let swept = 0;
  try {
    for (let turn = 0; turn < shards && isInTime(); turn += 1) {
      for await (const page of inPages(due(rows.list(shardPartition(shard)), context, began))) {
        swept += await sweepPage(page, context, goOn);
        if (!(await lease.renew(shard)) || !isInTime()) return swept;
      }
      shard = (shard + 1) % shards;
    }
    return swept;
  } finally {
    await lease.release(shard);
  }
}

async function* due(rows: AsyncIterable<Stored<Swept>>, { settings }: Context, now: number) {
  const retention = retentionOf(settings);
  for await (const stored of rows)
    if (isLeft(stored.value) ? isLeftDue(stored.value, now) : isDue(stored.value, retention, now)) yield stored;
}

async function* inPages<T>(values: AsyncIterable<T>): AsyncGenerator<T[]> {
  let page: T[] = [];
  for await (const value of values) {
    page.push(value);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** One that cannot be swept is no reason to leave the others. */
async function sweepPage(page: readonly Stored<Swept>[], context: Context, goOn: () => boolean): Promise<number> {
  const results = await Promise.allSettled(
    page.map(({ row, etag, value }) =>
      isLeft(value) ? sweepLeft({ row, etag }, context, goOn) : sweepTenant({ row, etag, value }, context, goOn),
    ),
  );
  for (const result of results) if (result.status === 'rejected') context.report(result.reason);
  return results.filter((result) => result.status === 'fulfilled' && result.value).length;
}
