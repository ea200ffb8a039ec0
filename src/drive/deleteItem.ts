import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import type { Kind } from '../store/store.ts';
import { removeTree } from './change.ts';
import { removeContent } from './content.ts';
import { checkIfMatch, type Item, itemPartition } from './item.ts';
import { type Located, locateItem } from './locate.ts';

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
    checkIfMatch(header('if-match'), item);
    for (const removed of await removeTree(item, caller.tenant, context)) {
      await forget(removed, caller.tenant);
      await removeContent(removed, caller.tenant, context);
    }
    return { status: 204 };

    /** The item is gone by now, and what hangs on it out of reach: storage that fails here leaves waste, and no more. */
    async function forget(removed: Item, tenant: string): Promise<void> {
      try {
        await context.store.clear(attached, itemPartition(tenant, removed));
      } catch (failure) {
        context.report(failure);
      }
    }
  },
});
