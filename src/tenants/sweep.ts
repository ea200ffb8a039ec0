import type { Context } from '../operation.ts';
import type { Kind, Stored } from '../store/store.ts';
import { isLeftDue, type Left, sweepLeft } from './leftGenerations.ts';
import { isDue, retentionOf, sweepTenant } from './sweepTenant.ts';
import { tenantKind, tenantPartition, type TenantRow } from './tenantRow.ts';

/** How long one sweep goes on, in milliseconds: a function is stopped after two minutes (host.json). The next sweep goes on. */
const longest = 90_000;

/** So many tenants are swept at once. */
const pageSize = 20;

/** A tenant, or a generation of one that it has left: they stand in the same partition. */
type Swept = TenantRow | Left;
const sweptKind: Kind<Swept> = { table: tenantKind.table, json: [] };
const isLeft = (value: Swept): value is Left => 'sweptAfter' in value;

/**
 * Removes the tenants that nobody has used for `GRAPH_MOCK_RETENTION_DAYS`, and the generations that those in use have
 * left, page by page. What a sweep does not come to, or leaves half done, the next one finds where it was left. Any
 * number of instances may sweep at once: what makes that safe is in `sweepTenant.ts`.
 *
 * @param goOn asked again and again; once it says no, the sweep ends
 * @returns how many tenants have gone
 */
export async function sweep(context: Context, goOn: () => boolean = () => true): Promise<number> {
  const { store, clock } = context;
  const began = clock().getTime();
  const isInTime = (): boolean => goOn() && clock().getTime() < began + longest;
  let swept = 0;
  for await (const page of inPages(due(store.rows(sweptKind).list(tenantPartition), context, began))) {
    swept += await sweepPage(page, context, isInTime);
    if (!isInTime()) break;
  }
  return swept;
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
