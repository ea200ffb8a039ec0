import { merged } from '../merged.ts';
import type { Context, User } from '../operation.ts';
import { type Drives, rememberUser } from '../directory/directory.ts';
import { guidOf } from '../guid.ts';
import { sample, type SampleGroup, type SampleItem, type SampleSite } from '../sample.ts';
import type { Step } from '../store/store.ts';
import { inRoom, isDone } from '../tenants/room.ts';
import { givenIn } from '../unasked.ts';
import { type Drive, driveKey, driveKind, drivePartition, type DriveRow } from './drive.ts';
import {
  businessSiteOf,
  isPersonalDrive,
  itemIdOf,
  libraryDriveId,
  libraryOf,
  personalDriveId,
  rootGuid,
  rootItemId,
} from './ids.ts';
import { type Actor, childRow, type Item, itemRow, withoutContent } from './item.ts';
import { mimeTypeOf } from './mimeType.ts';
import { quickXorHash } from './quickXorHash.ts';

// Nothing is written for a tenant until somebody looks for it: a drive that is not there, but should be, is made with
// the sample's files in one transaction. Whoever comes second finds it made, on whichever instance.

/** A user's business drive: where `/me/drive` leads. */
export function businessDrive(user: User & Drives): Omit<Drive, 'createdDateTime'> {
  const site = libraryGiven(user) ?? businessSiteOf(user);
  const folder = user.userPrincipalName.toLowerCase().replaceAll(/[^a-z\d]/g, '_');
  return {
    kind: 'drive',
    id: libraryDriveId(site),
    driveType: 'business',
    name: 'OneDrive',
    owner: { kind: 'user', id: user.id, displayName: user.displayName, email: user.email },
    siteId: site.siteId,
    webId: site.webId,
    listId: site.listId,
    webPath: `/personal/${folder}/Documents`,
  };
}

/** The site, web and list of the drive that a seed has given to somebody. */
function libraryGiven({ drives }: Drives) {
  const id = drives?.find((each) => !isPersonalDrive(each));
  return id === undefined ? undefined : libraryOf(id);
}

/** A user's personal drive, as a consumer's OneDrive is. */
export function personalDrive(user: User & Drives): Omit<Drive, 'createdDateTime'> {
  const id = user.drives?.find(isPersonalDrive) ?? personalDriveId(user);
  return {
    kind: 'drive',
    id,
    driveType: 'personal',
    name: 'OneDrive',
    owner: { kind: 'user', id: user.id, displayName: user.displayName, email: user.email },
    webPath: `/${id.toLowerCase()}`,
  };
}

/** The document library of a site. */
export function siteDrive(site: SampleSite & Drives): Omit<Drive, 'createdDateTime'> {
  const { displayName, path } = site;
  const { siteId, webId, listId } = libraryGiven(site) ?? { ...site, siteId: site.id };
  return {
    kind: 'drive',
    id: libraryDriveId({ siteId, webId, listId }),
    driveType: 'documentLibrary',
    name: 'Documents',
    owner: { kind: 'site', id: site.id, displayName },
    siteId,
    webId,
    listId,
    webPath: `${path === '/' ? '' : path}/Shared Documents`,
  };
}

/** The document library of the site behind a group. */
export function groupDrive(group: SampleGroup & Drives): Omit<Drive, 'createdDateTime'> {
  const site = libraryGiven(group) ?? businessSiteOf(group);
  const { id, displayName, email } = group;
  const [alias = id] = email.split('@');
  return {
    ...siteDrive({
      ...site,
      id: site.siteId,
      displayName,
      path: `/sites/${alias.replaceAll('.', '')}`,
    }),
    owner: { kind: 'group', id, displayName, email },
  };
}

