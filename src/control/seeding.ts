import { kinds } from '../kinds.ts';
import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import { hashPassword } from '../sharing/password.ts';
import { inGeneration } from '../store/generation.ts';
import { clearGeneration, noteLeft } from '../tenants/leftGenerations.ts';
import { nothing, type Usage } from '../tenants/usage.ts';
import { baseOf, controlKind, controlOf, forget, knownTenants, settle } from './control.ts';
import { faultRow, bucketKind, bucketPartition } from './inject.ts';
import { detailOf, refusal } from './input.ts';
import { dropJournal } from './journal.ts';
import { type ControlOperation, done } from './operation.ts';
import { plant } from './plant.ts';
import { type Seed, type SeedPermission, seedSchema } from './seed.ts';
import { planOf, usageOf } from './seedPlan.ts';
import { forgetSeed, hashOf, keepSeed, keptSeed } from './keptSeed.ts';
import { readSeed, type ReadSeed } from './readSeed.ts';

// A tenant is seeded and reset by giving it another generation, which is complete before the one row that makes it the
// tenant's is written. So a bad seed changes nothing, and whoever is still writing writes where nobody looks any more.

/** A generation that is complete, and how much it keeps. */
interface Grown {
  readonly generation: string;
  readonly usage: Usage;
}

/**
 * A new generation that holds the seed, or nothing but what the sample will bring.
 *
 * @throws what is wrong with the seed; GraphError `quotaLimitReached`
 */
async function newGeneration(
  read: ReadSeed | undefined,
  tenant: string,
  origin: string,
  context: Context,
): Promise<Grown> {
  const base = baseOf(context);
  const generation = base.newId().slice(0, 8);
  await base.tenants.enter(tenant);
  if (!read) return { generation, usage: nothing };
  const plan = planOf(read.seed, base.clock().toISOString());
  if (plan.problems.length > 0) throw read.refused(plan.problems);
  const usage = usageOf(plan);
  if (!base.tenants.admits(usage)) throw new GraphError('quotaLimitReached');
  const store = inGeneration(base.store, tenant, generation);
  await noteLeft(tenant, generation, base);
  try {
    const problems = await plant(plan, { tenant, origin, context: { ...base, store, isSeeded: true } });
    if (problems.length > 0) throw read.refused(problems);
    return { generation, usage };
  } catch (refused) {
    await removeGeneration(tenant, generation, base);
    throw refused;
  }
}

/** Removes what a generation held. What comes to it later, and what is not come to here, a sweep will find. */
async function removeGeneration(tenant: string, generation: string | undefined, context: Context): Promise<void> {
  dropJournal(tenant, generation, context);
  await clearGeneration(tenant, generation, baseOf(context).store);
}

/** Makes the tenant hold a seed and nothing else. Its clock, policy and faults stay. @throws GraphError `controlRefused` */
export async function sow(text: string, tenant: string, origin: string, context: Context): Promise<void> {
  const { seed, refused } = await readSeed(text);
  await replant({ seed: await withoutPasswords(seed), refused }, hashOf(seed), tenant, origin, context);
}

/** As `sow`, unless the tenant has had this very seed before: then what has come of it since stays. */
export async function sowOnce(text: string, tenant: string, origin: string, context: Context): Promise<void> {
  const { settled } = await controlOf(tenant, context);
  if (hashIn(settled?.seed) !== hashOf((await readSeed(text)).seed)) await sow(text, tenant, origin, context);
}

/** The name of a seed is new each time, so that nobody removes what somebody else has just put there. */
const nameOf = (hash: string, generation: string): string => `${hash}.${generation}`;
const hashIn = (name: string | undefined): string | undefined => name?.split('.')[0];

