import { GraphError } from '../errors.ts';
import type { Caller } from '../operation.ts';
import type { Anchor, DriveReference, EntryReference, ItemReference } from '../reference.ts';
import { remember } from '../remember.ts';
import type { Place } from './place.ts';

type ParamsOf<Route extends string> = Route extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamsOf<Rest>
  : never;

/** One way to name something: a route template in the Functions host's syntax, and what its parameters refer to. */
export interface Address<Reference> {
  readonly name: string;
  readonly route: string;
  readonly refer: (place: Place, caller: Caller) => Reference;
}

/** Declares an address; its template types the parameters, so that a misspelt one does not compile. */
function address<const Route extends string, Reference>(
  name: string,
  route: Route,
  refer: (params: Readonly<Record<ParamsOf<Route>, string>>, caller: Caller, place: Place) => Reference,
): Address<Reference> {
  return {
    name,
    route,
    // The router fills every parameter of the route it has matched.
    refer: (place, caller) => refer(place.params, caller, place),
  };
}

/** Quoted as in a context URL: `'b%21…'` (F4.1 [seen]). */
const key = remember(
  (id) => `('${encodeURIComponent(id).replaceAll('!', '%21').replaceAll("'", '%27%27')}')`,
  1000,
  1000,
);

/** The caller's own id, where the address needs one; `refusal` is what an application gets instead (F9.2). */
function callersId({ user }: Caller, refusal: 'meNeedsUser' | 'driveNeedsUser'): string {
  if (!user) throw new GraphError(refusal);
  return user.id;
}

function ownerReference(kind: 'user' | 'group' | 'site', name: string, driveId?: string): DriveReference {
  const owner = { kind, name };
  return driveId === undefined
    ? { owner, odata: `${kind}s${key(name)}/drive` }
    : { owner, driveId, odata: `${kind}s${key(name)}/drives${key(driveId)}` };
}

/** `sites/{host}:/{path}:` names the site by its path (F1.1). */
const siteName = (siteId: string, { sitePath }: Place): string =>
  sitePath ? `${siteId}:/${sitePath.join('/')}` : siteId;

/** Every way to name a drive (F1.1). */
export const driveAddresses: readonly Address<DriveReference>[] = [
  address('drive', 'drive', (_, caller) => ownerReference('user', callersId(caller, 'driveNeedsUser'))),
  address('myDrive', 'me/drive', (_, caller) => ownerReference('user', callersId(caller, 'meNeedsUser'))),
  address('myDrives', 'me/drives/{driveId}', ({ driveId }, caller) => {
    const id = callersId(caller, 'meNeedsUser');
    // Any drive the caller can see, not only their own.
    return { driveId, odata: `users${key(id)}/drives${key(driveId)}` };
  }),
  address('userDrive', 'users/{userId}/drive', ({ userId }) => ownerReference('user', userId)),
  address('userDrives', 'users/{userId}/drives/{driveId}', ({ userId, driveId }) =>
    ownerReference('user', userId, driveId),
  ),
  address('groupDrive', 'groups/{groupId}/drive', ({ groupId }) => ownerReference('group', groupId)),
  address('groupDrives', 'groups/{groupId}/drives/{driveId}', ({ groupId, driveId }) =>
    ownerReference('group', groupId, driveId),
  ),
  address('siteDrive', 'sites/{siteId}/drive', ({ siteId }, _, place) =>
    ownerReference('site', siteName(siteId, place)),
  ),
  address('siteDrives', 'sites/{siteId}/drives/{driveId}', ({ siteId, driveId }, _, place) =>
    ownerReference('site', siteName(siteId, place), driveId),
  ),
  address('anyDrive', 'drives/{driveId}', ({ driveId }) => ({ driveId, odata: `drives${key(driveId)}` })),
];

/** Every way to name the drives of somebody: `GET …/drives`. */
export const drivesAddresses: readonly Address<DriveReference>[] = [
  address('myDrives', 'me/drives', (_, caller) => ownerReference('user', callersId(caller, 'meNeedsUser'))),
  address('userDrives', 'users/{userId}/drives', ({ userId }) => ownerReference('user', userId)),
  address('groupDrives', 'groups/{groupId}/drives', ({ groupId }) => ownerReference('group', groupId)),
  address('siteDrives', 'sites/{siteId}/drives', ({ siteId }, _, place) =>
    ownerReference('site', siteName(siteId, place)),
  ),
];

/** Whom F7 shows: the caller, and anybody by id or principal name. */
export const userAddresses: readonly Address<EntryReference>[] = [
  address('me', 'me', (_, caller) => ({ name: callersId(caller, 'meNeedsUser') })),
  address('user', 'users/{userId}', ({ userId }, _, place) => ({ name: withoutPath(userId, place) })),
];

export const groupAddress = address('group', 'groups/{groupId}', ({ groupId }, _, place): EntryReference => ({
  name: withoutPath(groupId, place),
}));

/** Only items and sites are found by a path. */
function withoutPath(name: string, { itemPath }: Place): string {
  if (itemPath) throw new GraphError('malformedUri');
  return name;
}

/** A site by its library, which is all that is in it (F1.1). */
export const siteAddress = address('site', 'sites/{siteId}', ({ siteId }, _, place): DriveReference => {
  const name = siteName(withoutPath(siteId, place), place);
  return { owner: { kind: 'site', name }, odata: `sites${key(name)}` };
});

