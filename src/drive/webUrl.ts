import { entriesOf } from '../directory/directory.ts';
import { GraphError } from '../errors.ts';
import type { Caller, Context } from '../operation.ts';
import { ancestorsOf, namesOf } from './ancestors.ts';
import type { Drive } from './drive.ts';
import { webUrlOf } from './driveItem.ts';
import type { Item } from './item.ts';
import { findItem, type Located } from './locate.ts';
import { businessDrive, groupDrive, impliedDrives, personalDrive, siteDrive } from './provision.ts';

type Blank = Omit<Drive, 'createdDateTime'>;

/** Where an item stands on the web, which is no sharing link: its path is asked of the store. */
export async function itemWebUrl(
  { drive, item }: Pick<Located, 'drive' | 'item'>,
  tenant: string,
  origin: string,
  context: Context,
): Promise<string> {
  const names = namesOf(await ancestorsOf(item, tenant, context));
  return webUrlOf(drive, item.parentId === undefined ? names : [...names, item.name], origin);
}

/**
 * The item that stands on the web under this path, whoever may do what with it.
 *
 * @param names the decoded segments of the path
 * @throws GraphError `foreignSite` where no drive stands, `itemNotFound` where one does and the item does not
 */
export async function findByWebPath(
  names: readonly string[],
  caller: Caller,
  context: Context,
): Promise<{ drive: Drive; item: Item }> {
  for await (const { id, webPath } of drivesOnTheWeb(caller, context)) {
    const above = webPath.split('/').slice(1);
    if (above.every((name, at) => name.toLowerCase() === names[at]?.toLowerCase()))
      return findItem(id, { anchor: { at: 'root' }, path: names.slice(above.length) }, caller, context);
  }
  throw new GraphError('foreignSite');
}

/** The drives there are without being made come first, since for them nothing has to be asked. */
async function* drivesOnTheWeb({ tenant, user }: Caller, context: Context): AsyncGenerator<Blank> {
  if (!context.isSeeded) yield* impliedDrives(user, context);
  for (const entry of await entriesOf(tenant, context)) {
    if (entry.kind === 'user') yield* [businessDrive(entry), personalDrive(entry)];
    else yield entry.kind === 'group' ? groupDrive(entry) : siteDrive(entry);
  }
  // A seed may have given them other drives than the implied ones.
  if (context.isSeeded) yield* impliedDrives(user, context);
}
