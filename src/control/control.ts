import { merged } from '../merged.ts';
import type { Context } from '../operation.ts';
import type { Policy } from '../sharing/policy.ts';
import { inGeneration } from '../store/generation.ts';
import { remembering } from '../store/remembering.ts';
import type { Key, Kind, Store } from '../store/store.ts';
import { type ClockSetting, clockOf } from './clock.ts';
import { activeFault, type ActiveFault, type Fault } from './fault.ts';

/** What a test has made of a tenant, but for its faults. */
export interface Settled {
  readonly kind: 'settled';
  readonly clock?: ClockSetting;
  readonly policy?: Partial<Policy>;
  /** Which of the tenant's partitions count (`store/generation.ts`). The first generation has no name. */
  readonly generation?: string;
  /** The seed it began with and returns to; the sample without one. */
  readonly seed?: string;
}

/** One partition a tenant, `{tenant}`: row `settled`, and `fault|{id}` for each fault. */
export const controlKind: Kind<Settled | Fault> = { table: 'control', json: ['clock', 'policy', 'definition'] };

export const settledKey = (tenant: string): Key => ({ partition: tenant, row: 'settled' });

/** A tenant's control state as it stood when it was read. */
export interface Control {
  readonly settled: Settled | undefined;
  /** In the order they were made. */
  readonly faults: readonly ActiveFault[];
  /** The store as the tenant's generation sees it. */
  readonly store: Store;
}

/** In milliseconds: so old may be what a request goes by, so that two instances agree within a second. */
const oldest = 500;
/** In milliseconds: a tenant that was used so lately is in use. Retention is counted in days. */
const lately = 60_000;
/** Tenants whose state is held. */
const most = 10_000;

interface Held {
  /** When it was read. */
  readonly since: number;
  /** What was read last, while it is being read anew as well. */
  control: Control | undefined;
  reading?: Promise<Control>;
}

/** What was read of each store's tenants a moment ago: one read serves every request of half a second. */
const caches = new WeakMap<Store, Map<string, Held>>();

function cacheOf(store: Store): Map<string, Held> {
  let cache = caches.get(store);
  if (!cache) caches.set(store, (cache = new Map()));
  return cache;
}

/** The store itself, whatever generation a context sees of it. */
export const baseOf = (context: Context): Context => context.base ?? context;

/** A tenant's control state, no older than half a second; no promise while it is at hand. */
export const controlOf = (tenant: string, context: Context): Control | Promise<Control> =>
  controlIn(tenant, baseOf(context).store);

/** The same, for whoever has nothing but the store itself. */
export function controlIn(tenant: string, store: Store): Control | Promise<Control> {
  const cache = cacheOf(store);
  const held = cache.get(tenant);
  const isFresh = held && performance.now() - held.since <= oldest;
  return (isFresh && (held.reading ?? held.control)) || read(tenant, store);
}

/** What time it is in a tenant, by what this process has last read or changed. */
export function clockNow(tenant: string, context: Context): Date {
  const setting = cacheOf(baseOf(context).store).get(tenant)?.control?.settled?.clock;
  const { clock } = baseOf(context);
  return (setting ? clockOf(setting, clock) : clock)();
}

/** The tenants that this process has heard of, in this store. */
export const knownTenants = (context: Context): string[] => [...cacheOf(baseOf(context).store).keys()];

/** Makes the next request read anew. Whoever is reading now goes by what was there before. */
export function forget(tenant: string, context: Context): void {
  const cache = cacheOf(baseOf(context).store);
  const held = cache.get(tenant);
  if (held) cache.set(tenant, { since: -Infinity, control: held.control });
}

function read(tenant: string, store: Store): Promise<Control> {
  const cache = cacheOf(store);
  const before = cache.get(tenant);
  const held: Held = { since: performance.now(), control: before?.control };
  const isInUse = before !== undefined && held.since - before.since <= lately;
  const reading = load(tenant, store, isInUse ? before.control : undefined).then(
    (control) => {
      delete held.reading;
      return (held.control = control);
    },
    (failure: unknown) => {
      if (cache.get(tenant) === held) cache.delete(tenant);
      throw failure;
    },
  );
  held.reading = reading;
  // Behind all others, so that the one to make room is the one that was read the longest ago.
  cache.delete(tenant);
  const [first] = cache.size >= most ? cache.keys() : [];
  if (first !== undefined) cache.delete(first);
  cache.set(tenant, held);
  return reading;
}

/** `before` is what was read last, of a tenant that has been in use ever since, so that nobody can have swept it. */
async function load(tenant: string, store: Store, before: Control | undefined): Promise<Control> {
  let settled: Settled | undefined;
  const faults: Fault[] = [];
  for await (const { value } of store.rows(controlKind).list(tenant))
    if (value.kind === 'settled') settled = value;
    else faults.push(value);
  faults.sort((a, b) => a.at - b.at);
  const generation = settled?.generation;
  const isSame = before !== undefined && before.settled?.generation === generation;
  return {
    settled,
    faults: faults.map(activeFault),
    store: isSame ? before.store : storeOf(tenant, generation, store),
  };
}

function storeOf(tenant: string, generation: string | undefined, store: Store): Store {
  const own = generation === undefined ? store : inGeneration(store, tenant, generation);
  // Memory has nothing to spare, and every request less to pass through.
  return store.isShared ? remembering(own) : own;
}

/** The context that a tenant's requests are answered in: its own clock, policy and generation of the store. */
export function contextOf(context: Context, { settled, store }: Control): Context {
  if (context.base || (!settled && store === context.store)) return context;
  const { clock, policy, seed } = settled ?? {};
  return merged(context, {
    base: context,
    store,
    ...(clock && { clock: clockOf(clock, context.clock) }),
    ...(policy && { policy: { ...context.policy, ...policy } }),
    ...(seed !== undefined && { isSeeded: true as const }),
  });
}

/** Changes what is settled, as it stands now; repeated while others change it too. Answers what stands there then. */
export async function settle(
  tenant: string,
  context: Context,
  change: (settled: Settled) => Settled | Promise<Settled>,
): Promise<{ before: Settled; after: Settled }> {
  const rows = baseOf(context).store.rows(controlKind);
  const key = settledKey(tenant);
  for (;;) {
    const stored = await rows.get(key);
    const before: Settled = stored?.value.kind === 'settled' ? stored.value : { kind: 'settled' };
    const after = await change(before);
    const isDone = stored ? await rows.replace(key, after, stored.etag) : (await rows.insert(key, after)).created;
    forget(tenant, context);
    if (!isDone) continue;
    // Whoever cannot wait for a read goes by the last one.
    await controlOf(tenant, context);
    return { before, after };
  }
}
