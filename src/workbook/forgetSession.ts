import { itemPartition, type Item } from '../drive/item.ts';
import type { Context } from '../operation.ts';
import { linkKind } from '../sharing/link.ts';
import { countRows } from '../store/countRows.ts';
import { tidyUp } from '../tidy.ts';
import { isAlive, type Session, sessionKey, sessionKind } from './session.ts';

/**
 * Ends a session: what was made in it, and did not persist, goes with it (F8). The session goes first: from then on
 * nobody is shown any of it, and what a failure leaves behind is waste.
 */
export async function forgetSession(
  { id, persistChanges }: Session,
  item: Item,
  tenant: string,
  context: Context,
): Promise<void> {
  await context.store.rows(sessionKind).remove(sessionKey(item, tenant, id));
  if (persistChanges) return;
  await tidyUp(context, async () => {
    const rows = context.store.rows(linkKind);
    const partition = itemPartition(tenant, item);
    let links = 0;
    for await (const { row, value } of rows.list(partition, 'link|'))
      if (value.session === id && (await rows.remove({ partition, row }))) links += 1;
    context.tenants.release(tenant, { links });
  });
}

/** How many sessions of an item are open. Those that have run out end here: nobody says so when one does. */
export async function countOpen(item: Item, tenant: string, context: Context): Promise<number> {
  const isOpen = (session: Session): boolean => isAlive(session, context.clock());
  return countRows(context.store.rows(sessionKind), itemPartition(tenant, item), context, isOpen, async (over) => {
    for (const { value } of over) await forgetSession(value, item, tenant, context);
  });
}
