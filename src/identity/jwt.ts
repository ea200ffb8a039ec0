import { createHash } from 'node:crypto';

import { guidOf } from '../guid.ts';
import type { Context, User } from '../operation.ts';
import type { App, Proof } from './app.ts';
import { jose } from './jose.ts';
import { keysOf } from './keys.ts';

/** How long a token is good for, in seconds. */
export const lifetime = 3600;

/** Whom a token is for. Without a user it is the app's own. */
export interface Grantee {
  readonly tenant: string;
  readonly app: App;
  readonly user?: User;
  readonly proof: Proof;
}

const proofClaims = { none: '0', secret: '1', assertion: '2' } satisfies Record<Proof, string>;

/** An access token in the form that Graph gets: version 1.0, with the claims of F14.2. */
export async function accessToken(
  grantee: Grantee,
  audience: string,
  permissions: readonly string[],
  context: Context,
): Promise<string> {
  const { tenant, app, user, proof } = grantee;
  // The service principal of an app, which a tenant has one of.
  const oid = user?.id ?? guidOf('servicePrincipal', tenant, app.id);
  const common = {
    aud: audience,
    iss: `https://sts.windows.net/${tenant}/`,
    app_displayname: app.displayName,
    appid: app.id,
    appidacr: proofClaims[proof],
    oid,
    tid: tenant,
    uti: Buffer.from(context.newSecret(16)).toString('base64url'),
    ver: '1.0',
  };
  if (!user) return sign({ ...common, idtyp: 'app', sub: oid, roles: permissions }, context);
  const { userPrincipalName: upn, displayName: name, email } = user;
  const person = { idtyp: 'user', sub: subjectOf(audience, user), name, upn, unique_name: upn, email };
  return sign({ ...common, ...person, scp: permissions.join(' ') }, context);
}

/** An id token: version 2.0, which tells the app who has signed in. */
export async function idToken(
  { tenant, app, user }: Grantee & { readonly user: User },
  issuer: string,
  nonce: string | undefined,
  context: Context,
): Promise<string> {
  const claims = {
    aud: app.id,
    iss: issuer,
    oid: user.id,
    sub: subjectOf(app.id, user),
    tid: tenant,
    name: user.displayName,
    preferred_username: user.userPrincipalName,
    email: user.email,
    ...(nonce !== undefined && { nonce }),
    ver: '2.0',
  };
  return sign(claims, context);
}

/** A user's `sub` is another one for each app. */
const subjectOf = (audience: string, { id }: User): string =>
  createHash('sha256')
    .update(JSON.stringify([audience, id]))
    .digest('base64url');

async function sign(claims: Readonly<Record<string, unknown>>, context: Context): Promise<string> {
  const { SignJWT } = await jose();
  const { id, privateKey } = await keysOf(context);
  const now = Math.floor(context.clock().getTime() / 1000);
  return new SignJWT({ ...claims, iat: now, nbf: now, exp: now + lifetime })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: id })
    .sign(privateKey);
}