/** The list behind the library, by id or title. */
export const listAddress = address(
  'list',
  `${siteAddress.route}/lists/{listId}`,
  ({ listId }, caller, place): DriveReference => {
    const site = siteAddress.refer(place, caller);
    return { ...site, list: listId, odata: `${site.odata}/lists${key(listId)}` };
  },
);

/** Where in a drive an address can start (F1.1), and what it is called in a context URL. */
interface Start {
  readonly name: string;
  readonly route: string;
  readonly anchor: (params: Place['params']) => Anchor;
  readonly odata: (anchor: Anchor) => ItemReference['odata'];
}

const anchors: readonly Start[] = [
  {
    name: 'root',
    route: 'root',
    anchor: () => ({ at: 'root' }),
    odata: () => ({ entity: 'root/$entity', self: 'root' }),
  },
  {
    name: 'item',
    route: 'items/{itemId}',
    anchor: ({ itemId = '' }) => ({ at: 'item', id: itemId }),
    odata: (anchor) => ({ entity: 'items/$entity', self: `items${key(anchor.at === 'item' ? anchor.id : '')}` }),
  },
  {
    name: 'special',
    route: 'special/{specialName}',
    anchor: ({ specialName = '' }) => ({ at: 'special', name: specialName }),
    odata: (anchor) => ({
      entity: 'special/$entity',
      self: `special${key(anchor.at === 'special' ? anchor.name : '')}`,
    }),
  },
];

/** The addresses whose root follows the page of 2015 (F2.7). A path below it does not: that page knows none. */
const historicRoots = new Set(['drive', 'myDrive']);

/** A share itself (F6.2). Its key comes as it was sent but for `%2F`. */
export const shareAddress = address('share', 'shares/{shareKey}', ({ shareKey }, _, { origin = '', prefer = '' }) => ({
  key: shareKey,
  origin,
  prefer,
  odata: `shares${key(shareKey)}`,
}));

const behindShare: Start = {
  name: 'driveItem',
  route: 'driveItem',
  anchor: () => ({ at: 'shared' }),
  odata: () => ({ entity: 'driveItem/$entity', self: 'driveItem' }),
};

/** The item behind a share: `root` is its older name (F6.2), `items` are the item and those below it. */
const shareAnchors: readonly Start[] = [
  behindShare,
  {
    name: 'root',
    route: 'root',
    anchor: () => ({ at: 'shared' }),
    odata: () => ({ entity: 'root/$entity', self: 'root' }),
  },
  ...anchors.filter(({ name }) => name === 'item'),
];

const sharedItems: Address<DriveReference> = {
  name: shareAddress.name,
  route: shareAddress.route,
  refer: (place, caller) => {
    const { odata, ...share } = shareAddress.refer(place, caller);
    return { share, odata };
  },
};

/** The item that an anchor and a path lead to in a drive. */
function itemBelow(drive: Address<DriveReference>, { name, anchor, odata }: Start) {
  return (place: Place, caller: Caller): ItemReference => {
    const driveReference = drive.refer(place, caller);
    const start = anchor(place.params);
    const { entity, self } = odata(start);
    const path = place.itemPath ?? [];
    return {
      drive: driveReference,
      anchor: start,
      path,
      contract: name === 'root' && historicRoots.has(drive.name) && path.length === 0 ? '2015' : 'today',
      odata: { entity: `${driveReference.odata}/${entity}`, self: `${driveReference.odata}/${self}` },
    };
  };
}

const ways = [
  ...driveAddresses.map((drive) => ({ drive, starts: anchors })),
  { drive: sharedItems, starts: shareAnchors },
];

/** Every way to name a driveItem: each drive or share, each anchor. Below each anchor a path may follow between colons. */
export const itemAddresses: readonly Address<ItemReference>[] = ways.flatMap(({ drive, starts }) =>
  starts.map((start) => ({
    name: `${drive.name}-${start.name}`,
    route: `${drive.route}/${start.route}`,
    refer: itemBelow(drive, start),
  })),
);

/** The item behind a share, where an address names no more than the share. */
export const sharedItem = itemBelow(sharedItems, behindShare);

/** An item by its number in the list (F1.1). */
export const listItemAddress: Address<ItemReference> = address(
  'listItem',
  'sites/{siteId}/lists/{listId}/items/{itemNumber}',
  ({ siteId, listId, itemNumber }, _, place) => {
    if (place.itemPath) throw new GraphError('malformedUri');
    const drive = { ...ownerReference('site', siteName(siteId, place)), list: listId };
    const self = `sites${key(siteId)}/lists${key(listId)}/items${key(itemNumber)}`;
    const odata = { entity: `${self}/driveItem/$entity`, self };
    return { drive, anchor: { at: 'listItem', number: itemNumber }, path: [], contract: 'today', odata };
  },
);

/** What only createLink is asked for at, besides the list item: the historic workbook route (F2.7). */
export const linkOnlyAddresses: readonly Address<ItemReference>[] = [
  address('workbook', 'workbooks/{workbookId}', ({ workbookId }, caller) => {
    const drive = ownerReference('user', callersId(caller, 'driveNeedsUser'));
    const odata = { entity: `${drive.odata}/items/$entity`, self: `${drive.odata}/items${key(workbookId)}` };
    return { drive, anchor: { at: 'item', id: workbookId }, path: [], contract: '2015', isWorkbook: true, odata };
  }),
  listItemAddress,
];
