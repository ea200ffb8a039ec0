import { findEntry } from '../directory/directory.ts';
import { GraphError } from '../errors.ts';
import { guidOf } from '../guid.ts';
import type { Caller, Context } from '../operation.ts';
import type { Anchor, DriveReference, ItemReference } from '../reference.ts';
import { sample } from '../sample.ts';
import { ensureFolder, insertItem } from './change.ts';
import { keepContent } from './content.ts';
import { type Drive, driveKey, driveKind, drivePartition } from './drive.ts';
import { isDriveId, isPersonalDrive, rootItemId } from './ids.ts';
import { childRow, type Item, itemRow } from './item.ts';
import { newFile } from './newItem.ts';
import { businessDrive, groupDrive, impliedDrives, personalDrive, provision, siteDrive } from './provision.ts';

/** The tenant of consumers, whose default drive is the personal one (F14.2). */
const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';

export interface LocatedDrive {
  readonly drive: Drive;
  readonly reference: DriveReference;
}

export interface Located {
  readonly drive: Drive;
  readonly item: Item;
  readonly reference: ItemReference;
}

/**
 * The drive an address names, if the caller may see it.
 *
 * @throws GraphError `itemNotFound`, also where it is somebody else's (F2.4); `malformedDriveId`, `invalidHostname`
 */
export async function locateDrive(reference: DriveReference, caller: Caller, context: Context): Promise<LocatedDrive> {
  const owned = reference.owner && (await defaultDriveOf(reference.owner, caller, context));
  const drive = await existing(reference.driveId ?? owned?.id, owned, caller, context);
  if (owned && drive.owner.id !== owned.owner.id) throw new GraphError('itemNotFound');
  if (reference.list !== undefined && ![drive.listId, drive.name].includes(reference.list))
    throw new GraphError('itemNotFound');
  if (!isVisible(drive, caller)) throw new GraphError('itemNotFound');
  return { drive, reference };
}

/** A user's drive is theirs; a group's and a site's are open to the tenant; an application sees all. */
const isVisible = ({ owner }: Drive, { user }: Caller): boolean =>
  owner.kind !== 'user' || user === undefined || owner.id === user.id;

type Blank = Omit<Drive, 'createdDateTime'>;

/** The drive of this id as it is kept; one that is implied and was never touched is made now. */
async function existing(
  driveId: string | undefined,
  owned: Blank | undefined,
  caller: Caller,
  context: Context,
): Promise<Drive> {
  if (driveId === undefined) throw new GraphError('itemNotFound');
  if (!isDriveId(driveId)) throw new GraphError('malformedDriveId');
  const id = isPersonalDrive(driveId) ? driveId.toUpperCase() : driveId;
  const stored = await context.store.rows(driveKind).get(driveKey(caller.tenant, id));
  if (stored?.value.kind === 'drive') return stored.value;
  const implied = impliedDrives(caller.user, context);
  const candidates = owned ? [owned, ...implied] : implied;
  for (const blank of candidates) {
    if (blank.id !== id) continue;
    const drive = await provision(caller.tenant, blank, caller.user, context);
    if (drive) return drive;
  }
  throw new GraphError('itemNotFound');
}

async function defaultDriveOf(
  owner: NonNullable<DriveReference['owner']>,
  caller: Caller,
  context: Context,
): Promise<Blank> {
  const { tenant, user } = caller;
  switch (owner.kind) {
    case 'user': {
      const isCaller = user && [user.id, user.userPrincipalName.toLowerCase()].includes(owner.name.toLowerCase());
      // A caller needs no directory, unless a seed may have given them a drive.
      const entry = isCaller && !context.isSeeded ? user : await findEntry(tenant, 'user', owner.name, context);
      const found = entry ?? (isCaller ? user : undefined);
      if (!found) throw new GraphError('itemNotFound');
      return tenant === consumers ? personalDrive(found) : businessDrive(found);
    }
    case 'group': {
      const found = await findEntry(tenant, 'group', owner.name, context);
      if (!found) throw new GraphError('itemNotFound');
      return groupDrive(found);
    }
    case 'site': {
      const found = await findEntry(tenant, 'site', siteNameOf(owner.name), context);
      if (!found) throw new GraphError('itemNotFound');
      return siteDrive(found);
    }
  }
}

/** What the directory knows a site by: its GUID or its path. `root`, `host,site,web`, `host:/path` and a bare GUID are in use (F1.1). */
function siteNameOf(name: string): string {
  if (name.toLowerCase() === 'root') return '/';
  const [host = '', ...rest] = name.split(/[,:]/);
  if (rest.length === 0 && !host.includes('.')) return host;
  if (host.toLowerCase() !== sample.siteHost) throw new GraphError('invalidHostname');
  return rest[0] ?? '/';
}

/** Every drive of the caller or of the owner an address names: `GET …/drives`. */
export async function drivesOf(reference: DriveReference, caller: Caller, context: Context): Promise<Drive[]> {
  const { drive } = await locateDrive(reference, caller, context);
  const { user, tenant } = caller;
  const { kind, id } = drive.owner;
  const entry = context.isSeeded && (await findEntry(tenant, kind, id, context));
  const others = new Set(entry ? entry.drives : []);
  const isCallers = drive.driveType === 'business' && user?.id === id;
  const personal = isCallers
    ? personalDrive({ ...user, ...(entry && entry.drives && { drives: entry.drives }) })
    : undefined;
  if (personal) others.add(personal.id);
  others.delete(drive.id);
  return [drive, ...(await Promise.all([...others].map((each) => existing(each, personal, caller, context))))];
}

