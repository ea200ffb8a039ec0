import type { Caller, Context } from '../operation.ts';
import type { FileFacts } from './content.ts';
import type { Drive } from './drive.ts';
import { itemIdOf } from './ids.ts';
import type { Actor, Item } from './item.ts';

/** The app, and the user it acts for. */
export const actorOf = ({ app, user }: Caller): Actor => ({
  application: app,
  ...(user && { user: { id: user.id, displayName: user.displayName, email: user.email } }),
});

interface Blank {
  readonly drive: Drive;
  readonly parentId: string;
  readonly name: string;
  /** Given where an unknown id becomes an item. */
  readonly id?: string;
  /** Given where the item may be made by more than one call, and is to be made once. */
  readonly guid?: string;
}

export const newFolder = (blank: Blank & { readonly special?: string }, caller: Caller, context: Context): Item =>
  newItem('folder', blank, blank.special === undefined ? {} : { specialFolder: blank.special }, caller, context);

export const newFile = (
  blank: Blank & { readonly facts: FileFacts & Partial<Item> },
  caller: Caller,
  context: Context,
): Item => newItem('file', blank, blank.facts, caller, context);

function newItem(kind: Item['kind'], blank: Blank, facts: Partial<Item>, caller: Caller, context: Context): Item {
  const { drive, parentId, name, id, guid = context.newId() } = blank;
  const now = context.clock().toISOString();
  const actor = actorOf(caller);
  return {
    kind,
    id: id ?? itemIdOf(drive.id, guid),
    guid,
    driveId: drive.id,
    parentId,
    name,
    // A list counts its items; a number drawn from the GUID needs no counter that every upload would have to win.
    listItemId: 1000 + (Number.parseInt(guid.slice(0, 8), 16) % 2_000_000_000),
    size: 0,
    version: 1,
    contentVersion: 0,
    createdDateTime: now,
    lastModifiedDateTime: now,
    createdBy: actor,
    lastModifiedBy: actor,
    ...facts,
  };
}
