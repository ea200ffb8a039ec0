import { hash } from 'node:crypto';

import { GraphError } from '../errors.ts';
import type { Identity } from '../operation.ts';
import { remember, rememberPair } from '../remember.ts';
import { drivePartition } from './drive.ts';

/** Who made or changed an item: the app, and the user it did so for. */
export interface Actor {
  readonly application?: Identity;
  readonly user?: Identity & { readonly email?: string };
}

/** The times of a file on the caller's side (F7). */
export interface FileSystemInfo {
  readonly createdDateTime?: string;
  readonly lastModifiedDateTime?: string;
}

/** A file or folder as it is kept. */
export interface Item {
  readonly kind: 'file' | 'folder';
  readonly id: string;
  /** The GUID in its ETag and, on business drives, behind its id. */
  readonly guid: string;
  readonly driveId: string;
  /** The root has none. */
  readonly parentId?: string;
  readonly name: string;
  readonly description?: string;
  /** What the caller's file system says, where somebody told. */
  readonly fileSystemInfo?: FileSystemInfo;
  /** Set on a special folder: `documents`, `photos` … */
  readonly specialFolder?: string;
  /** The item's number in the list behind a library, for listItem addresses and `sharepointIds`. */
  readonly listItemId: number;
  readonly size: number;
  readonly mimeType?: string;
  readonly quickXorHash?: string;
  /** A file's bytes where they are few, else `contentId` says under which key they lie in the contents table. */
  readonly content?: Uint8Array;
  readonly contentId?: string;
  /** The parts of that content, in order, where it came in parts: others there belong to uploads that were refused. */
  readonly contentParts?: readonly string[];
  /** Signs this file's download URLs. */
  readonly downloadSecret?: string;
  /** Counts every change, for the eTag; `contentVersion` counts those of the bytes, for the cTag. */
  readonly version: number;
  readonly contentVersion: number;
  readonly createdDateTime: string;
  readonly lastModifiedDateTime: string;
  readonly createdBy: Actor;
  readonly lastModifiedBy: Actor;
  /** True once the item no longer inherits the permissions of its ancestors. */
  readonly inheritsNothing?: boolean;
}

export const itemRow = remember((itemId) => `item|${itemId}`, 10_000, 200);

/** The partition of what hangs on an item: its permissions in one table, its workbook sessions in another. */
export const itemPartition = (tenant: string, { driveId, id }: Pick<Item, 'driveId' | 'id'>): string =>
  partitionWithin(drivePartition(tenant, driveId), id);

/** The bar at the end keeps one item's partition from being the start of another's. */
const partitionWithin = rememberPair((drive, itemId) => `${drive}|${itemId}|`, 10_000, 200);

/** The start of the rows that hold a folder's children. */
export const childrenPrefix = (parentId: string): string => `name|${parentId}|`;

/** Names compare without regard to case (F1.2). A hash keeps the key short and free of what a key cannot hold. */
export function childRow(parentId: string, name: string): string {
  const folded = name.normalize('NFC').toLowerCase();
  return childrenPrefix(parentId) + hash('sha256', folded, 'hex').slice(0, 32);
}

/** An item without its bytes, as the row of its name keeps it. */
export function withoutContent({ content: _content, contentParts: _contentParts, ...item }: Item): Item {
  return item;
}

/** F1.2. */
export const longestName = 255;

/** @throws GraphError `invalidName` for what a file or folder cannot be called (F1.2). */
export function checkName(name: string): string {
  const isBad =
    name === '' ||
    name.length > longestName ||
    // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
    /[/\\*<>?:|"\u0000-\u001F\u007F]/.test(name) ||
    /^[~\s]|[.\s]$/.test(name) ||
    !name.isWellFormed();
  if (isBad) throw new GraphError('invalidName');
  return name;
}

/** `"{GUID},n"` (F7 [seen]). */
export const eTagOf = ({ guid, version }: Item): string => `"{${guid.toUpperCase()}},${version}"`;

export const cTagOf = ({ guid, contentVersion }: Item): string => `"c:{${guid.toUpperCase()}},${contentVersion}"`;

/** Whether a conditional header names this version, by its eTag or its cTag; a list of tags has commas between and inside them. */
export function namesVersion(header: string, item: Item): boolean {
  const tags = header.match(/"[^"]*"/g) ?? [header.trim()];
  return header.trim() === '*' || tags.some((tag) => tag === eTagOf(item) || tag === cTagOf(item));
}

/** @throws GraphError `etagMismatch` where the caller means another version than the one that stands there (F4.2, F7). */
export function checkIfMatch(ifMatch: string | null, item: Item): void {
  if (ifMatch !== null && !namesVersion(ifMatch, item)) throw new GraphError('etagMismatch');
}
