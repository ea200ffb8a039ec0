import * as z from 'zod';

import { findEntry } from '../directory/directory.ts';
import type { Context, User } from '../operation.ts';
import { IdentityError } from './errors.ts';
import type { SignIn, SignInAnswer } from './handler.ts';
import { accessToken, type Grantee, idToken, lifetime } from './jwt.ts';
import { type Asked, scopesFor } from './scope.ts';
import { seal, type Sealed } from './seal.ts';

const text = z.string();

/** Good for 90 days, and not used up: Entra ID lets the old one live on. */
export const refreshTokens: Sealed<{ tenant: string; app: string; user: string; scope: string }> = {
  purpose: 'refresh',
  lifetime: 90 * 24 * 3600,
  schema: z.object({ tenant: text, app: text, user: text, scope: text }),
};

/** Who issues id tokens to this tenant; the same words as in `.well-known/openid-configuration`. */
export const issuerOf = (origin: string, tenant: string): string => `${origin}/${tenant}/v2.0`;

const bearer = { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime };

export async function answerApp(
  grantee: Grantee,
  { resource }: Asked,
  roles: readonly string[],
  context: Context,
): Promise<SignInAnswer> {
  return { status: 200, json: { ...bearer, access_token: await accessToken(grantee, resource, roles, context) } };
}

/** Everything a user's sign-in comes to: what else was asked for besides an access token decides what else there is. */
export async function answerUser(
  grantee: Grantee & { readonly user: User },
  asked: Asked,
  { origin, parameters }: SignIn,
  context: Context,
  nonce?: string,
): Promise<SignInAnswer> {
  const { tenant, app, user } = grantee;
  const scopes = scopesFor(asked, app);
  const shown = asked.openid.filter((scope) => scope !== 'offline_access');
  // As it was asked for, so that a cache finds it again; and what `.default` stood for.
  const named = asked.text.split(/\s+/).filter((scope) => !asked.openid.includes(scope.toLowerCase()));
  const scope = [...new Set([...shown, ...named, ...(asked.isDefault ? scopes : [])])].join(' ');
  const refreshed = { tenant, app: app.id, user: user.id, scope: asked.text };
  return {
    status: 200,
    json: {
      ...bearer,
      scope,
      access_token: await accessToken(grantee, asked.resource, [...scopes, ...shown], context),
      ...(asked.openid.includes('offline_access') && { refresh_token: await seal(refreshTokens, refreshed, context) }),
      ...(asked.openid.includes('openid') && {
        id_token: await idToken(grantee, issuerOf(origin, tenant), nonce, context),
      }),
      // By which MSAL knows the account: user and home tenant.
      ...(parameters['client_info'] !== undefined && {
        client_info: Buffer.from(JSON.stringify({ uid: user.id, utid: tenant })).toString('base64url'),
      }),
    },
  };
}

/** A user of the tenant, by id, principal name or address. @throws IdentityError `unknownUser` */
export async function userOf(tenant: string, name: string, context: Context): Promise<User> {
  const user = await findEntry(tenant, 'user', name, context);
  if (!user) throw new IdentityError('unknownUser', { values: { user: name, tenant } });
  return user;
}
