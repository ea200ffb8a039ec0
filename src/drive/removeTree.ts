import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import type { Rows, Step, Stored } from '../store/store.ts';
import { tidyUp } from '../tidy.ts';
import { driveKind, drivePartition, type DriveRow, isItem } from './drive.ts';
import { childrenPrefix, childRow, type Item, itemRow } from './item.ts';

/** Two rows an item, and a transaction takes a hundred steps (Table Storage's limit). */
const mostAtOnce = 50;

/** So often others may be faster. */
const mostAttempts = 100;

interface Place {
  readonly rows: Rows<DriveRow>;
  readonly partition: string;
}

/**
 * Removes an item and all below it: up to fifty items in one transaction, so that a failure takes all of them or none;
 * more in several, leaves first, so that nothing is ever without a parent and a repetition takes the rest. What others
 * change meanwhile is looked at again; what is moved away before its turn stays, whole. Once a folder is gone nothing
 * can join what was below it, since whoever adds or moves something there requires the folder's row.
 *
 * @param check may throw to refuse; it sees the item as it stands
 * @returns every item removed
 * @throws GraphError `itemNotFound` when it is gone, `editConflict` when others are faster again and again
 */
export async function removeTree(
  { id, driveId }: Item,
  tenant: string,
  context: Context,
  check: (item: Item) => void,
): Promise<Item[]> {
  const place = { rows: context.store.rows(driveKind), partition: drivePartition(tenant, driveId) };
  const removed: Item[] = [];
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const top = await nameOf(id, place);
    if (!top) continue;
    check(top.value);
    if (!(await removeAll(await leavesFirst(top, place), removed, place))) continue;
    await tidyUp(context, () => vacate(top.row, place));
    await tidyUp(context, () => sweep(removed, place));
    return removed;
  }
  throw new GraphError('editConflict');
}

/** The row of an item's name, wherever the item is by now; undefined where it has just been moved. */
async function nameOf(id: string, { rows, partition }: Place): Promise<Stored<Item> | undefined> {
  const item = (await rows.get({ partition, row: itemRow(id) }))?.value;
  if (!isItem(item)) throw new GraphError('itemNotFound');
  const named = await rows.get({ partition, row: childRow(item.parentId ?? '', item.name) });
  return named && isNamed(named) && named.value.id === id ? named : undefined;
}

const isNamed = (stored: Stored<DriveRow>): stored is Stored<Item> => isItem(stored.value);

/** Each once, also where one is moved from folder to folder while they are looked through. */
async function leavesFirst(top: Stored<Item>, place: Place): Promise<Stored<Item>[]> {
  const found = new Map<string, Stored<Item>>();
  const visit = async (named: Stored<Item>): Promise<void> => {
    if (named.value.kind === 'folder')
      for (const below of await namesIn(named.value, place)) if (isNamed(below)) await visit(below);
    found.set(named.value.id, named);
  };
  await visit(top);
  return [...found.values()];
}

async function namesIn({ id }: Item, { rows, partition }: Place): Promise<Stored<DriveRow>[]> {
  const names: Stored<DriveRow>[] = [];
  for await (const stored of rows.list(partition, childrenPrefix(id))) names.push(stored);
  return names;
}

/** False where some of them have changed; those before them are removed by then. */
async function removeAll(
  found: readonly Stored<Item>[],
  removed: Item[],
  { rows, partition }: Place,
): Promise<boolean> {
  for (let at = 0; at < found.length; at += mostAtOnce) {
    const next = found.slice(at, at + mostAtOnce);
    // A transaction cannot remove a row by its ETag. It can replace one, and that no name has changed hands must be known.
    const steps = next.flatMap(({ row, etag, value }): Step<DriveRow>[] => [
      { do: 'replace', row, value: { kind: 'vacancy' }, etag },
      { do: 'remove', row: itemRow(value.id) },
    ]);
    if ((await rows.transact(partition, steps)) !== undefined) return false;
    removed.push(...next.map(({ value }) => value));
  }
  return true;
}

/** Clears away the name of the topmost item, unless somebody has taken it over already. */
async function vacate(row: string, { rows, partition }: Place): Promise<void> {
  const left = await rows.get({ partition, row });
  if (left?.value.kind === 'vacancy') await rows.remove({ partition, row }, left.etag);
}

/**
 * Clears away what is left in folders that are gone: names that nobody can take any more, and what was added in the last
 * moment, which joins those `removed`, as what is below it does.
 */
async function sweep(removed: Item[], place: Place): Promise<void> {
  for (const item of removed) if (item.kind === 'folder') await removeLeft(await namesIn(item, place), removed, place);
}

async function removeLeft(
  names: readonly Stored<DriveRow>[],
  removed: Item[],
  { rows, partition }: Place,
): Promise<void> {
  for (let at = 0; at < names.length; at += mostAtOnce) {
    const left = names.slice(at, at + mostAtOnce).map(({ row, value }) => ({
      value,
      steps: [row, ...(isItem(value) ? [itemRow(value.id)] : [])].map((each) => ({ do: 'remove' as const, row: each })),
    }));
    while (left.length > 0) {
      const refused = await rows.transact(
        partition,
        left.flatMap(({ steps }) => steps),
      );
      if (refused === undefined) break;
      const owner = left.flatMap((each) => each.steps.map(() => each))[refused];
      const [passed] = left.splice(owner ? left.indexOf(owner) : 0, 1);
      // Not moved away but gone: by another call, or by this one, whose answer was lost. What is below it goes too.
      if (isItem(passed?.value) && !(await rows.get({ partition, row: itemRow(passed.value.id) })))
        removed.push(passed.value);
    }
    removed.push(...left.flatMap(({ value }) => (isItem(value) ? [value] : [])));
  }
}
