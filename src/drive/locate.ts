import { type Access, type Entered, fullAccess, type Reached } from '../access.ts';
import { findEntry } from '../directory/directory.ts';
import { GraphError } from '../errors.ts';
import { guidOf } from '../guid.ts';
import type { Caller, Context } from '../operation.ts';
import type { Anchor, DriveReference, ItemReference } from '../reference.ts';
import { sample } from '../sample.ts';
import { inRoom, isDone } from '../tenants/room.ts';
import { unaskedIn } from '../unasked.ts';
import { ensureFolder, insertItem } from './change.ts';
import { keepContent } from './content.ts';
import { type Drive, driveKey, driveKind, drivePartition, isItem } from './drive.ts';
import { isDriveId, isPersonalDrive, rootItemId } from './ids.ts';
import { childRow, type Item, itemRow } from './item.ts';
import { newFile } from './newItem.ts';
import { businessDrive, groupDrive, impliedDrives, personalDrive, provision, siteDrive } from './provision.ts';

/** The tenant of consumers, whose default drive is the personal one (F14.2). */
const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad';

export interface LocatedDrive extends Reached {
  readonly drive: Drive;
  readonly reference: DriveReference;
}

export interface Located extends Reached {
  readonly drive: Drive;
  readonly item: Item;
  readonly reference: ItemReference;
}

/**
 * The drive an address names, if it is open to the caller as a whole. What is shared of somebody else's are items.
 *
 * @throws GraphError `itemNotFound`, also where it is somebody else's (F2.4); `malformedDriveId`, `invalidHostname`
 */
export async function locateDrive(reference: DriveReference, caller: Caller, context: Context): Promise<LocatedDrive> {
  const drive = await findDrive(reference, caller, context);
  if (!isOpenTo(drive, caller)) throw new GraphError('itemNotFound');
  return { drive, reference, access: fullAccess };
}

function findDrive(reference: DriveReference, caller: Caller, context: Context): Promise<Drive> {
  const isPlain = reference.owner === undefined && reference.list === undefined;
  return isPlain ? existing(reference.driveId, undefined, caller, context) : findOwned(reference, caller, context);
}

async function findOwned(reference: DriveReference, caller: Caller, context: Context): Promise<Drive> {
  const owned = reference.owner && (await defaultDriveOf(reference.owner, caller, context));
  const drive = await existing(reference.driveId ?? owned?.id, owned, caller, context);
  if (owned && drive.owner.id !== owned.owner.id) throw new GraphError('itemNotFound');
  const list = reference.list?.toLowerCase();
  if (list !== undefined && list !== drive.listId && list !== drive.name.toLowerCase())
    throw new GraphError('itemNotFound');
  return drive;
}

/** A user's drive is theirs; a group's and a site's are open to the tenant; an application sees all. */
export const isOpenTo = ({ owner }: Drive, { user }: Caller): boolean =>
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
  return stored?.value.kind === 'drive' ? stored.value : untouched(id, owned, caller, context);
}

