import type { Context } from '../operation.ts';
import { tidyUp } from '../tidy.ts';
import { removeRows } from './removeRows.ts';
import type { Rows, Stored } from './store.ts';

/**
 * How many rows of a partition count. The others are cleared away in passing, since nobody says so when one has run out.
 *
 * @param counts is told how many have counted before this one, in the order of the rows
 * @param clear where more has to go than the rows themselves
 */
export async function countRows<T>(
  rows: Rows<T>,
  partition: string,
  context: Pick<Context, 'report'>,
  counts: (value: T, before: number) => boolean,
  clear = (others: readonly Stored<T>[]): Promise<void> =>
    removeRows(
      rows,
      partition,
      others.map(({ row }) => row),
    ),
): Promise<number> {
  const others: Stored<T>[] = [];
  let count = 0;
  for await (const stored of rows.list(partition))
    if (counts(stored.value, count)) count += 1;
    else others.push(stored);
  await tidyUp(context, () => clear(others));
  return count;
}
