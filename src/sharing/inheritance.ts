import { changeItem } from '../drive/change.ts';
import type { Located } from '../drive/locate.ts';
import type { Call, Context } from '../operation.ts';
import { keptOn } from './kept.ts';

/**
 * Inherited permissions are dropped when an item is shared for the first time and `retainInheritedPermissions` is false
 * (F2.1). Called once the first permissions, `made`, are there: whoever is refused loses nothing, and a call that ended
 * in between is completed by its repetition.
 */
export async function stopInheriting(
  made: readonly { readonly id: string }[],
  { target: { item }, caller }: Pick<Call<Located>, 'target' | 'caller'>,
  context: Context,
): Promise<void> {
  const ids = new Set(made.map(({ id }) => id));
  const kept = await keptOn(item, caller.tenant, context);
  const isShared = kept.some((each) => each.kind !== 'redemption' && !ids.has(each.id));
  if (isShared || ids.size === 0) return;
  await changeItem(item, caller.tenant, context, (current) => ({ ...current, inheritsNothing: true }));
}
