import type { Reached } from '../access.ts';
import type { Call, Context } from '../operation.ts';
import { ancestorsOf, namesOf } from './ancestors.ts';
import { childrenOf } from './change.ts';
import type { Drive } from './drive.ts';
import { toDriveItem } from './driveItem.ts';
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

/** Those of a folder's children that the caller may see, each as far as the folder tells of it, and what makes it whole. */
export async function presentChildren(folder: Item, drive: Drive, asked: Asked, context: Context) {
  const ancestors = [...(await ancestorsOf(folder, asked.caller.tenant, context)), folder];
  const above = { parentPath: namesOf(ancestors), ...nameOfLast(ancestors) };
  const children = await visible(await childrenOf(folder, asked.caller.tenant, context), drive, asked, context);
  const facts = { ...ownFacts(drive, asked, context), ...above };
  return children.map((child) => ({
    shown: toDriveItem(child, facts),
    complete: async () => toDriveItem(child, { ...facts, ...(await lateFacts(child, asked, context)) }),
  }));
}

const factsOf = async (item: Item, drive: Drive, asked: Asked, context: Context) => ({
  ...ownFacts(drive, asked, context),
  ...(await lateFacts(item, asked, context)),
});

const ownFacts = (drive: Drive, { caller, origin, target }: Asked, context: Context) => ({
  drive,
  tenant: caller.tenant,
  origin,
  now: context.clock(),
  isDownloadable: target.access.rights.has('download'),
});

/** What the item's own row does not tell. */
async function lateFacts(item: Item, { caller: { tenant } }: Asked, context: Context) {
  const childCount = item.kind === 'folder' ? (await childrenOf(item, tenant, context)).length : 0;
  const shared = await context.sharing.sharedFacet(item, tenant, context);
  return { childCount, ...(shared && { shared }) };
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
