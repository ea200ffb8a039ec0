import type { Drive as DriveResource, IdentitySet, Quota } from '@microsoft/microsoft-graph-types';

import type { Identity } from '../operation.ts';
import { rememberPair } from '../remember.ts';
import { wholeSeconds } from '../schema.ts';
import type { Key, Kind } from '../store/store.ts';
import type { Item } from './item.ts';

/** Who a drive belongs to. A user's drive is theirs alone; a group's or site's is open to everyone in the tenant. */
export interface Owner extends Identity {
  readonly kind: 'user' | 'group' | 'site';
  readonly email?: string;
}

/** A drive as it is kept. */
export interface Drive {
  readonly kind: 'drive';
  readonly id: string;
  readonly driveType: 'business' | 'personal' | 'documentLibrary';
  readonly name: string;
  readonly owner: Owner;
  /** GUIDs of the site, web and list behind it; a personal drive has none. */
  readonly siteId?: string;
  readonly webId?: string;
  readonly listId?: string;
  /** Where its files stand below the origin: `/personal/ada_fenn_contoso_com/Documents`. */
  readonly webPath: string;
  readonly createdDateTime: string;
}

/**
 * A drive and its items are one partition of one table, so that what changes together can change in one transaction:
 * row `drive`; `item|{id}` for each item; `name|{parent id}|{hash of the name}` with a copy of the item, by which a
 * path is walked, children are listed, and a name is taken but once. An item has both of its rows or none, and the
 * ETag of its own row speaks for both.
 */
export const driveKind: Kind<DriveRow> = {
  table: 'drives',
  json: ['owner', 'createdBy', 'lastModifiedBy', 'fileSystemInfo', 'contentParts'],
  constant: 'drive',
};

export type DriveRow = Drive | Item | Vacancy;

/** A name that was given up, for the moment until its row is removed. It is free: whoever wants it takes the row over. */
export interface Vacancy {
  readonly kind: 'vacancy';
}

export const isItem = (row: DriveRow | undefined): row is Item => row?.kind === 'file' || row?.kind === 'folder';

export const drivePartition = rememberPair((tenant, driveId) => `${tenant}|${driveId}`, 1000, 200);

export const driveKey = (tenant: string, driveId: string): Key => ({
  partition: drivePartition(tenant, driveId),
  row: 'drive',
});

/** @see https://learn.microsoft.com/graph/api/resources/drive */
export function toDrive(drive: Drive, quota: Quota, origin: string) {
  const { id, displayName, email } = drive.owner;
  const owner = { id, displayName, ...(email !== undefined && { email }) };
  return {
    createdDateTime: wholeSeconds(drive.createdDateTime),
    description: '',
    id: drive.id,
    lastModifiedDateTime: wholeSeconds(drive.createdDateTime),
    name: drive.name,
    webUrl: origin + encodeURI(drive.webPath),
    driveType: drive.driveType,
    createdBy: { user: { displayName: 'System Account' } },
    // `group` is an open property of an identitySet (F3.1).
    owner: drive.owner.kind === 'user' ? { user: owner } : ({ group: owner } as IdentitySet),
    quota,
  } satisfies DriveResource;
}
