import type { List, ListItem, Site } from '@microsoft/microsoft-graph-types';

import { sample } from '../sample.ts';
import type { Drive } from './drive.ts';
import { wholeSeconds } from '../schema.ts';
import { eTagOf, type Item } from './item.ts';

// What SharePoint has behind a business drive: its site, the list in it, and the item of that list.

const siteIdOf = ({ siteId, webId }: Drive): string => `${sample.siteHost},${siteId},${webId}`;

const sitePathOf = ({ webPath }: Drive): string => webPath.slice(0, webPath.lastIndexOf('/'));

/** @see https://learn.microsoft.com/graph/api/resources/site */
export const toSite = (drive: Drive, origin: string) =>
  ({
    createdDateTime: wholeSeconds(drive.createdDateTime),
    id: siteIdOf(drive),
    lastModifiedDateTime: wholeSeconds(drive.createdDateTime),
    name: sitePathOf(drive).split('/').at(-1) ?? '',
    webUrl: origin + encodeURI(sitePathOf(drive)),
    displayName: drive.owner.displayName,
  }) satisfies Site;

/** @see https://learn.microsoft.com/graph/api/resources/list */
export const toList = (drive: Drive, origin: string) =>
  ({
    createdDateTime: wholeSeconds(drive.createdDateTime),
    id: drive.listId ?? '',
    name: drive.webPath.split('/').at(-1) ?? '',
    webUrl: origin + encodeURI(drive.webPath),
    displayName: drive.name,
    parentReference: { siteId: siteIdOf(drive) },
    list: { contentTypesEnabled: false, hidden: false, template: 'documentLibrary' },
  }) satisfies List;

/** @see https://learn.microsoft.com/graph/api/resources/listitem */
export const toListItem = (item: Item, drive: Drive, webUrl: string) =>
  ({
    '@odata.etag': eTagOf(item),
    createdDateTime: wholeSeconds(item.createdDateTime),
    eTag: eTagOf(item),
    id: String(item.listItemId),
    lastModifiedDateTime: wholeSeconds(item.lastModifiedDateTime),
    webUrl,
    createdBy: item.createdBy,
    lastModifiedBy: item.lastModifiedBy,
    parentReference: { siteId: siteIdOf(drive) },
    contentType: item.kind === 'file' ? { id: '0x0101', name: 'Document' } : { id: '0x0120', name: 'Folder' },
  }) satisfies ListItem & Record<string, unknown>;
