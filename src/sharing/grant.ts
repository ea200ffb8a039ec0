import type { Identity } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import type { Grantee } from './grantee.ts';

export type Role = 'read' | 'write' | 'owner';

/** A direct permission as it is kept: what a person, group or application may do with the item. */
export interface Grant {
  readonly kind: 'grant';
  /** The base64url of the grantee's claim: the same whoever asks, and however often (F3.3 [seen]). */
  readonly id: string;
  readonly role: Role;
  readonly grantee: Grantee;
  readonly expirationDateTime?: string;
  /** Set on personal drives, where the answer tells of it (F3.1). */
  readonly signInRequired?: boolean;
  readonly application: Identity;
  readonly createdBy?: Identity;
  readonly createdDateTime: string;
}

/** Grants alone, by their row; `permissionKind` has all that lies in this table. */
export const grantKind: Kind<Grant> = { table: 'permissions', json: ['grantee', 'application', 'createdBy'] };

export const grantRow = (id: string): string => `grant|${id}`;

const strength: Readonly<Record<Role, number>> = { read: 1, write: 2, owner: 3 };

/** Who is invited again has what either invitation gives [guess]; only PATCH takes something away. */
export const stronger = (a: Role, b: Role): Role => (strength[a] >= strength[b] ? a : b);
