import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import { childrenOf } from './change.ts';
import { driveKind, drivePartition, type DriveRow, isItem } from './drive.ts';
import { childRow, type Item, itemRow } from './item.ts';

/**
 * Removes an item and all below it, the item first. From then on nothing can join what was below it, since whoever adds
 * or moves something there requires the folder's row; and what is moved away before its turn stays, whole.
 *
 * @param check may throw to refuse; it sees the item as it stands
 * @returns every item removed
 * @throws GraphError `itemNotFound` when it is gone
 */
export async function removeTree(
  { id, driveId }: Item,
  tenant: string,
  context: Context,
  check: (item: Item) => void,
): Promise<Item[]> {
  const partition = drivePartition(tenant, driveId);
  const removed = [await removeItem(id, partition, context, check)];
  for (const item of removed)
    if (item.kind === 'folder')
      removed.push(...(await removeOrphans(await childrenOf(item, tenant, context), partition, context)));
  return removed;
}

/** Removes an item from the folder it is in, wherever that is by now. */
async function removeItem(
  id: string,
  partition: string,
  { store, newId }: Context,
  check: (item: Item) => void,
): Promise<Item> {
  const rows = store.rows(driveKind);
  const vacancy: DriveRow = { kind: 'vacancy', by: newId() };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const stored = await rows.get({ partition, row: itemRow(id) });
    if (!stored || !isItem(stored.value)) throw new GraphError('itemNotFound');
    check(stored.value);
    const row = childRow(stored.value.parentId ?? '', stored.value.name);
    const named = await rows.get({ partition, row });
    if (!named || !isItem(named.value) || named.value.id !== id) continue; // it has just been moved
    // A transaction cannot remove a row by its ETag. It can replace one, and that this name has not changed hands must be known.
    const refused = await rows.transact(partition, [
      { do: 'replace', row, value: vacancy, etag: named.etag },
      { do: 'remove', row: itemRow(id) },
    ]);
    const left = await rows.get({ partition, row });
    // A transaction whose answer was lost is repeated, and then refused by what it has done itself.
    const isDone = refused === undefined || (left?.value.kind === 'vacancy' && left.value.by === vacancy.by);
    if (!isDone) continue;
    // Somebody may have taken the name over already.
    if (left?.value.kind === 'vacancy') await rows.remove({ partition, row }, left.etag);
    return named.value;
  }
  throw new GraphError('editConflict');
}

/** Two rows for each, and a hundred steps in a transaction. */
const mostAtOnce = 50;

/** Removes items of a folder that is gone, so that nobody can take their names; those that have been moved away are left. */
async function removeOrphans(items: readonly Item[], partition: string, { store }: Context): Promise<Item[]> {
  const rows = store.rows(driveKind);
  const removed: Item[] = [];
  for (let at = 0; at < items.length; at += mostAtOnce) {
    const left = items.slice(at, at + mostAtOnce);
    while (left.length > 0) {
      const steps = left.flatMap(({ id, parentId = '', name }) => [
        { do: 'remove' as const, row: childRow(parentId, name) },
        { do: 'remove' as const, row: itemRow(id) },
      ]);
      const refused = await rows.transact(partition, steps);
      if (refused === undefined) break;
      const [passed] = left.splice(Math.floor(refused / 2), 1);
      // Not moved but gone: by another call, or by this one, whose answer was lost. What is below it goes too.
      if (passed && !(await rows.get({ partition, row: itemRow(passed.id) }))) removed.push(passed);
    }
    removed.push(...left);
  }
  return removed;
}