/**
 * The item an address names, if the caller may see it.
 *
 * @throws GraphError `itemNotFound` where it, its parent or its drive is missing (F1.2, F2.4)
 */
export async function locateItem(reference: ItemReference, caller: Caller, context: Context): Promise<Located> {
  const { drive } = await locateDrive(reference.drive, caller, context);
  const anchor = await itemAtAnchor(reference.anchor, drive, caller, context);
  const item = await walk(anchor, reference.path, drive, caller.tenant, context);
  if (!item) throw new GraphError('itemNotFound');
  return { drive, item, reference };
}

/** Where content is about to be put: the item if it is there, else the folder and the name it shall have. */
export interface Destination {
  readonly drive: Drive;
  readonly reference: ItemReference;
  readonly item?: Item;
  readonly parent?: Item;
  readonly name?: string;
}

export async function locateDestination(
  reference: ItemReference,
  caller: Caller,
  context: Context,
): Promise<Destination> {
  const name = reference.path.at(-1);
  if (name === undefined) return locateItem(reference, caller, context);
  const { drive, item: parent } = await locateItem(
    { ...reference, path: reference.path.slice(0, -1) },
    caller,
    context,
  );
  const item = await childOf(parent, name, drive, caller.tenant, context);
  return { drive, reference, parent, name, ...(item && { item }) };
}

async function itemAtAnchor(anchor: Anchor, drive: Drive, caller: Caller, context: Context): Promise<Item> {
  switch (anchor.at) {
    case 'root':
      return itemById(rootItemId(drive.id), drive, caller, context);
    case 'item':
      return itemById(/^root$/i.test(anchor.id) ? rootItemId(drive.id) : anchor.id, drive, caller, context);
    case 'special':
      return specialFolder(anchor.name, drive, caller, context);
    case 'listItem':
      return itemByNumber(Number(anchor.number), drive, caller, context);
  }
}

/** An unknown id is an error or, by a setting, a file from now on. */
async function itemById(id: string, drive: Drive, caller: Caller, context: Context): Promise<Item> {
  const key = { partition: drivePartition(caller.tenant, drive.id), row: itemRow(id) };
  const rows = context.store.rows(driveKind);
  let stored = await rows.get(key);
  if (!stored && context.settings.GRAPH_MOCK_UNKNOWN_ITEMS === 'create') {
    // A workbook, so that every operation there is works on it. Ids that differ in case alone need names that differ in more.
    const name = `${id.replaceAll(/[^\w!-]/g, '_').slice(0, 100)} ${guidOf(id).slice(0, 8)}.xlsx`;
    const facts = await keepContent(name, new Uint8Array(), caller.tenant, context);
    const file = newFile({ drive, parentId: rootItemId(drive.id), name, id, facts }, caller, context);
    await insertItem(file, caller.tenant, context);
    stored = await rows.get(key);
  }
  if (!stored || stored.value.kind === 'drive') throw new GraphError('itemNotFound');
  return stored.value;
}

async function itemByNumber(number: number, drive: Drive, caller: Caller, context: Context): Promise<Item> {
  const rows = context.store.rows(driveKind).list(drivePartition(caller.tenant, drive.id), itemRow(''));
  for await (const { value } of rows)
    if (value.kind !== 'drive' && value.listItemId === number && value.parentId) return value;
  throw new GraphError('itemNotFound');
}

/** The special folders of F1.1 and where they lie; each is made when it is first asked for. */
const specialFolders: Readonly<Record<string, readonly string[]>> = {
  documents: ['Documents'],
  photos: ['Pictures'],
  cameraroll: ['Pictures', 'Camera Roll'],
  music: ['Music'],
  approot: ['Apps'],
};

async function specialFolder(name: string, drive: Drive, caller: Caller, context: Context): Promise<Item> {
  const key = name.toLowerCase();
  const path = Object.hasOwn(specialFolders, key) ? specialFolders[key] : undefined;
  if (!path) throw new GraphError('itemNotFound');
  let folder = await itemById(rootItemId(drive.id), drive, caller, context);
  // An app's own folder has the app's name (F1.1).
  for (const part of key === 'approot' ? [...path, caller.app.displayName.replaceAll(/[/\\*<>?:|"]/g, '_')] : path)
    folder =
      (await childOf(folder, part, drive, caller.tenant, context)) ??
      (await ensureFolder({ drive, parent: folder, name: part, specialFolder: key }, caller, context));
  return folder;
}

/** Goes down from an item, one name at a time. */
async function walk(
  from: Item,
  path: readonly string[],
  drive: Drive,
  tenant: string,
  context: Context,
): Promise<Item | undefined> {
  let item: Item | undefined = from;
  for (const name of path) {
    if (!item) return undefined;
    item = await childOf(item, name, drive, tenant, context);
  }
  return item;
}

async function childOf(
  parent: Item,
  name: string,
  drive: Drive,
  tenant: string,
  context: Context,
): Promise<Item | undefined> {
  const partition = drivePartition(tenant, drive.id);
  const stored = await context.store.rows(driveKind).get({ partition, row: childRow(parent.id, name) });
  return stored && stored.value.kind !== 'drive' ? stored.value : undefined;
}
