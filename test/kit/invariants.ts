import { driveKind, drivePartition, isItem } from '../../src/drive/drive.ts';
import { contentOf } from '../../src/drive/content.ts';
import { childRow, type Item, itemRow, withoutContent } from '../../src/drive/item.ts';
import type { Context } from '../../src/operation.ts';

/** What is half-done in a drive, in words: nothing, whatever has failed meanwhile. */
export async function halfDoneIn(tenant: string, driveId: string, context: Context): Promise<string[]> {
  const rows = new Map<string, Item>();
  for await (const { row, value } of context.store.rows(driveKind).list(drivePartition(tenant, driveId)))
    if (isItem(value)) rows.set(row, value);
  const found: string[] = [];
  for (const [row, item] of rows) {
    const { id, name, parentId } = item;
    const what = `${item.kind} ${name} (${row})`;
    if (parentId === undefined) continue;
    const other = rows.get(row.startsWith('item|') ? childRow(parentId, name) : itemRow(id));
    if (!other) found.push(`${what} has one row`);
    else if (JSON.stringify(withoutContent(other)) !== JSON.stringify(withoutContent(item)))
      found.push(`${what} has two different rows`);
    if (rows.get(itemRow(parentId))?.kind !== 'folder') found.push(`${what} has no parent`);
    if (item.kind === 'file' && row.startsWith('item|')) {
      const { length } = await contentOf(item, tenant, context);
      if (length !== item.size) found.push(`${what} has ${length} of ${item.size} bytes`);
    }
  }
  return found;
}
