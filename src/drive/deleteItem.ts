import { GraphError } from '../errors.ts';
import { type Operation, scopes } from '../operation.ts';
import type { ItemReference } from '../reference.ts';
import type { Kind } from '../store/store.ts';
import { removeTree } from './change.ts';
import { removeContent } from './content.ts';
import { checkIfMatch, itemPartition } from './item.ts';
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
      await context.store.clear(attached, itemPartition(caller.tenant, removed));
      await removeContent(removed, caller.tenant, context);
      context.tenants.release(caller.tenant, { items: 1, bytes: removed.size });
    }
    // Nobody has counted what hung on them.
    context.tenants.recount(caller.tenant);
    return { status: 204 };
  },
});
