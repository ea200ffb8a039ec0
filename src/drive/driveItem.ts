import type { DriveItem } from '@microsoft/microsoft-graph-types';

import { downloadUrlOf } from './content.ts';
import { wholeSeconds } from '../schema.ts';
import type { Drive } from './drive.ts';
import { isPersonalDrive } from './ids.ts';
import { cTagOf, eTagOf, type Item } from './item.ts';

/** What a driveItem is made of besides the item. */
export interface DriveItemFacts {
  readonly drive: Drive;
  readonly tenant: string;
  readonly origin: string;
  readonly now: Date;
  /** A folder's. */
  readonly childCount?: number;
  /** The path of the parent's names from the root, or undefined where nobody asked the store for it. */
  readonly parentPath: readonly string[];
  readonly parentName?: string;
  /** False where the caller may look at the item and not take its bytes. */
  readonly isDownloadable: boolean;
  /** Where it is shared itself, with whom. */
  readonly shared?: { readonly scope: string };
}

/** Encoded as Graph does it in `path` and `webUrl`: not fully decoded, `%20` stays (F7 [seen]). */
const encodePath = (names: readonly string[]): string => names.map((name) => `/${encodeURIComponent(name)}`).join('');

export const drivePathOf = (driveId: string, names: readonly string[]): string =>
  `/drives/${driveId}/root:${encodePath(names)}`;

/** Where a file stands on the web, which is no sharing link. */
export const webUrlOf = ({ webPath }: Drive, names: readonly string[], origin: string): string =>
  origin + encodeURI(webPath) + encodePath(names);

/** The item as Graph shows it (F7). @see https://learn.microsoft.com/graph/api/resources/driveitem */
export function toDriveItem(item: Item, facts: DriveItemFacts) {
  const { drive, tenant, origin, now, parentPath, parentName, childCount = 0, isDownloadable, shared } = facts;
  const isRoot = item.parentId === undefined;
  return {
    '@odata.etag': eTagOf(item),
    ...(item.kind === 'file' &&
      isDownloadable && { '@microsoft.graph.downloadUrl': downloadUrlOf(item, tenant, origin, now) }),
    createdDateTime: wholeSeconds(item.createdDateTime),
    eTag: eTagOf(item),
    id: item.id,
    lastModifiedDateTime: wholeSeconds(item.lastModifiedDateTime),
    name: item.name,
    ...(item.description !== undefined && { description: item.description }),
    webUrl: webUrlOf(drive, isRoot ? [] : [...parentPath, item.name], origin),
    cTag: cTagOf(item),
    size: item.size,
    createdBy: item.createdBy,
    lastModifiedBy: item.lastModifiedBy,
    parentReference: {
      driveType: drive.driveType,
      driveId: drive.id,
      ...(!isRoot && {
        id: item.parentId,
        name: parentName ?? 'root',
        path: drivePathOf(drive.id, parentPath),
      }),
      ...(drive.siteId !== undefined && { siteId: drive.siteId }),
    },
    fileSystemInfo: timesOf(item),
    ...(item.kind === 'file'
      ? { file: { mimeType: item.mimeType ?? '', hashes: { quickXorHash: item.quickXorHash ?? '' } } }
      : { folder: { childCount } }),
    ...(item.specialFolder !== undefined && { specialFolder: { name: item.specialFolder } }),
    ...(isRoot && { root: {} }),
    ...(shared && { shared }),
    ...(!isPersonalDrive(drive.id) && { sharepointIds: sharepointIdsOf(item, drive, tenant, origin) }),
  } satisfies DriveItem & Record<string, unknown>;
}

function sharepointIdsOf(item: Item, drive: Drive, tenantId: string, origin: string) {
  return {
    listId: drive.listId ?? '',
    listItemId: String(item.listItemId),
    listItemUniqueId: item.guid,
    siteId: drive.siteId ?? '',
    siteUrl: origin + encodeURI(drive.webPath.slice(0, drive.webPath.lastIndexOf('/'))),
    tenantId,
    webId: drive.webId ?? '',
  };
}

/** What an item shows: what was told of it, else its own times. */
export const timesOf = ({ createdDateTime, lastModifiedDateTime, fileSystemInfo: told }: Item) => ({
  createdDateTime: wholeSeconds(createdDateTime),
  lastModifiedDateTime: wholeSeconds(lastModifiedDateTime),
  ...told,
});
