import type { Identity, User } from '../operation.ts';

/** Somebody that something is shared with. A person without an account here has no id (F3.2 [seen]). */
export interface Grantee {
  readonly kind: 'user' | 'group' | 'application';
  readonly id?: string;
  readonly displayName: string;
  readonly email?: string;
  readonly loginName: string;
}

/** The claim of a user of this tenant (F3.2 [seen]). */
export const loginNameOf = ({ userPrincipalName }: Pick<User, 'userPrincipalName'>): string =>
  `i:0#.f|membership|${userPrincipalName.toLowerCase()}`;

/**
 * Whether what is granted to `grantee` is granted to this user. The directory keeps no members, so a group stands for
 * everybody in the tenant, as its library does.
 */
export function includes({ kind, id, email }: Grantee, user: User): boolean {
  if (kind === 'group') return true;
  if (kind === 'application') return false;
  if (id !== undefined) return id === user.id;
  return [user.email, user.userPrincipalName].some((name) => name.toLowerCase() === email?.toLowerCase());
}

/** An application as somebody that something is shared with (F3.2). */
export const applicationOf = ({ id, displayName }: Identity, tenant: string): Grantee => ({
  kind: 'application',
  id,
  displayName,
  loginName: `i:0i.t|ms.sp.ext|${id}@${tenant}`,
});

/** The two are one and the same. */
export const isSame = (a: Grantee, b: Grantee): boolean => a.loginName === b.loginName;
