import * as z from 'zod';

import { lazy } from '../lazy.ts';

// What Graph's resources look like here: the properties that answers have, and how one leads to another. `$metadata`,
// the OpenAPI document and the names that query options may use are made of this, and tests hold every answer against it.
// Names and types are those of Graph's own metadata (F3.1 [csdl]).

/** What answers are: the resources of `navigation`, and what has no id. */
export const resources = lazy((): Readonly<Record<string, z.ZodObject>> => {
  const dateTime = z.iso.datetime({ offset: true });

  const identity = z
    .looseObject({ id: z.string().optional(), displayName: z.string().nullish() })
    .meta({ id: 'identity' });

  const identitySet = z
    .looseObject({ application: identity.nullish(), device: identity.nullish(), user: identity.nullish() })
    .meta({ id: 'identitySet' });

  const sharePointIdentity = z
    .looseObject({ ...identity.shape, loginName: z.string().optional() })
    .meta({ id: 'sharePointIdentity' });

  const sharePointIdentitySet = z
    .looseObject({
      application: identity.optional(),
      device: identity.optional(),
      user: identity.optional(),
      group: identity.optional(),
      siteGroup: sharePointIdentity.optional(),
      siteUser: sharePointIdentity.optional(),
    })
    .meta({ id: 'sharePointIdentitySet' });

  const sharepointIds = z
    .strictObject({
      listId: z.string().optional(),
      listItemId: z.string().optional(),
      listItemUniqueId: z.string().optional(),
      siteId: z.string().optional(),
      siteUrl: z.string().optional(),
      tenantId: z.string().optional(),
      webId: z.string().optional(),
    })
    .meta({ id: 'sharepointIds' });

  const itemReference = z
    .strictObject({
      driveId: z.string().optional(),
      driveType: z.string().optional(),
      id: z.string().optional(),
      name: z.string().optional(),
      path: z.string().optional(),
      shareId: z.string().optional(),
      sharepointIds: sharepointIds.optional(),
      siteId: z.string().optional(),
    })
    .meta({ id: 'itemReference' });

  const sharingLink = z
    .strictObject({
      application: identity.optional(),
      preventsDownload: z.boolean().optional(),
      scope: z.string().optional(),
      type: z.string().optional(),
      webHtml: z.string().optional(),
      webUrl: z.string().optional(),
    })
    .meta({ id: 'sharingLink' });

  const sharingInvitation = z
    .strictObject({
      email: z.string().nullish(),
      invitedBy: identitySet.optional(),
      redeemedBy: z.string().nullish(),
      signInRequired: z.boolean().optional(),
    })
    .meta({ id: 'sharingInvitation' });

  /** The historic contract shows what does not apply as null (F2.7); elsewhere it is left out. */
  const permission = z
    .strictObject({
      // Absent where somebody could not be invited.
      id: z.string().optional(),
      expirationDateTime: dateTime.nullish(),
      grantedTo: identitySet.optional(),
      grantedToIdentities: z.array(identitySet).optional(),
      grantedToIdentitiesV2: z.array(sharePointIdentitySet).optional(),
      grantedToV2: sharePointIdentitySet.optional(),
      hasPassword: z.boolean().optional(),
      inheritedFrom: itemReference.nullish(),
      invitation: sharingInvitation.nullish(),
      link: sharingLink.optional(),
      // Why one of several recipients could not be invited (F5.1).
      error: z.looseObject({ code: z.string(), message: z.string() }).meta({ id: 'publicError' }).optional(),
      roles: z.array(z.string()).optional(),
      shareId: z.string().optional(),
    })
    .meta({ id: 'permission' });

  const quota = z
    .strictObject({
      deleted: z.int(),
      remaining: z.int(),
      state: z.string(),
      total: z.int(),
      used: z.int(),
    })
    .meta({ id: 'quota' });

  const drive = z
    .strictObject({
      id: z.string(),
      createdBy: identitySet.optional(),
      createdDateTime: dateTime,
      description: z.string(),
      driveType: z.string(),
      lastModifiedDateTime: dateTime,
      name: z.string(),
      owner: identitySet,
      quota,
      webUrl: z.string(),
    })
    .meta({ id: 'drive' });

  const file = z
    .looseObject({ mimeType: z.string(), hashes: z.looseObject({ quickXorHash: z.string() }).meta({ id: 'hashes' }) })
    .meta({ id: 'file' });
  const folder = z.looseObject({ childCount: z.int() }).meta({ id: 'folder' });
  const shared = z
    .looseObject({
      owner: identitySet.optional(),
      scope: z.string().optional(),
      sharedBy: identitySet.optional(),
      sharedDateTime: dateTime.optional(),
    })
    .meta({ id: 'shared' });
  const fileSystemInfo = z
    .looseObject({ createdDateTime: dateTime, lastModifiedDateTime: dateTime })
    .meta({ id: 'fileSystemInfo' });
  const specialFolder = z.strictObject({ name: z.string() }).meta({ id: 'specialFolder' });
  const root = z.strictObject({}).meta({ id: 'root' });

  /** An open type: other names may join (F3.1). */
  const driveItem = z
    .looseObject({
      id: z.string(),
      cTag: z.string(),
      createdBy: identitySet,
      createdDateTime: dateTime,
      description: z.string().optional(),
      eTag: z.string(),
      file: file.optional(),
      fileSystemInfo,
      folder: folder.optional(),
      lastModifiedBy: identitySet,
      lastModifiedDateTime: dateTime,
      name: z.string(),
      parentReference: itemReference,
      root: root.optional(),
      shared: shared.optional(),
      sharepointIds: sharepointIds.optional(),
      size: z.int(),
      specialFolder: specialFolder.optional(),
      webUrl: z.string(),
    })
    .meta({ id: 'driveItem' });

  const workbookSessionInfo = z
    .strictObject({ id: z.string(), persistChanges: z.boolean() })
    .meta({ id: 'workbookSessionInfo' });

  const sharedDriveItem = z
    .strictObject({ id: z.string(), name: z.string(), owner: identitySet, webUrl: z.string().optional() })
    .meta({ id: 'sharedDriveItem' });

  const uploadSession = z
    .strictObject({
      expirationDateTime: dateTime,
      nextExpectedRanges: z.array(z.string()),
      uploadUrl: z.string().optional(),
    })
    .meta({ id: 'uploadSession' });

  const user = z
    .looseObject({
      id: z.string(),
      displayName: z.string().optional(),
      mail: z.string().optional(),
      userPrincipalName: z.string().optional(),
    })
    .meta({ id: 'user' });

  const group = z
    .looseObject({
      id: z.string(),
      displayName: z.string().optional(),
      groupTypes: z.array(z.string()).optional(),
      mail: z.string().optional(),
      mailEnabled: z.boolean().optional(),
      mailNickname: z.string().optional(),
      securityEnabled: z.boolean().optional(),
    })
    .meta({ id: 'group' });

  /** What a site, a list and an item of a list have in common. */
  const baseItem = {
    id: z.string(),
    createdDateTime: dateTime.optional(),
    lastModifiedDateTime: dateTime.optional(),
    name: z.string().optional(),
    parentReference: itemReference.optional(),
    webUrl: z.string().optional(),
  };
  const site = z.looseObject({ ...baseItem, displayName: z.string().optional() }).meta({ id: 'site' });
  const list = z.looseObject({ ...baseItem, displayName: z.string().optional() }).meta({ id: 'list' });
  const listItem = z
    .looseObject({
      ...baseItem,
      createdBy: identitySet.optional(),
      eTag: z.string().optional(),
      lastModifiedBy: identitySet.optional(),
    })
    .meta({ id: 'listItem' });

  /** What has nothing to show here, but leads on. */
  const workbook = z.looseObject({ id: z.string() }).meta({ id: 'workbook' });

  return {
    drive,
    driveItem,
    permission,
    sharedDriveItem,
    workbook,
    workbookSessionInfo,
    user,
    group,
    site,
    list,
    listItem,
    uploadSession,
  };
});

