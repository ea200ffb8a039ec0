import { GraphError } from '../errors.ts';
import type { Context } from '../operation.ts';
import type { Rows, Step } from '../store/store.ts';
import { ancestorsOf } from './ancestors.ts';
import { type ConflictBehavior, numbered } from './change.ts';
import { driveKind, drivePartition, type DriveRow, isItem } from './drive.ts';
import { childRow, type Item, itemRow, withoutContent } from './item.ts';

/** What stands now, and the file that had to make way for it. */
export interface Relocated {
  readonly item: Item;
  readonly replaced?: Item;
}

/** So often others may be faster. Each time one of them has got on, so that many at once all come through. */
const mostAttempts = 200;

/**
 * Changes an item as it stands now, its name and its folder included; `change` may throw to refuse, and answers the
 * same item where there is nothing to do. One transaction takes it from its old name to the new one: nobody finds it
 * under both, or under none. What is below a folder hangs on its id, and stays as it is.
 *
 * @throws GraphError `itemNotFound` when it or the folder is gone, `nameAlreadyExists`, `moveBelowItself`, `editConflict`
 */
export async function relocateItem(
  { id, driveId }: Item,
  behavior: ConflictBehavior,
  tenant: string,
  context: Context,
  change: (item: Item) => Item,
): Promise<Relocated> {
  const rows = context.store.rows(driveKind);
  const partition = drivePartition(tenant, driveId);
  let suffix = 0;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const stored = await rows.get({ partition, row: itemRow(id) });
    if (!stored || !isItem(stored.value)) throw new GraphError('itemNotFound');
    const wanted = change(stored.value);
    if (wanted === stored.value) return { item: wanted };
    const item = suffix === 0 ? wanted : { ...wanted, name: numbered(wanted, suffix) };
    const way = await wayTo(item, stored.value, behavior, { rows, partition, tenant, context });
    if (way === 'taken') {
      suffix += 1;
      continue;
    }
    const { steps, replaced } = way;
    const own: Step<DriveRow> = { do: 'replace', row: itemRow(id), value: item, etag: stored.etag };
    const refused = await rows.transact(partition, [own, ...steps]);
    if (refused === undefined) return { item, ...(replaced && { replaced }) };
    if (steps[refused - 1]?.do === 'require') throw new GraphError('itemNotFound');
  }
  throw new GraphError('editConflict');
}

interface Drive {
  readonly rows: Rows<DriveRow>;
  readonly partition: string;
  readonly tenant: string;
  readonly context: Context;
}

/** What is to be done besides changing the item's own row; `taken` where another name should be tried. */
async function wayTo(
  item: Item,
  before: Item,
  behavior: ConflictBehavior,
  drive: Drive,
): Promise<{ steps: Step<DriveRow>[]; replaced?: Item } | 'taken'> {
  const { parentId = '' } = item;
  const value = withoutContent(item);
  const [from, to] = [childRow(before.parentId ?? '', before.name), childRow(parentId, item.name)];
  // The names differ in case at the most.
  if (from === to) return { steps: [{ do: 'replace', row: to, value, etag: '*' }] };

  const isFolderMoved = item.kind === 'folder' && parentId !== before.parentId;
  const steps: Step<DriveRow>[] = isFolderMoved ? [await acyclic(item, drive)] : [];
  const held = await drive.rows.get({ partition: drive.partition, row: to });
  const other = isItem(held?.value) ? held.value : undefined;
  if (other && behavior === 'rename') return 'taken';
  // [guess] A folder neither replaces anything nor is it replaced.
  if (other && (behavior === 'fail' || item.kind === 'folder' || other.kind === 'folder'))
    throw new GraphError('nameAlreadyExists');
  // That the name is still the other's is in its ETag.
  if (other) steps.push({ do: 'remove', row: itemRow(other.id) });
  steps.push(
    held ? { do: 'replace', row: to, value, etag: held.etag } : { do: 'insert', row: to, value },
    { do: 'remove', row: from },
    { do: 'require', row: itemRow(parentId) },
  );
  return { steps, ...(other && { replaced: other }) };
}

/**
 * Sees that a folder does not come below itself, and answers the step that keeps it true: every move of a folder
 * replaces the drive's row, so that of two at once one has to look again.
 */
async function acyclic(
  { id, parentId = '' }: Item,
  { rows, partition, tenant, context }: Drive,
): Promise<Step<DriveRow>> {
  // Before the way up is looked at: whatever folder is moved from now on changes its ETag.
  const drive = await rows.get({ partition, row: 'drive' });
  const parent = await rows.get({ partition, row: itemRow(parentId) });
  if (!drive || !parent || !isItem(parent.value)) throw new GraphError('itemNotFound');
  const above = await ancestorsOf(parent.value, tenant, context);
  if (parentId === id || above.some((ancestor) => ancestor.id === id)) throw new GraphError('moveBelowItself');
  return { do: 'replace', row: 'drive', value: drive.value, etag: drive.etag };
}
