import { guidBytes, guidFromBytes, guidOf } from '../guid.ts';
import type { User } from '../operation.ts';
import { remember } from '../remember.ts';
import { sample } from '../sample.ts';

/** `b!` and the base64url of three GUIDs: site, web, list (F1.4 [seen]). */
export function libraryDriveId({ siteId, webId, listId }: { siteId: string; webId: string; listId: string }): string {
  return `b!${Buffer.concat([siteId, webId, listId].map(guidBytes)).toString('base64url')}`;
}

/** The site, web and list that such an id names. */
export function libraryOf(driveId: string): { siteId: string; webId: string; listId: string } {
  const bytes = Buffer.from(driveId.slice('b!'.length), 'base64url');
  const [siteId = '', webId = '', listId = ''] = [0, 16, 32].map((at) => guidFromBytes(bytes.subarray(at, at + 16)));
  return { siteId, webId, listId };
}

/** The site, web and list behind a user's business drive. */
export function businessSiteOf(user: Pick<User, 'id'>): { siteId: string; webId: string; listId: string } {
  if (user.id === sample.users.ada.id) return sample.adasDrives;
  const part = (name: string): string => guidOf(name, user.id);
  return { siteId: part('site'), webId: part('web'), listId: part('list') };
}

/** A personal drive's id is 16 hex digits, the CID (F1.4 [seen]). */
export function personalDriveId(user: Pick<User, 'id'>): string {
  if (user.id === sample.users.ada.id) return sample.adasDrives.personal;
  return guidOf('cid', user.id).replaceAll('-', '').slice(0, 16).toUpperCase();
}

export const isPersonalDrive = (driveId: string): boolean => driveId.length === 16 && /^[\da-f]{16}$/i.test(driveId);

/** Whether it has the shape of a drive id at all. */
export const isDriveId = remember((id) => isPersonalDrive(id) || /^b![\w-]{64}$/.test(id), 1000, 200);

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Without padding, as item ids have it. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}

/** `01`, six characters fixed per drive, and the base32 of the item's GUID; on a personal drive `{CID}!s` and its hex digits (F1.4). */
export function itemIdOf(driveId: string, guid: string): string {
  if (isPersonalDrive(driveId)) return `${driveId}!s${guid.replaceAll('-', '')}`;
  return itemPrefixOf(driveId) + base32(guidBytes(guid));
}

const itemPrefixOf = (driveId: string): string =>
  sample.itemPrefixes[driveId] ?? `01${base32(guidBytes(guidOf('prefix', driveId))).slice(0, 6)}`;

/** The GUID that the end of a root's id stands for. */
export const rootGuid = '3aa3b1ef-ffb6-d0f5-e5db-ef1f6911718e';

/** The root of a business drive ends alike in every drive, in no base32 that an encoder would write (F1.4 [seen]). */
const rootEnding = '56Y2GOVW7725BZO354PWSELRRZ';

export const rootItemId = (driveId: string): string =>
  isPersonalDrive(driveId) ? itemIdOf(driveId, rootGuid) : itemPrefixOf(driveId) + rootEnding;
