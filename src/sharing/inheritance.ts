import { changeItem } from '../drive/change.ts';
import { itemPartition } from '../drive/item.ts';
import type { Located } from '../drive/locate.ts';
import type { Call, Context } from '../operation.ts';
import { permissionKind } from './kept.ts';

/** Inherited permissions are dropped when an item is shared for the first time and `retainInheritedPermissions` is false (F2.1). */
export async function stopInheriting(
  { target: { item }, caller }: Pick<Call<Located>, 'target' | 'caller'>,
  context: Context,
): Promise<void> {
  const own = context.store.rows(permissionKind).list(itemPartition(caller.tenant, item));
  for await (const _ of own) return;
  await changeItem(item, caller.tenant, context, (current) => ({ ...current, inheritsNothing: true }));
}
