import type { Stored } from '../store/store.ts';
import {
  type Account,
  add,
  begin,
  correct,
  exceeds,
  isFull,
  isSaved,
  isWorthSaving,
  judge,
  newAccount,
  settle,
  subtract,
  totalOf,
} from './account.ts';
import { countUsage } from './countUsage.ts';
import { tenantKey, tenantKind, type TenantRow } from './tenantRow.ts';
import type { Reservation, Tenants } from './tenants.ts';
import { restsFor, touch } from './touch.ts';
import { limitsOf, nothing, type Room } from './usage.ts';
import type { World } from './world.ts';

/** How often what this instance has added is put into the tenants' rows, in milliseconds; sooner, if it is much. */
const saveEvery = 10_000;

interface Entry {
  /** Until when it need not be touched again, in milliseconds. */
  until: number;
  readonly account: Promise<Account>;
}

/** The tenants as this instance sees them: who is in use, and an estimate of what each keeps. */
export function openTenants(world: World): Tenants {
  const { store, clock } = world;
  const limits = limitsOf(world.settings);
  const isLimited = Object.keys(limits).length > 0;
  /** In the order in which they were touched. */
  const entries = new Map<string, Entry>();
  /** Those of whom something is to be saved. */
  const unsaved = new Map<string, Account>();
  let timer: NodeJS.Timeout | undefined;

  const now = (): number => clock().getTime();

  function accountOf(tenant: string): Promise<Account> {
    const known = entries.get(tenant);
    if (known && now() < known.until) return known.account;
    forgetThoseAtRest();
    const entry: Entry = { until: Number.POSITIVE_INFINITY, account: open(tenant) };
    entries.delete(tenant);
    entries.set(tenant, entry);
    entry.account.then(
      ({ usedAt }) => (entry.until = usedAt + restsFor),
      () => entries.get(tenant) === entry && entries.delete(tenant),
    );
    return entry.account;
  }

  async function open(tenant: string): Promise<Account> {
    const row = await touch(tenant, world);
    // What this instance has not saved yet is not in the row.
    const account = unsaved.get(tenant) ?? newAccount();
    if (!account.isCorrection) account.kept = row;
    account.usedAt = row.usedAt;
    return account;
  }

  function forgetThoseAtRest(): void {
    const moment = now();
    for (const [tenant, { until }] of entries) {
      if (until > moment) return;
      entries.delete(tenant);
    }
  }

  async function reserve(tenant: string, room: Room): Promise<Reservation | undefined> {
    const account = await accountOf(tenant);
    let verdict = account.counting ? 'ask' : judge(account, room, limits, now());
    if (verdict === 'ask') {
      await counted(tenant, account);
      verdict = isFull(account, room, limits) ? 'full' : 'fits';
    }
    if (verdict === 'full') return undefined;
    add(account, room);
    note(tenant, account);
    const end = begin(account);
    return (isKept) => {
      if (!isKept) subtract(account, room);
      end();
    };
  }

  function change(tenant: string, how: (account: Account) => void): void {
    // Whoever gives something back has been let in; what is refused here has been said to them.
    if (isLimited) void accountOf(tenant).then(how, () => {});
  }

  /** One count at a time: who comes meanwhile waits for the same. */
  function counted(tenant: string, account: Account): Promise<void> {
    return (account.counting ??= count(tenant, account).finally(() => (account.counting = undefined)));
  }

  async function count(tenant: string, account: Account): Promise<void> {
    // What is being written at this moment would be counted or not, as it happens. Nobody begins meanwhile.
    await Promise.all(account.pending);
    const before = account.changes;
    correct(account, await countUsage(tenant, store), before, now());
    note(tenant, account);
  }

  function note(tenant: string, account: Account): void {
    unsaved.set(tenant, account);
    if (isWorthSaving(account, limits)) void saved(tenant, account);
    saveLater();
  }

  function saveLater(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void saveAll().then(() => unsaved.size > 0 && saveLater());
    }, saveEvery).unref();
  }

  const saveAll = async (): Promise<void> =>
    void (await Promise.all([...unsaved].map(([tenant, account]) => saved(tenant, account))));

  /** Behind everybody's back, so that nobody waits. What fails is tried again later: a store that is out of reach tells others. */
  function saved(tenant: string, account: Account): Promise<void> {
    return (account.saving ??= save(tenant, account)
      .catch(() => {})
      .finally(() => (account.saving = undefined)));
  }

  async function save(tenant: string, account: Account): Promise<void> {
    const rows = store.rows(tenantKind);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const stored = await rows.get(tenantKey(tenant));
      const isGone = !stored || stored.value.sweptUntil !== undefined;
      if (!isGone && !(await put(stored, account))) continue;
      if (isGone || isSaved(account)) unsaved.delete(tenant);
      return;
    }
  }

  async function put({ row, value, etag }: Stored<TenantRow>, account: Account): Promise<boolean> {
    const { own, kept } = account;
    const total = totalOf(account, value);
    if (!(await store.rows(tenantKind).replace(tenantKey(row), { ...value, ...total }, etag))) return false;
    settle(account, { own, kept }, total);
    return true;
  }

  return {
    enter: accountOf,
    isLimited,
    reserve,
    release: (tenant, room) =>
      change(tenant, (account) => {
        subtract(account, room);
        note(tenant, account);
      }),
    recount: (tenant) =>
      change(tenant, (account) => {
        account.count = undefined;
      }),
    admits: (room) => !exceeds(nothing, room, limits),
    async replace(tenant, usage) {
      if (!isLimited) return;
      const account = await accountOf(tenant);
      // A count that is under way may be of what was there before.
      await account.counting;
      correct(account, usage, account.changes, now());
      note(tenant, account);
    },
    async usage(tenant) {
      const account = await accountOf(tenant);
      await counted(tenant, account);
      return account.count?.usage ?? account.kept;
    },
    forget() {
      entries.clear();
      unsaved.clear();
    },
    async close() {
      clearTimeout(timer);
      await saveAll();
    },
  };
}
