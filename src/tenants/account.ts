import { larger, type Limits, measures, minus, nothing, plus, type Room, type Usage } from './usage.ts';

/** The last count of a tenant. */
interface Count {
  /** In milliseconds. */
  readonly at: number;
  readonly usage: Usage;
  /** What this instance has added and removed since. */
  readonly since: Usage;
}

/** What one instance knows of what a tenant keeps. Values are replaced as a whole. */
export interface Account {
  /** As the tenant's row has it, in milliseconds. */
  usedAt: number;
  /** As the tenant's row had it, or a count that the row does not have yet. */
  kept: Usage;
  isCorrection: boolean;
  /** What this instance has added and removed, and not yet put into the row. */
  own: Usage;
  /** The same since it was opened, whether or not it is in the row. */
  changes: Usage;
  count?: Count | undefined;
  /** What is being written in reserved room. */
  readonly pending: Set<Promise<void>>;
  /** Counting, and writing the row, at this moment. */
  counting?: Promise<void> | undefined;
  saving?: Promise<void> | undefined;
}

export const newAccount = (): Account => ({
  usedAt: 0,
  kept: nothing,
  own: nothing,
  changes: nothing,
  isCorrection: false,
  pending: new Set(),
});

/** From this part of a quota on, nobody relies on estimates. */
const closeBy = 0.8;
/** How long a count is good for, in milliseconds: what one instance has reset or removed, others know of within a second. */
const countLives = 1000;
/** A count is good for this part of the room it has found: others may have found the same. */
const countCovers = 0.1;
/** What one instance may add before it tells the others: this part of a quota. */
const ownPart = 0.01;

/** Whether this would exceed a part of a quota. What takes no room always fits. */
export function exceeds(usage: Usage, room: Room, limits: Limits, part = 1): boolean {
  return measures.some(
    (name) => (room[name] ?? 0) > 0 && usage[name] + (room[name] ?? 0) > part * limitOf(limits, name),
  );
}

const limitOf = (limits: Limits, name: keyof Usage): number => limits[name] ?? Number.POSITIVE_INFINITY;

/** `ask`: it has to be counted before anybody knows. */
export function judge({ kept, own, count }: Account, room: Room, limits: Limits, now: number): 'fits' | 'full' | 'ask' {
  if (!exceeds(plus(kept, own), room, limits, closeBy)) return 'fits';
  if (!count || count.at + countLives <= now) return 'ask';
  if (exceeds(plus(count.usage, count.since), room, limits)) return 'full';
  const covered = measures.every(
    (name) =>
      (room[name] ?? 0) <= 0 ||
      count.since[name] + (room[name] ?? 0) <= countCovers * (limitOf(limits, name) - count.usage[name]),
  );
  return covered ? 'fits' : 'ask';
}

/** After a count of this very moment. */
export const isFull = ({ kept, own, count }: Account, room: Room, limits: Limits): boolean =>
  exceeds(count ? plus(count.usage, count.since) : plus(kept, own), room, limits);

/** Whether it is time that other instances learn of what this one has added or removed. */
export const isWorthSaving = ({ own }: Account, limits: Limits): boolean =>
  measures.some((name) => Math.abs(own[name]) >= Math.max(1, ownPart * limitOf(limits, name)));

/** Whether the row knows everything. */
export const isSaved = ({ own, isCorrection }: Account): boolean =>
  !isCorrection && measures.every((name) => own[name] === 0);

/** Puts down what the row says now, that has been given `own` on top of `kept`. A count that was made meanwhile stands. */
export function settle(account: Account, { own, kept }: Pick<Account, 'own' | 'kept'>, total: Usage): void {
  if (account.kept !== kept) return;
  account.kept = total;
  account.isCorrection = false;
  account.own = minus(account.own, own);
}

export function add(account: Account, room: Room): void {
  account.own = plus(account.own, room);
  account.changes = plus(account.changes, room);
  const { count } = account;
  if (count) account.count = { ...count, since: plus(count.since, room) };
}

/** Something is about to be written; the function tells that it has been. */
export function begin({ pending }: Account): () => void {
  let end = (): void => {};
  const written = new Promise<void>((resolve) => (end = resolve));
  pending.add(written);
  return () => {
    pending.delete(written);
    end();
  };
}

export const subtract = (account: Account, room: Room): void => add(account, minus({}, room));

/** Puts a count in the place of all estimates. `before`: the changes when it began. */
export function correct(account: Account, usage: Usage, before: Usage, now: number): void {
  // What was removed meanwhile may have been counted or not: until the next count it seems to be there.
  const since = larger(minus(account.changes, before), nothing);
  account.kept = usage;
  account.own = since;
  account.isCorrection = true;
  account.count = { at: now, usage, since };
}

/** What the row shall say now, where it says `stored`. */
export const totalOf = ({ kept, own, isCorrection }: Account, stored: Usage): Usage =>
  larger(plus(isCorrection ? kept : stored, own), nothing);
