import { GraphError } from '../errors.ts';
import type { Caller, Context } from '../operation.ts';
import type { Rows, Step } from '../store/store.ts';
import { inRoom, isDone } from '../tenants/room.ts';
import { unaskedIn } from '../unasked.ts';
import { type Drive, driveKind, drivePartition, type DriveRow, isItem } from './drive.ts';
import { childRow, childrenPrefix, type Item, itemRow, longestName, withoutContent } from './item.ts';
import { newFolder } from './newItem.ts';

// Every change to a drive's items is one transaction over an item's two rows, so that no reader, on whichever instance,
// finds an item under its id and not under its name.

export type Refusal = 'parentGone' | 'idTaken' | 'nameTaken';

/** Adds an item below a parent that exists, under a name that is free; nothing is written when it is refused. */
export async function insertItem(
  item: Item & { parentId?: string },
  tenant: string,
  { store }: Context,
): Promise<Refusal | undefined> {
  const { parentId = '' } = item;
  const rows = store.rows(driveKind);
  const partition = drivePartition(tenant, item.driveId);
  const row = childRow(parentId, item.name);
  const insert = (name: Step<DriveRow>): Promise<number | undefined> =>
    rows.transact(partition, [
      { do: 'require', row: itemRow(parentId) },
      { do: 'insert', row: itemRow(item.id), value: item },
      name,
    ]);
  let refused = await insert({ do: 'insert', row, value: withoutContent(item) });
  if (refused === 2) {
    const name = await nameStep(rows, { partition, row }, item);
    if (name) refused = await insert(name);
  }
  return refused === undefined ? undefined : (['parentGone', 'idTaken', 'nameTaken'] as const)[refused];
}

/** The step that gives an item this name as it stands now: free, or given up in this moment. Undefined where it is taken. */
async function nameStep(
  rows: Rows<DriveRow>,
  { partition, row }: { partition: string; row: string },
  item: Item,
): Promise<Step<DriveRow> | undefined> {
  const value = withoutContent(item);
  const held = await rows.get({ partition, row });
  if (!held) return { do: 'insert', row, value };
  return held.value.kind === 'vacancy' ? { do: 'replace', row, value, etag: held.etag } : undefined;
}

export type ConflictBehavior = 'fail' | 'rename' | 'replace';

/**
 * Adds an item and, where it may be renamed, finds it a free name. One whose id is there already was added by an earlier
 * try that has failed afterwards: it stays as it is.
 *
 * @throws GraphError `nameAlreadyExists`, `itemNotFound`
 */
export async function insertNamed(
  item: Item,
  behavior: ConflictBehavior,
  tenant: string,
  context: Context,
): Promise<Item> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const named = attempt === 0 ? item : { ...item, name: numbered(item, attempt) };
    const refusal = await insertItem(named, tenant, context);
    if (refusal === undefined) return named;
    if (refusal === 'parentGone') throw new GraphError('itemNotFound');
    if (refusal === 'idTaken') return itemOf(item, tenant, context);
    if (behavior !== 'rename') throw new GraphError('nameAlreadyExists');
  }
  throw new GraphError('nameAlreadyExists');
}

/** The item of this id, as it stands. @throws GraphError `itemNotFound` */
export async function itemOf(
  { id, driveId }: Pick<Item, 'id' | 'driveId'>,
  tenant: string,
  { store }: Context,
): Promise<Item> {
  const stored = await store.rows(driveKind).get({ partition: drivePartition(tenant, driveId), row: itemRow(id) });
  if (!stored || !isItem(stored.value)) throw new GraphError('itemNotFound');
  return stored.value;
}

/** What is longer behind a dot is a part of the name. */
const longestExtension = 100;

/** `Report 1.docx` */
export function numbered({ name, kind }: Pick<Item, 'name' | 'kind'>, number: number): string {
  const dot = kind === 'file' ? name.lastIndexOf('.') : -1;
  const hasExtension = dot > 0 && name.length - dot <= longestExtension;
  const stem = hasExtension ? name.slice(0, dot) : name;
  const ending = ` ${number}${hasExtension ? name.slice(dot) : ''}`;
  // Half of a pair is no character.
  return stem.slice(0, longestName - ending.length).replace(/[\uD800-\uDBFF]$/, '') + ending;
}

/**
 * Changes an item as it stands now, where it stands (`relocate.ts` moves it); `change` may throw to refuse, and answers
 * the same item where there is nothing to do. Repeated while others change it too.
 *
 * @throws GraphError `itemNotFound` when it is gone, `editConflict` when others are faster again and again
 */
export async function changeItem(
  { id, driveId }: Item,
  tenant: string,
  context: Context,
  change: (item: Item) => Item,
): Promise<Item> {
  const rows = context.store.rows(driveKind);
  const partition = drivePartition(tenant, driveId);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const stored = await rows.get({ partition, row: itemRow(id) });
    if (!stored || !isItem(stored.value)) throw new GraphError('itemNotFound');
    const item = change(stored.value);
    if (item === stored.value) return item;
    const steps: Step<DriveRow>[] = [{ do: 'replace', row: itemRow(id), value: item, etag: stored.etag }];
    // The ETag of the item's own row speaks for both.
    if (item.parentId !== undefined)
      steps.push({ do: 'replace', row: childRow(item.parentId, item.name), value: withoutContent(item), etag: '*' });
    if ((await rows.transact(partition, steps)) === undefined) return item;
  }
  throw new GraphError('editConflict');
}

/** The folder of this name, made if it is missing. */
export async function ensureFolder(
  { drive, parent, name, special }: { drive: Drive; parent: Item; name: string; special?: string },
  caller: Caller,
  context: Context,
): Promise<Item> {
  const folder = newFolder({ drive, parentId: parent.id, name, ...(special && { special }) }, caller, context);
  const { tenant } = caller;
  const insert = () => insertItem(folder, tenant, unaskedIn(context));
  if ((await inRoom({ items: 1 }, tenant, context, insert, isDone)) === undefined) return folder;
  const row = childRow(parent.id, name);
  const stored = await context.store.rows(driveKind).get({ partition: drivePartition(caller.tenant, drive.id), row });
  if (!stored || !isItem(stored.value)) throw new GraphError('itemNotFound');
  return stored.value;
}

/** The children of a folder, in no order. */
export async function childrenOf({ id, driveId }: Item, tenant: string, { store }: Context): Promise<Item[]> {
  const children: Item[] = [];
  for await (const { value } of store.rows(driveKind).list(drivePartition(tenant, driveId), childrenPrefix(id)))
    if (isItem(value)) children.push(value);
  return children;
}