/** Where a resource leads: a property that is a resource itself, or a collection of them. */
type Navigation = Readonly<Record<string, { readonly type: string; readonly many?: true }>>;

/** Where every resource leads that has an id and an address of its own. */
export const navigation: Readonly<Record<string, Navigation>> = {
  drive: {
    items: { type: 'driveItem', many: true },
    root: { type: 'driveItem' },
    special: { type: 'driveItem', many: true },
  },
  driveItem: {
    children: { type: 'driveItem', many: true },
    permissions: { type: 'permission', many: true },
    workbook: { type: 'workbook' },
  },
  permission: {},
  sharedDriveItem: {
    driveItem: { type: 'driveItem' },
    items: { type: 'driveItem', many: true },
    list: { type: 'list' },
    listItem: { type: 'listItem' },
    permission: { type: 'permission' },
    root: { type: 'driveItem' },
    site: { type: 'site' },
  },
  workbook: {},
  workbookSessionInfo: {},
  user: { drive: { type: 'drive' }, drives: { type: 'drive', many: true } },
  group: { drive: { type: 'drive' }, drives: { type: 'drive', many: true } },
  site: {
    drive: { type: 'drive' },
    drives: { type: 'drive', many: true },
    lists: { type: 'list', many: true },
  },
  list: { items: { type: 'listItem', many: true } },
  listItem: { driveItem: { type: 'driveItem' } },
};

/** Where every address begins. */
export const container: Navigation = {
  drive: { type: 'drive' },
  drives: { type: 'drive', many: true },
  groups: { type: 'group', many: true },
  me: { type: 'user' },
  shares: { type: 'sharedDriveItem', many: true },
  sites: { type: 'site', many: true },
  users: { type: 'user', many: true },
  // The historic route: the id of a workbook file (F2.7).
  workbooks: { type: 'driveItem', many: true },
};

/** What a route template leads to: a resource by its type, and an action or function that is called on it. */
export interface Destination {
  readonly type: string;
  readonly many: boolean;
  /** The rest of the route: the name of an action, or `content`. */
  readonly action?: string;
}

/** Follows a route template, such as `{version}/me/drive/items/{itemId}/createLink`. */
export function follow(route: string): Destination | undefined {
  const segments = route.replace('{version}/', '').split('/');
  let type: string | undefined;
  let isCollection = false;
  for (const [at, segment] of segments.entries()) {
    if (segment.startsWith('{')) {
      if (!isCollection) return undefined;
      isCollection = false;
      continue;
    }
    const next: Navigation[string] | undefined = (type === undefined ? container : navigation[type])?.[segment];
    if (!next) {
      const isLast = at === segments.length - 1;
      return isLast && type !== undefined ? { type, many: isCollection, action: segment } : undefined;
    }
    type = next.type;
    isCollection = next.many === true;
  }
  return type === undefined ? undefined : { type, many: isCollection };
}
