import { GraphError } from '../errors.ts';
import { type Context, type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import type { Kind } from '../store/store.ts';
import { removeContent } from './content.ts';
import { checkIfMatch, type Item, itemPartition } from './item.ts';
import { type Located, locateItem } from './locate.ts';
import { removeTree } from './removeTree.ts';

/**
 * 204. Everything below the item goes with it, and so does what hangs on it: rows of the `attached` kinds.
 * @see https://learn.microsoft.com/graph/api/driveitem-delete
 */
export const deleteItem = (attached: readonly Kind<never>[]): Operation<ItemReference, Located, undefined> => ({
  name: 'deleteItem',
  scopes: scopes.write,
  needs: 'write',
  result: { statuses: [204] },
  locate: locateItem,
  async run({ target: { item }, caller, header }, context) {
    if (item.parentId === undefined) throw new GraphError('accessDenied');
    const check = (current: Item): void => checkIfMatch(header('if-match'), current);
    for (const removed of await removeTree(item, caller.tenant, context, check))
      await forget(removed, attached, caller.tenant, context);
    return { status: 204 };
  },
});

/** What was kept for an item that is gone: its bytes, and what hung on it. */
export async function forget(
  item: Item,
  attached: readonly Kind<never>[],
  tenant: string,
  context: Context,
): Promise<void> {
  await context.store.clear(attached, itemPartition(tenant, item));
  await removeContent(item, tenant, context);
  context.tenants.release(tenant, { items: 1, bytes: item.size });
  // Nobody has counted what hung on it.
  context.tenants.recount(tenant);
}
