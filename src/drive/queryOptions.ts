import type { Drive, DriveItem } from '@microsoft/microsoft-graph-types';

import type { Call } from '../operation.ts';
import type { QueryOptions } from '../queryOptions.ts';

// What F11 says of drives and items. Which properties the drive workload filters by is [guess]; `file ne null` and
// `folder ne null` are in use.

const filter = {
  id: 'String',
  name: 'String',
  size: 'Number',
  webUrl: 'String',
  eTag: 'String',
  cTag: 'String',
  createdDateTime: 'DateTimeOffset',
  lastModifiedDateTime: 'DateTimeOffset',
  file: 'Complex',
  'file/mimeType': 'String',
  folder: 'Complex',
  'folder/childCount': 'Number',
  specialFolder: 'Complex',
  'specialFolder/name': 'String',
  shared: 'Complex',
  'shared/scope': 'String',
} as const satisfies QueryOptions<DriveItem>['filter'];

/** What both an item and a child of one can bring along. */
const expand = { thumbnails: { type: 'thumbnailSet' }, listItem: { type: 'listItem' } };

/** The ids that SharePoint has for an item only come when they are asked for [seen]. */
const driveItem = { type: 'driveItem', onlySelected: ['sharepointIds'] } as const satisfies QueryOptions<DriveItem>;

const list = {
  ...driveItem,
  filter,
  orderBy: ['name', 'size', 'lastModifiedDateTime'],
} as const satisfies QueryOptions<DriveItem>;

export const childOptions = {
  ...list,
  late: ['shared', 'folder/childCount'],
  pageSize: 200,
  expand,
} satisfies QueryOptions<DriveItem>;

/** Of an item that is answered to a change. */
export const changedOptions = { ...driveItem, expand } satisfies QueryOptions<DriveItem>;

export const itemOptions = {
  ...driveItem,
  // Expanded children come all at once [guess].
  expand: { ...expand, children: { ...list, pageSize: Infinity } },
} satisfies QueryOptions<DriveItem>;

export const driveOptions = { type: 'drive' } satisfies QueryOptions<Drive>;

export const drivesOptions = {
  type: 'drive',
  filter: { id: 'String', name: 'String', driveType: 'String', webUrl: 'String', createdDateTime: 'DateTimeOffset' },
  pageSize: Infinity,
} as const satisfies QueryOptions<Drive>;

/** The driveItem with what `$expand` asks of it. Nobody draws thumbnails here; on a personal drive there is no list. */
export function withExpansions<
  Resource extends Pick<DriveItem, 'createdDateTime' | 'lastModifiedDateTime' | 'eTag' | 'webUrl' | 'sharepointIds'>,
>(item: Resource, { expands }: Pick<Call<unknown>, 'expands'>) {
  const { createdDateTime, lastModifiedDateTime, eTag, webUrl, sharepointIds } = item;
  const id = sharepointIds?.listItemId;
  return {
    ...item,
    ...(expands('thumbnails') && { thumbnails: [] }),
    ...(expands('listItem') && id && { listItem: { id, eTag, createdDateTime, lastModifiedDateTime, webUrl } }),
  };
}