/** Every drive that exists in a tenant for this caller without anybody having made it. */
export function* impliedDrives(
  user: User | undefined,
  { isSeeded }: Context,
): Generator<Omit<Drive, 'createdDateTime'>> {
  for (const each of [...(user ? [user] : []), ...(isSeeded ? [] : Object.values(sample.users))]) {
    yield businessDrive(each);
    yield personalDrive(each);
  }
  if (isSeeded) return;
  for (const site of Object.values(sample.sites)) yield siteDrive(site);
  yield groupDrive(sample.group);
}

/** Writes a drive with the sample's items, or none in a tenant that has a seed; where somebody was faster, it is theirs that stands. Answers what stands there. */
export async function provision(
  tenant: string,
  blank: Omit<Drive, 'createdDateTime'>,
  user: User | undefined,
  context: Context,
): Promise<Drive | undefined> {
  const now = context.clock().toISOString();
  const rows = givenIn(context).store.rows(driveKind);
  const drive: Drive = merged(blank, { createdDateTime: now });
  const steps: Step<DriveRow>[] = [{ do: 'insert', row: 'drive', value: drive }];
  const items = [rootOf(drive), ...(context.isSeeded ? [] : sampleItems(drive, context.newId))];
  for (const item of items) {
    steps.push({ do: 'insert', row: itemRow(item.id), value: item });
    if (item.parentId !== undefined)
      steps.push({ do: 'insert', row: childRow(item.parentId, item.name), value: withoutContent(item) });
  }
  const room = { items: items.length, bytes: items.reduce((sum, { size }) => sum + size, 0) };
  const write = async (): Promise<number | undefined> => {
    // Whoever has no room for a drive leaves no row behind.
    if (user && blank.owner.id === user.id) await rememberUser(tenant, user, context);
    return rows.transact(drivePartition(tenant, drive.id), steps);
  };
  if (isDone(await inRoom(room, tenant, context, write, isDone))) return drive;
  const stored = await rows.get(driveKey(tenant, drive.id));
  return stored?.value.kind === 'drive' ? stored.value : undefined;
}

/** What an item of a drive has that nobody has made yet: the owner made it with the drive. */
export function givenItem({ id: driveId, owner: { kind, ...owner }, createdDateTime }: Drive) {
  const { id, displayName, email } = kind === 'user' ? owner : sample.users.ada;
  const by: Actor = { user: { id, displayName, ...(email !== undefined && { email }) } };
  return {
    driveId,
    version: 1,
    contentVersion: 0,
    createdDateTime,
    lastModifiedDateTime: createdDateTime,
    createdBy: by,
    lastModifiedBy: by,
  };
}

export const rootOf = (drive: Drive): Item => ({
  kind: 'folder',
  id: rootItemId(drive.id),
  guid: rootGuid,
  name: 'root',
  listItemId: 0,
  size: 0,
  ...givenItem(drive),
});

function sampleItems(drive: Drive, newId: Context['newId']): Item[] {
  const common = givenItem(drive);
  const rootId = rootItemId(drive.id);
  const idByPath = new Map([['', rootId]]);
  return sample.items[drive.driveType].map(({ path, guid: sampleGuid, text }: SampleItem, at): Item => {
    const slash = path.lastIndexOf('/');
    // The documented drives have the documented ids; in any other drive they are derived from the drive's.
    const guid = isDocumented(drive.id) ? sampleGuid : guidOf(drive.id, sampleGuid);
    const id = itemIdOf(drive.id, guid);
    idByPath.set(path, id);
    const content = text === undefined ? undefined : new TextEncoder().encode(text);
    return {
      kind: content ? 'file' : 'folder',
      id,
      guid,
      parentId: idByPath.get(path.slice(0, Math.max(slash, 0))) ?? rootId,
      name: path.slice(slash + 1),
      listItemId: at + 1,
      size: content?.length ?? 0,
      ...common,
      ...(content && {
        content,
        mimeType: mimeTypeOf(path),
        quickXorHash: quickXorHash(content),
        downloadSecret: newId(),
      }),
    };
  });
}

const isDocumented = (driveId: string): boolean =>
  driveId in sample.itemPrefixes || driveId === sample.adasDrives.personal;
