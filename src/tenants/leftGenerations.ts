import { controlKind, settledKey } from '../control/control.ts';
import { tenantKinds } from '../kinds.ts';
import { inGeneration } from '../store/generation.ts';
import type { Key, Kind, Store, Stored } from '../store/store.ts';
import { inTime, isDue, longest, retentionOf } from './sweepTenant.ts';
import { tenantKey, tenantKind, tenantPartition } from './tenantRow.ts';
import type { World } from './world.ts';

/**
 * A generation of a tenant that is being left, or is not the tenant's yet (decision record 30). It stands with the
 * tenants, whom no `!` is part of, so that a sweep comes by.
 */
export interface Left {
  /** From when on it is looked after, in milliseconds. */
  readonly sweptAfter: number;
}

export const leftKind: Kind<Left> = { table: tenantKind.table, json: [] };

/** Longer than any call or seed that may still write into it takes, in milliseconds. */
const rests = 3_600_000;

/** The first generation has no name. */
export const leftKey = (tenant: string, generation: string | undefined): Key => ({
  partition: tenantPartition,
  row: `${tenant}!${generation ?? ''}`,
});

/** Notes a generation that may be nobody's soon: whatever becomes of whoever is about to leave it, it will be swept. */
export async function noteLeft(tenant: string, generation: string | undefined, { store, clock }: World): Promise<void> {
  const rows = store.rows(leftKind);
  const key = leftKey(tenant, generation);
  const left = { sweptAfter: clock().getTime() + rests };
  for (;;) {
    const { created, etag } = await rows.insert(key, left);
    if (created || (await rows.replace(key, left, etag))) return;
  }
}

export const isLeftDue = ({ sweptAfter }: Left, now: number): boolean => sweptAfter <= now;

/**
 * Removes all that a generation holds, and in the end the note of it. The tenant's own is let be.
 *
 * @param goOn asked again and again; once it says no, whoever comes next goes on
 */
export async function sweepLeft(
  { row, etag }: Pick<Stored<Left>, 'row' | 'etag'>,
  { store, clock, settings }: World,
  goOn: () => boolean,
): Promise<void> {
  const [tenant = '', name = ''] = row.split('!');
  const generation = name === '' ? undefined : name;
  const user = await store.rows(tenantKind).get(tenantKey(tenant));
  // Who goes takes everything along, and comes back in their first generation: nothing of that may be removed then.
  if (user && isDue(user.value, retentionOf(settings), clock().getTime() + longest)) return;
  const isOver =
    !user ||
    generation === (await livingOf(tenant, store)) ||
    (await clearGeneration(tenant, generation, store, inTime(goOn, clock)));
  // One that is just about to be left again has been noted anew.
  if (isOver) await store.rows(leftKind).remove(leftKey(tenant, generation), etag);
}

async function livingOf(tenant: string, store: Store): Promise<string | undefined> {
  const stored = await store.rows(controlKind).get(settledKey(tenant));
  return stored?.value.kind === 'settled' ? stored.value.generation : undefined;
}

/** Removes all that a generation holds. False where it was stopped. */
export async function clearGeneration(
  tenant: string,
  generation: string | undefined,
  store: Store,
  goOn: () => boolean = () => true,
): Promise<boolean> {
  if (generation !== undefined) return inGeneration(store, tenant, generation).clear(tenantKinds, tenant, goOn);
  // The first one's directory and codes lie in partitions that other generations' begin with.
  for (const kind of tenantKinds) if (!(await removePartition(kind, store, tenant, goOn))) return false;
  return store.clear(tenantKinds, `${tenant}|`, goOn);
}

async function removePartition(
  kind: Kind<never>,
  store: Store,
  partition: string,
  goOn: () => boolean,
): Promise<boolean> {
  const rows = store.rows(kind);
  for await (const { row } of rows.list(partition)) {
    if (!goOn()) return false;
    await rows.remove({ partition, row });
  }
  return true;
}
