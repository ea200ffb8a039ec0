import { hash } from 'node:crypto';

import type { Identity } from '../operation.ts';
import { remember } from '../remember.ts';
import type { Kind } from '../store/store.ts';
import type { Grantee } from './grantee.ts';

export type LinkType = 'view' | 'edit' | 'embed' | 'review' | 'createOnly';
export type LinkScope = 'anonymous' | 'organization' | 'users';

/** A sharing link as it is kept: a permission entity in the partition of its item. */
export interface Link {
  readonly kind: 'link';
  readonly id: string;
  readonly type: LinkType;
  readonly scope: LinkScope;
  readonly preventsDownload: boolean;
  readonly webUrl: string;
  /** The random part of its URL. */
  readonly secret: string;
  readonly expirationDateTime?: string;
  /** scrypt, salted (`password.ts`). */
  readonly passwordHash?: string;
  /** For scope `users`. */
  readonly grantees?: readonly Grantee[];
  readonly application: Identity;
  /** The user the application acted for. */
  readonly createdBy?: Identity;
  readonly createdDateTime: string;
  /** Set on a link made in a workbook session that does not persist: it is for that session alone (F8). */
  readonly session?: string;
}

/** Links alone, by their row; `permissionKind` has all that lies in this table. */
export const linkKind: Kind<Link> = { table: 'permissions', json: ['grantees', 'application', 'createdBy'] };

type Identifying = Pick<Link, 'type' | 'scope' | 'preventsDownload' | 'application' | 'grantees' | 'session'>;

/**
 * What makes it the same link (F2.3 [rule]): app, type, scope, and for `users` its recipients. Table Storage refuses a
 * second row of this key, so of many equal calls one makes the link. The widest links lie first: whether an item is
 * shared with anyone is seen by the first of them, however many there are (`sharedFacet.ts`).
 */
export function linkRow({
  type,
  scope,
  preventsDownload,
  application,
  grantees = [],
  session = '',
}: Identifying): string {
  const people = grantees.map(({ id, email = '' }) => id ?? email.toLowerCase()).toSorted();
  const identity = [application.id, type, scope, preventsDownload, people, session];
  return rowOf(placeOf[scope] + JSON.stringify(identity));
}

/** An application asks for the same kind of link again and again: they share the text. */
const rowOf = remember(
  (identified) => `link|${identified.charAt(0)}${hash('sha256', identified.slice(1), 'hex').slice(0, 15)}`,
  1000,
  1000,
);

/** A hex digit, as the rest of a link's key is (`newLinkId`). */
const placeOf = { anonymous: '0', organization: '1', users: '2' } satisfies Record<LinkScope, string>;

/** A GUID that tells the link's row, so that a permission is found by its id in one point read. Its other half is new with each link. */
export const newLinkId = (row: string, newId: () => string): string => startOfId(row) + newId().slice(21);

const startOfId = remember((row) => {
  const key = row.slice('link|'.length);
  return `${key.slice(0, 8)}-${key.slice(8, 12)}-4${key.slice(12, 15)}-8${key.slice(15)}`;
}, 1000);

/** The row that a permission id of this form may be found in. */
export function rowOfLinkId(id: string): string | undefined {
  const [, a, b, c, d] = /^([\da-f]{8})-([\da-f]{4})-4([\da-f]{3})-8([\da-f])[\da-f]{2}-[\da-f]{12}$/i.exec(id) ?? [];
  return d === undefined ? undefined : `link|${a}${b}${c}${d}`.toLowerCase();
}
