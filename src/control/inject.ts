import type { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import { baseOf, controlKind } from './control.ts';
import { type ActiveFault, type Asked, errorOf, type FaultDefinition, happens } from './fault.ts';
import { pause } from './pause.ts';

/** What faults have made of a request. */
export interface Injected {
  /** The faults that hit it, by their ids. */
  readonly hits: readonly string[];
  /** The answer, if they have one. */
  readonly error?: GraphError;
  readonly drop?: true;
}

/** Lets faults happen to a request, in their order: each waits for its delay, and the first that has an answer is the last. */
export async function inject(
  asked: Asked,
  faults: readonly ActiveFault[],
  tenant: string,
  context: Context,
): Promise<Injected> {
  const hits: string[] = [];
  for (const fault of faults) {
    if (!fault.isFor(asked)) continue;
    const hit = await strikes(fault, asked, tenant, context);
    if (!hit) continue;
    hits.push(fault.id);
    const { delayMs, drop } = fault.definition;
    if (delayMs) await pause(delayMs, context.closing);
    const error = errorOf(fault.definition, hit.wait);
    if (error) return { hits, error, ...(drop && { drop: true }) };
  }
  return { hits };
}

/** Whether a fault that is for a request happens to it; `wait` is what its limit asks the application for, in seconds. */
async function strikes(
  fault: ActiveFault,
  { app }: Asked,
  tenant: string,
  context: Context,
): Promise<{ wait?: number } | undefined> {
  const { definition, id } = fault;
  const { limit, times, probability } = definition;
  const wait = limit && (await takeCall(limit, `${id}|${app.toLowerCase()}`, tenant, context));
  if (wait === 0) return undefined;
  const isCounted = times !== undefined || probability !== undefined;
  if (isCounted && !(await count(fault, tenant, context))) return undefined;
  return wait === undefined ? {} : { wait };
}

/** Counts a request on all instances: the row's ETag decides who was the n-th. */
async function count({ id, definition, ...known }: ActiveFault, tenant: string, context: Context): Promise<boolean> {
  const { times = Infinity } = definition;
  if (known.hits >= times) return false;
  const rows = baseOf(context).store.rows(controlKind);
  const key = { partition: tenant, row: faultRow(id) };
  for (;;) {
    const stored = await rows.get(key);
    if (stored?.value.kind !== 'fault' || stored.value.hits >= times) return false;
    const { seen, hits } = stored.value;
    const isHit = happens(definition, seen);
    const counted = { ...stored.value, seen: seen + 1, hits: hits + (isHit ? 1 : 0) };
    if (await rows.replace(key, counted, stored.etag)) return isHit;
  }
}

export const faultRow = (id: string): string => `fault|${id}`;

/** The calls an application has left, at a moment of the tenant's clock. */
interface Bucket {
  readonly calls: number;
  readonly at: number;
}

/** Partition `{tenant}|buckets`: a row for each fault and application. */
export const bucketKind: Kind<Bucket> = { table: 'buckets', json: [] };

export const bucketPartition = (tenant: string): string => `${tenant}|buckets`;

/** Takes a call out of a bucket; the seconds until there will be one, where it is empty. */
async function takeCall(
  { burst, perSecond }: NonNullable<FaultDefinition['limit']>,
  row: string,
  tenant: string,
  context: Context,
): Promise<number> {
  await context.tenants.enter(tenant);
  const rows = baseOf(context).store.rows(bucketKind);
  const key = { partition: bucketPartition(tenant), row };
  for (;;) {
    const stored = await rows.get(key);
    const now = context.clock().getTime();
    const { calls, at } = stored?.value ?? { calls: burst, at: now };
    const left = Math.min(burst, calls + (Math.max(0, now - at) / 1000) * perSecond);
    if (left < 1) return Math.ceil((1 - left) / perSecond);
    const bucket = { calls: left - 1, at: now };
    const isDone = stored ? await rows.replace(key, bucket, stored.etag) : (await rows.insert(key, bucket)).created;
    if (isDone) return 0;
  }
}