async function replant(read: ReadSeed, hash: string, tenant: string, origin: string, context: Context): Promise<void> {
  const { generation, usage } = await newGeneration(read, tenant, origin, context);
  const seed = nameOf(hash, generation);
  await keepSeed(read.seed, seed, tenant, context);
  const { before } = await settle(tenant, context, async (now) => {
    await noteLeft(tenant, now.generation, baseOf(context));
    return { ...now, generation, seed };
  });
  await context.tenants.replace(tenant, usage);
  await removeGeneration(tenant, before.generation, context);
  if (before.seed !== undefined) await forgetSeed(before.seed, tenant, context);
}

/** Passwords are kept hashed, in a seed as elsewhere. */
async function withoutPasswords(seed: Seed): Promise<Seed> {
  const hashed = async (permission: SeedPermission): Promise<SeedPermission> => {
    if ('role' in permission) return permission;
    const { password, ...others } = permission;
    return password === undefined ? permission : { ...others, passwordHash: await hashPassword(password) };
  };
  const drives = seed.drives.map(async (drive) => ({
    ...drive,
    items: await Promise.all(
      drive.items.map(async (item) =>
        item.permissions ? { ...item, permissions: await Promise.all(item.permissions.map(hashed)) } : item,
      ),
    ),
  }));
  return { ...seed, drives: await Promise.all(drives) };
}

/** Back to the seed, or to the sample: all that was written is gone, and so are faults, journal, clock and policy. */
export async function reset(tenant: string, origin: string, context: Context): Promise<void> {
  for (;;) {
    forget(tenant, context);
    const { settled } = await controlOf(tenant, context);
    const name = settled?.seed;
    const seed = name === undefined ? undefined : await keptSeed(name, tenant, context);
    // Another seed is just being put in its place.
    if (name !== undefined && !seed) continue;
    const { generation, usage } = await newGeneration(seed && { seed, refused: withoutLines }, tenant, origin, context);
    const fresh = { kind: 'settled', generation, ...(name !== undefined && { seed: name }) } as const;
    const { before, after } = await settle(tenant, context, async (now) => {
      if (now.seed !== name) return now;
      await noteLeft(tenant, now.generation, baseOf(context));
      return fresh;
    });
    if (after !== fresh) {
      await removeGeneration(tenant, generation, context);
      continue;
    }
    await context.tenants.replace(tenant, usage);
    await removeFaults(tenant, context);
    return removeGeneration(tenant, before.generation, context);
  }
}

/** Everything in the store goes, of whichever tenant; those that this process knows are at their seed again. */
export async function resetAll(origin: string, context: Context): Promise<void> {
  const { store } = baseOf(context);
  const tenants = await Promise.all(
    knownTenants(context).map(async (tenant) => {
      const name = (await controlOf(tenant, context)).settled?.seed;
      const seed = name === undefined ? undefined : await keptSeed(name, tenant, context);
      return { tenant, hash: hashIn(name) ?? '', seed };
    }),
  );
  await store.clear(kinds, '');
  context.tenants.forget();
  for (const { tenant, seed, hash } of tenants) {
    forget(tenant, context);
    if (seed) await replant({ seed, refused: withoutLines }, hash, tenant, origin, context);
    else await reset(tenant, origin, context);
  }
}

const withoutLines: ReadSeed['refused'] = (problems) => refusal(problems.map((problem) => detailOf(problem)));

async function removeFaults(tenant: string, context: Context): Promise<void> {
  const { store } = baseOf(context);
  const rows = store.rows(controlKind);
  for await (const { row } of rows.list(tenant, faultRow(''))) await rows.remove({ partition: tenant, row });
  await store.clear([bucketKind], bucketPartition(tenant));
  forget(tenant, context);
}

export const putSeed: ControlOperation<string> = {
  summary: 'Makes the tenant hold this and nothing else (JSON or YAML)',
  result: done,
  body: 'text',
  textIs: seedSchema,
  async run({ tenant, body, origin }, context) {
    await sow(body, tenant, origin, context);
    return { status: 204 };
  },
};

export const postReset: ControlOperation = {
  summary: 'Back to the seed, or to the sample where there is none',
  result: done,
  async run({ tenant, origin }, context) {
    await reset(tenant, origin, context);
    return { status: 204 };
  },
};
