/** A share, as the key in an address names it, and how it is asked for. */
export interface ShareReference {
  /** As it was sent, decoded once: `u!…` or `s!…` (F6.1). */
  readonly key: string;
  /** The origin that the mock's own URLs begin with. */
  readonly origin: string;
  /** The `Prefer` header: whether, and for how long, the link shall be redeemed (F6.2). */
  readonly prefer: string;
}

/** A drive, as an address names it. */
export interface DriveReference {
  /** The share through which it is reached; then nothing but what is shared can be. */
  readonly share?: ShareReference;
  /** Whose drive it is: an id, a user principal name, or for a site any of F1.1's forms. */
  readonly owner?: { readonly kind: 'user' | 'group' | 'site'; readonly name: string };
  /** Which drive; without it the owner's default drive. */
  readonly driveId?: string;
  /** Which list, by id or title, in a site's list address. */
  readonly list?: string;
  /** The drive in `@odata.context`: `drives('b%21…')`. */
  readonly odata: string;
}

/** Where in the drive the address starts. */
export type Anchor =
  | { readonly at: 'root' }
  | { readonly at: 'shared' }
  | { readonly at: 'item'; readonly id: string }
  | { readonly at: 'special'; readonly name: string }
  | { readonly at: 'listItem'; readonly number: string };

/** A driveItem, as an address names it. */
export interface ItemReference {
  readonly drive: DriveReference;
  readonly anchor: Anchor;
  /** The names from the anchor downwards. */
  readonly path: readonly string[];
  /** Which contract createLink follows here: today's, or that of the page of 2015 (F2.7). */
  readonly contract: 'today' | '2015';
  /** Set where an address is one of workbooks, and of nothing else (F1.1). */
  readonly isWorkbook?: true;
  /** The item in `@odata.context`: as an entity (`…/items/$entity`), and as what its navigation hangs on (`…/items('id')`). */
  readonly odata: { readonly entity: string; readonly self: string };
}

/** A user or group, as an address names it: by id, principal name or address. */
export interface EntryReference {
  readonly name: string;
}
