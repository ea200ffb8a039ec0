import { GraphError } from './errors.ts';
import type { Drive } from './drive/drive.ts';
import type { Item } from './drive/item.ts';
import type { Caller, Context } from './operation.ts';
import type { ShareReference } from './reference.ts';

/**
 * What can be done with an item, and what an operation needs: to look at it, to take its bytes, to put something new
 * into it, to change it, to decide who else may.
 */
export type Right = 'read' | 'download' | 'add' | 'write' | 'share';
export type Rights = ReadonlySet<Right>;

export const noRights: Rights = new Set();
export const allRights: Rights = new Set(['read', 'download', 'add', 'write', 'share']);

export const union = (a: Rights, b: Rights): Rights => (a === allRights ? a : new Set([...a, ...b]));

/** What a caller may do with one item. */
export interface Access {
  readonly rights: Rights;
  /** The id of the link's permission where the caller came through a link. */
  readonly through?: string;
  /** The preference about redeeming that is met, and how to make the access last (F6.2). */
  readonly preference?: { readonly applied: string; readonly keep: () => Promise<void> };
}

export const fullAccess: Access = { rights: allRights };

/** What an operation has found, with what the caller may do with it. */
export interface Reached {
  readonly access: Access;
}

/** Throws `itemNotFound` where the caller may not even know of the item, `accessDenied` where they may do less (F2.4). */
export function admit({ rights }: Access, needed: Right): void {
  if (rights.size === 0) throw new GraphError('itemNotFound');
  if (!rights.has(needed)) throw new GraphError('accessDenied');
}

/** A drive that has been entered, directly or through a share. */
export interface Entered {
  readonly drive: Drive;
  /** The item that is shared, where a share was the way. */
  readonly shared?: Item;
  /** What the caller may do with an item of this drive: through a share, nothing outside of what is shared. */
  readonly accessTo: (item: Item) => Access | Promise<Access>;
}

/** What drives ask of those who know about sharing. It is passed in: drives know of no permissions. */
export interface Sharing {
  readonly accessTo: (
    place: { drive: Drive; item: Item },
    caller: Caller,
    context: Context,
  ) => Access | Promise<Access>;
  /** With whom an item is shared, on itself. */
  readonly sharedFacet: (
    item: Item,
    tenant: string,
    context: Context,
  ) => Promise<{ readonly scope: string } | undefined>;
  readonly enter: (share: ShareReference, caller: Caller, context: Context) => Promise<Entered>;
}
