import type { Context, User } from '../operation.ts';
import { rememberUser } from '../directory/directory.ts';
import { guidOf } from '../guid.ts';
import { sample, type SampleGroup, type SampleItem, type SampleSite } from '../sample.ts';
import type { Step } from '../store/store.ts';
import { inRoom, isDone } from '../tenants/room.ts';
import { type Drive, driveKey, driveKind, drivePartition } from './drive.ts';
import { businessSiteOf, itemIdOf, libraryDriveId, personalDriveId, rootGuid, rootItemId } from './ids.ts';
import { childRow, type Item, itemRow, withoutContent } from './item.ts';
import { mimeTypeOf } from './mimeType.ts';
import { quickXorHash } from './quickXorHash.ts';

// Nothing is written for a tenant until somebody looks for it: a drive that is not there, but should be, is made with
// the sample's files in one transaction. Whoever comes second finds it made, on whichever instance.

/** A user's business drive: where `/me/drive` leads. */
export function businessDrive(user: User): Omit<Drive, 'createdDateTime'> {
  const site = businessSiteOf(user);
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

/** A user's personal drive, as a consumer's OneDrive is. */
export function personalDrive(user: User): Omit<Drive, 'createdDateTime'> {
  const id = personalDriveId(user);
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
export function siteDrive(site: SampleSite): Omit<Drive, 'createdDateTime'> {
  const { id: siteId, displayName, path, webId, listId } = site;
  return {
    kind: 'drive',
    id: libraryDriveId({ siteId, webId, listId }),
    driveType: 'documentLibrary',
    name: 'Documents',
    owner: { kind: 'site', id: siteId, displayName },
    siteId,
    webId,
    listId,
    webPath: `${path === '/' ? '' : path}/Shared Documents`,
  };
}

/** The document library of the site behind a group. */
export function groupDrive(group: SampleGroup): Omit<Drive, 'createdDateTime'> {
  const site = businessSiteOf(group);
  const [alias = group.id] = group.email.split('@');
  return {
    ...siteDrive({
      ...site,
      id: site.siteId,
      displayName: group.displayName,
      path: `/sites/${alias.replaceAll('.', '')}`,
    }),
    owner: { kind: 'group', ...group },
  };
}

/** Every drive that exists in a tenant for this caller without anybody having made it. */
export function* impliedDrives(user: User | undefined): Generator<Omit<Drive, 'createdDateTime'>> {
  for (const each of [...(user ? [user] : []), ...Object.values(sample.users)]) {
    yield businessDrive(each);
    yield personalDrive(each);
  }
  for (const site of Object.values(sample.sites)) yield siteDrive(site);
  yield groupDrive(sample.group);
}

/** Writes a drive with the sample's items; where somebody was faster, it is theirs that stands. Answers what stands there. */
export async function provision(
  tenant: string,
  blank: Omit<Drive, 'createdDateTime'>,
  user: User | undefined,
  context: Context,
): Promise<Drive | undefined> {
  const now = context.clock().toISOString();
  const rows = context.store.rows(driveKind);
  if (user && blank.owner.id === user.id) await rememberUser(tenant, user, context);
  const drive: Drive = { ...blank, createdDateTime: now };
  const steps: Step<Drive | Item>[] = [{ do: 'insert', row: 'drive', value: drive }];
  const items = sampleItems(drive, now, context.newId);
  for (const item of items) {
    steps.push({ do: 'insert', row: itemRow(item.id), value: item });
    if (item.parentId !== undefined)
      steps.push({ do: 'insert', row: childRow(item.parentId, item.name), value: withoutContent(item) });
  }
  const room = { items: items.length, bytes: items.reduce((sum, { size }) => sum + size, 0) };
  await inRoom(room, tenant, context, () => rows.transact(drivePartition(tenant, drive.id), steps), isDone);
  const stored = await rows.get(driveKey(tenant, drive.id));
  return stored?.value.kind === 'drive' ? stored.value : undefined;
}

function sampleItems(drive: Drive, now: string, newId: Context['newId']): Item[] {
  const owner = drive.owner.kind === 'user' ? drive.owner : sample.users.ada;
  const by = { user: { id: owner.id, displayName: owner.displayName, ...(owner.email && { email: owner.email }) } };
  const common = {
    driveId: drive.id,
    version: 1,
    contentVersion: 0,
    createdDateTime: now,
    lastModifiedDateTime: now,
    createdBy: by,
    lastModifiedBy: by,
  };
  const root: Item = {
    ...common,
    kind: 'folder',
    id: rootItemId(drive.id),
    guid: rootGuid,
    name: 'root',
    listItemId: 0,
    size: 0,
  };
  const idByPath = new Map([['', root.id]]);
  const items = sample.items[drive.driveType].map(({ path, guid: sampleGuid, text }: SampleItem, at): Item => {
    const slash = path.lastIndexOf('/');
    // The documented drives have the documented ids; in any other drive they are derived from the drive's.
    const guid = isDocumented(drive.id) ? sampleGuid : guidOf(drive.id, sampleGuid);
    const id = itemIdOf(drive.id, guid);
    idByPath.set(path, id);
    const content = text === undefined ? undefined : new TextEncoder().encode(text);
    return {
      ...common,
      kind: content ? 'file' : 'folder',
      id,
      guid,
      parentId: idByPath.get(path.slice(0, Math.max(slash, 0))) ?? root.id,
      name: path.slice(slash + 1),
      listItemId: at + 1,
      size: content?.length ?? 0,
      ...(content && {
        content,
        mimeType: mimeTypeOf(path),
        quickXorHash: quickXorHash(content),
        downloadSecret: newId(),
      }),
    };
  });
  return [root, ...items];
}

const isDocumented = (driveId: string): boolean =>
  driveId in sample.itemPrefixes || driveId === sample.adasDrives.personal;
