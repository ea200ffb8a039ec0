import { type Item, itemPartition } from '../drive/item.ts';
import type { Context } from '../operation.ts';
import { grantRow } from './grant.ts';
import { permissionKind } from './kept.ts';
import { rowOfLinkId } from './link.ts';

/** Where a permission of this id may lie on an item: the id tells it, unless a seed has chosen the id. */
export async function rowOfPermission(id: string, item: Item, tenant: string, context: Context): Promise<string> {
  const told = rowOfLinkId(id) ?? grantRow(id);
  if (!context.isSeeded) return told;
  for await (const { row, value } of context.store.rows(permissionKind).list(itemPartition(tenant, item)))
    if (value.kind !== 'redemption' && value.id === id) return row;
  return told;
}
