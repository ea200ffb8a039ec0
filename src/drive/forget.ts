import type { Context } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import { tidyUp } from '../tidy.ts';
import { removeContent } from './content.ts';
import { type Item, itemPartition } from './item.ts';

/** Clears away what was kept for an item that is gone: its bytes, and what hung on it, rows of the `attached` kinds. */
export async function forget(
  item: Item,
  attached: readonly Kind<never>[],
  tenant: string,
  context: Context,
): Promise<void> {
  await tidyUp(context, () => context.store.clear(attached, itemPartition(tenant, item)));
  await removeContent(item, tenant, context);
  context.tenants.release(tenant, { items: 1, bytes: item.size });
  // Nobody has counted what hung on it.
  context.tenants.recount(tenant);
}
