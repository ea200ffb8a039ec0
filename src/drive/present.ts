import type { Call, Context } from '../operation.ts';
import { ancestorsOf, namesOf } from './ancestors.ts';
import { childrenOf } from './change.ts';
import type { Drive } from './drive.ts';
import { type DriveItemFacts, toDriveItem } from './driveItem.ts';
import type { Item } from './item.ts';

type Asked = Pick<Call<unknown, unknown>, 'caller' | 'origin'>;

/** The driveItem, with what the store has to be asked for: the folders above it and the number of its children. */
export async function present(item: Item, drive: Drive, { caller, origin }: Asked, context: Context) {
  const ancestors = await ancestorsOf(item, caller.tenant, context);
  return toDriveItem(item, {
    ...(await factsOf(item, drive, { caller, origin }, context)),
    parentPath: namesOf(ancestors),
    ...nameOfLast(ancestors),
  });
}

/** The driveItems of a folder's children. */
export async function presentChildren(folder: Item, drive: Drive, asked: Asked, context: Context) {
  const ancestors = [...(await ancestorsOf(folder, asked.caller.tenant, context)), folder];
  const above = { parentPath: namesOf(ancestors), ...nameOfLast(ancestors) };
  const children = await childrenOf(folder, asked.caller.tenant, context);
  return Promise.all(
    children.map(async (child) => toDriveItem(child, { ...(await factsOf(child, drive, asked, context)), ...above })),
  );
}

async function factsOf(
  item: Item,
  drive: Drive,
  { caller, origin }: Asked,
  context: Context,
): Promise<Omit<DriveItemFacts, 'parentPath'>> {
  const { tenant } = caller;
  const childCount = item.kind === 'folder' ? (await childrenOf(item, tenant, context)).length : 0;
  return { drive, tenant, origin, now: context.clock(), childCount };
}

function nameOfLast(ancestors: readonly Item[]): { parentName?: string } {
  const last = ancestors.at(-1);
  return last ? { parentName: last.name } : {};
}
