import type { Caller, Identity } from '../operation.ts';
import type { Kind } from '../store/store.ts';
import type { Grantee } from './grantee.ts';

/** The id of what is granted to somebody directly: the same whoever asks, and however often (F3.3 [seen]). */
export const claimId = (claim: string): string => Buffer.from(claim).toString('base64url');

type Role = 'read' | 'write' | 'owner';

/** A direct permission as it is kept: what a person, group or application may do with the item. */
export interface Grant {
  readonly kind: 'grant';
  /** `claimId` */
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

type Facts = Pick<Grant, 'role' | 'grantee'> & Partial<Pick<Grant, 'expirationDateTime' | 'signInRequired'>>;

export const newGrant = (facts: Facts, { app, user }: Caller, now: Date): Grant => ({
  kind: 'grant',
  id: claimId(facts.grantee.loginName),
  ...facts,
  application: app,
  ...(user && { createdBy: { id: user.id, displayName: user.displayName } }),
  createdDateTime: now.toISOString(),
});

const strength: Readonly<Record<Role, number>> = { read: 1, write: 2, owner: 3 };

/** Who is invited again has what either invitation gives [guess]; only PATCH takes something away. */
export const stronger = (old: Grant, fresh: Grant): Grant =>
  strength[old.role] >= strength[fresh.role] ? old : { ...old, role: fresh.role };
