import type { Context } from '../operation.ts';
import { driveKind, drivePartition, isItem } from './drive.ts';
import { type Item, itemRow } from './item.ts';

/** The folders above an item, the root first. A parent that has gone in this moment ends the line. */
export async function ancestorsOf(item: Item, tenant: string, { store }: Context): Promise<Item[]> {
  const rows = store.rows(driveKind);
  const partition = drivePartition(tenant, item.driveId);
  const ancestors: Item[] = [];
  for (let { parentId } = item; parentId !== undefined;) {
    const parent = (await rows.get({ partition, row: itemRow(parentId) }))?.value;
    if (!isItem(parent)) break;
    ancestors.unshift(parent);
    parentId = parent.parentId;
  }
  return ancestors;
}

/** The names from the root down to and without the last of these; the root itself has none. */
export const namesOf = (ancestors: readonly Item[]): string[] =>
  ancestors.filter(({ parentId }) => parentId !== undefined).map(({ name }) => name);