/** The drive that nobody has asked for before, of those that are implied. */
async function untouched(id: string, owned: Blank | undefined, caller: Caller, context: Context): Promise<Drive> {
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
      const drive = found && siteDrive(found);
      const [, , web = drive?.webId] = owner.name.split(',');
      if (!drive || web?.toLowerCase() !== drive.webId) throw new GraphError('itemNotFound');
      return drive;
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

export interface LocatedDrives extends Reached {
  readonly drives: readonly Drive[];
}

/** Every drive of the caller or of the owner an address names: `GET …/drives`. */
export async function drivesOf(reference: DriveReference, caller: Caller, context: Context): Promise<LocatedDrives> {
  const { drive, access } = await locateDrive(reference, caller, context);
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
  const rest = await Promise.all([...others].map((each) => existing(each, personal, caller, context)));
  return { drives: [drive, ...rest], access };
}

/**
 * The item an address names, with what the caller may do with it, which may be nothing: `handle` decides on that.
 *
 * @throws GraphError `itemNotFound` where it, its parent or its drive is missing (F1.2, F2.4)
 */
export async function locateItem(reference: ItemReference, caller: Caller, context: Context): Promise<Located> {
  const entered = await enter(reference.drive, caller, context);
  const item = await itemIn(entered, reference, caller, context);
  return { drive: entered.drive, item, reference, access: await entered.accessTo(item) };
}

function enter(reference: DriveReference, caller: Caller, context: Context): Promise<Entered> {
  const { sharing } = context;
  if (reference.share) return sharing.enter(reference.share, caller, context);
  return findDrive(reference, caller, context).then((drive) => ({
    drive,
    accessTo: (item) => sharing.accessTo({ drive, item }, caller, context),
  }));
}

type Whereabouts = Pick<ItemReference, 'anchor' | 'path'>;
type Ground = Pick<Entered, 'drive' | 'shared'>;

function itemIn(ground: Ground, { anchor, path }: Whereabouts, caller: Caller, context: Context): Item | Promise<Item> {
  const start = itemAtAnchor(anchor, ground, caller, context);
  return path.length === 0 ? start : itemBelow(start, path, ground, caller, context);
}

async function itemBelow(
  start: Item | Promise<Item>,
  path: readonly string[],
  { drive }: Ground,
  { tenant }: Caller,
  context: Context,
): Promise<Item> {
  const item = await walk(await start, path, drive, tenant, context);
  if (!item) throw new GraphError('itemNotFound');
  return item;
}

/** The item of this id or path in a drive, whoever may do what with it. @throws GraphError `itemNotFound` */
export async function findItem(
  driveId: string,
  whereabouts: Whereabouts,
  caller: Caller,
  context: Context,
): Promise<{ drive: Drive; item: Item }> {
  const drive = await existing(driveId, undefined, caller, context);
  return { drive, item: await itemIn({ drive }, whereabouts, caller, context) };
}

/** As `findItem`, where it may well be gone. */
export async function lookForItem(
  ...where: Parameters<typeof findItem>
): Promise<{ drive: Drive; item: Item } | undefined> {
  try {
    return await findItem(...where);
  } catch (thrown) {
    if (thrown instanceof GraphError && thrown.what === 'itemNotFound') return undefined;
    throw thrown;
  }
}

/** Where content is about to be put: the item if it is there, else the folder and the name it shall have. */
export interface Destination extends Reached {
  readonly drive: Drive;
  readonly reference: ItemReference;
  readonly item?: Item;
  readonly parent?: Item;
  readonly name?: string;
  /** What the caller may do with the folder: something new needs more than access to what is there. */
  readonly accessToFolder: () => Access | Promise<Access>;
}

export async function locateDestination(
  reference: ItemReference,
  caller: Caller,
  context: Context,
): Promise<Destination> {
  const entered = await enter(reference.drive, caller, context);
  const { drive } = entered;
  const name = reference.path.at(-1);
  if (name === undefined) {
    const item = await itemIn(entered, reference, caller, context);
    const folder = { at: 'item', id: item.parentId ?? item.id } as const;
    const accessToFolder = async () =>
      entered.accessTo(await itemIn(entered, { anchor: folder, path: [] }, caller, context));
    return { drive, reference, item, access: await entered.accessTo(item), accessToFolder };
  }
  const above = { anchor: reference.anchor, path: reference.path.slice(0, -1) };
  const parent = await itemIn(entered, above, caller, context);
  const item = await childOf(parent, name, drive, caller.tenant, context);
  const access = await entered.accessTo(item ?? parent);
  return {
    drive,
    reference,
    parent,
    name,
    ...(item && { item }),
    access,
    accessToFolder: () => entered.accessTo(parent),
  };
}

function itemAtAnchor(anchor: Anchor, ground: Ground, caller: Caller, context: Context): Item | Promise<Item> {
  const { drive, shared } = ground;
  switch (anchor.at) {
    case 'root':
      return itemById(rootItemId(drive.id), drive, caller, context);
    case 'shared':
      if (!shared) throw new GraphError('itemNotFound');
      return shared;
    case 'item':
      return itemById(/^root$/i.test(anchor.id) ? rootItemId(drive.id) : anchor.id, drive, caller, context, !shared);
    case 'special':
      return specialFolder(anchor.name, drive, caller, context);
    case 'listItem':
      // `0x1`, `1.0` and ` 1` are no numbers of items.
      return itemByNumber(/^\d+$/.test(anchor.number) ? Number(anchor.number) : Number.NaN, drive, caller, context);
  }
}

/** An unknown id is an error or, by a setting and in the caller's own drive, a file from now on. */
async function itemById(id: string, drive: Drive, caller: Caller, context: Context, mayCreate = false): Promise<Item> {
  const key = { partition: drivePartition(caller.tenant, drive.id), row: itemRow(id) };
  const rows = context.store.rows(driveKind);
  let stored = await rows.get(key);
  if (!stored && (await isNew(drive, caller, context))) stored = await rows.get(key);
  if (!stored && mayCreate && isOpenTo(drive, caller) && context.settings.GRAPH_MOCK_UNKNOWN_ITEMS === 'create') {
    await makeItem(id, drive, caller, context);
    stored = await rows.get(key);
  }
  if (!stored || !isItem(stored.value)) throw new GraphError('itemNotFound');
  return stored.value;
}

async function makeItem(id: string, drive: Drive, caller: Caller, context: Context): Promise<void> {
  // A workbook, so that every operation there is works on it. Ids that differ in case alone need names that differ in more.
  const name = `${id.replaceAll(/[^\w!-]/g, '_').slice(0, 100)} ${guidOf(id).slice(0, 8)}.xlsx`;
  const facts = await keepContent(name, new Uint8Array(), caller.tenant, context);
  const file = newFile({ drive, parentId: rootItemId(drive.id), name, id, facts }, caller, context);
  const insert = () => insertItem(file, caller.tenant, unaskedIn(context));
  await inRoom({ items: 1 }, caller.tenant, context, insert, isDone);
}

/**
 * Whether a drive that was known from a moment ago (`store/remembering.ts`) has gone since, with all that was in it, and
 * been made anew. Nobody needs to ask who finds something in it.
 */
async function isNew({ id, createdDateTime }: Drive, caller: Caller, context: Context): Promise<boolean> {
  const now = await existing(id, undefined, caller, context);
  return now.createdDateTime !== createdDateTime;
}

async function itemByNumber(number: number, drive: Drive, caller: Caller, context: Context): Promise<Item> {
  const rows = context.store.rows(driveKind).list(drivePartition(caller.tenant, drive.id), itemRow(''));
  for await (const { value } of rows) if (isItem(value) && value.listItemId === number && value.parentId) return value;
  throw new GraphError('itemNotFound');
}

/** A folder on the way to a special one, and which of them it is itself. */
interface Step {
  readonly name: string;
  readonly special?: string;
}

const pictures: Step = { name: 'Pictures', special: 'photos' };

/** The special folders of F1.1 and where they lie; each is made when it is first asked for. An app's own has the app's name. */
const specialFolders: Readonly<Record<string, (app: Caller['app']) => readonly Step[]>> = {
  documents: () => [{ name: 'Documents', special: 'documents' }],
  photos: () => [pictures],
  cameraroll: () => [pictures, { name: 'Camera Roll', special: 'cameraroll' }],
  music: () => [{ name: 'Music', special: 'music' }],
  approot: (app) => [{ name: 'Apps' }, { name: folderNameOf(app), special: 'approot' }],
};

async function specialFolder(name: string, drive: Drive, caller: Caller, context: Context): Promise<Item> {
  const key = name.toLowerCase();
  const pathFor = Object.hasOwn(specialFolders, key) ? specialFolders[key] : undefined;
  if (!pathFor) throw new GraphError('itemNotFound');
  let folder = await itemById(rootItemId(drive.id), drive, caller, context);
  for (const step of pathFor(caller.app)) {
    folder =
      (await childOf(folder, step.name, drive, caller.tenant, context)) ??
      (await newSpecialFolder({ drive, parent: folder, ...step }, caller, context));
    if (folder.kind !== 'folder') throw new GraphError('itemNotFound');
  }
  return folder;
}

/** A token may call its app anything; not every name is one that a folder can have. */
function folderNameOf({ id, displayName }: Caller['app']): string {
  const names = [displayName, id].map((text) => {
    const safe = text.replaceAll(/[/\\*<>?:|"\p{Cc}]/gu, '_').slice(0, 100);
    return safe.toWellFormed().replaceAll(/^[~\s]+|[.\s]+$/g, '');
  });
  return names.find(Boolean) ?? 'App';
}

/** Nobody makes folders in a drive that is not theirs by asking for them. */
async function newSpecialFolder(
  blank: Parameters<typeof ensureFolder>[0],
  caller: Caller,
  context: Context,
): Promise<Item> {
  if (!isOpenTo(blank.drive, caller)) throw new GraphError('itemNotFound');
  return ensureFolder(blank, caller, context);
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

/** The item of this name in a folder. */
export async function childOf(
  parent: Pick<Item, 'id'>,
  name: string,
  drive: Drive,
  tenant: string,
  context: Context,
): Promise<Item | undefined> {
  const partition = drivePartition(tenant, drive.id);
  const stored = await context.store.rows(driveKind).get({ partition, row: childRow(parent.id, name) });
  return stored && isItem(stored.value) ? stored.value : undefined;
}
