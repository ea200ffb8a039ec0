import type { Reached } from '../access.ts';
import type { Call, Context } from '../operation.ts';
import { ancestorsOf, namesOf } from './ancestors.ts';
import { childrenOf } from './change.ts';
import type { Drive } from './drive.ts';
import { type DriveItemFacts, toDriveItem } from './driveItem.ts';
import type { Item } from './item.ts';

type Asked = Pick<Call<Reached, unknown>, 'caller' | 'origin' | 'target'>;

/** The driveItem, with what the store has to be asked for: the folders above it and the number of its children. */
export async function present(item: Item, drive: Drive, asked: Asked, context: Context) {
  const ancestors = await ancestorsOf(item, asked.caller.tenant, context);
  return toDriveItem(item, {
    parentPath: namesOf(ancestors),
    ...nameOfLast(ancestors),
    ...(await factsOf(item, drive, asked, context)),
  });
}

/** The driveItems of those of a folder's children that the caller may see. */
export async function presentChildren(folder: Item, drive: Drive, asked: Asked, context: Context) {
  const ancestors = [...(await ancestorsOf(folder, asked.caller.tenant, context)), folder];
  const above = { parentPath: namesOf(ancestors), ...nameOfLast(ancestors) };
  const children = await visible(await childrenOf(folder, asked.caller.tenant, context), drive, asked, context);
  return Promise.all(
    children.map(async (child) => toDriveItem(child, { ...(await factsOf(child, drive, asked, context)), ...above })),
  );
}

async function factsOf(
  item: Item,
  drive: Drive,
  { caller, origin, target }: Asked,
  context: Context,
): Promise<Omit<DriveItemFacts, 'parentPath'>> {
  const { tenant } = caller;
  const childCount = item.kind === 'folder' ? (await childrenOf(item, tenant, context)).length : 0;
  const isDownloadable = target.access.rights.has('download');
  const shared = await context.sharing.sharedFacet(item, tenant, context);
  return { ...(shared && { shared }), drive, tenant, origin, now: context.clock(), childCount, isDownloadable };
}

/** Whoever may see a folder may see what is in it, but for what no longer inherits from it. */
async function visible(children: readonly Item[], drive: Drive, { caller }: Asked, context: Context): Promise<Item[]> {
  const isVisible = await Promise.all(
    children.map(async (item) => {
      if (!item.inheritsNothing) return true;
      const { rights } = await context.sharing.accessTo({ drive, item }, caller, context);
      return rights.has('read');
    }),
  );
  return children.filter((_, at) => isVisible[at]);
}

function nameOfLast(ancestors: readonly Item[]): { parentName?: string } {
  const last = ancestors.at(-1);
  return last ? { parentName: last.name } : {};
}
