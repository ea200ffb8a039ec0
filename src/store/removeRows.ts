import type { Rows } from './store.ts';

/** Table Storage's limit for a transaction. */
const mostSteps = 100;

/** Removes rows of a partition, many at a time. Where somebody else is removing the same ones, they are left to them. */
export async function removeRows<T>(rows: Rows<T>, partition: string, names: readonly string[]): Promise<void> {
  for (let at = 0; at < names.length; at += mostSteps) {
    const steps = names.slice(at, at + mostSteps).map((row) => ({ do: 'remove', row }) as const);
    await rows.transact(partition, steps);
  }
}
