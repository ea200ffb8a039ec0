import { GraphError } from '../errors.ts';
import { guidOf } from '../guid.ts';
import type { Caller, Context, Scopes, User } from '../operation.ts';
import { remember } from '../remember.ts';
import { sample } from '../sample.ts';
import { tenantOf } from '../tenant.ts';
import { type Claims, readToken, type Said } from './claims.ts';
import type { GraphRequest } from './request.ts';

const audiences = new Set([
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
  '00000003-0000-0000-c000-000000000000',
]);

/** How far two clocks may differ, in seconds (F14.2 [guess]). */
export const skew = 300;

/**
 * Who calls. An opaque token stands for Ada Fenn in the sample tenant, whatever it says; so do claims that are missing.
 *
 * @throws GraphError `tokenEmpty`, `tokenMalformed`, `tokenExpired`, `tokenNotYetValid`, `tokenAudience`,
 * `tokenWithoutScopes`, and `accessDenied` where the setting asks for scopes and none of the operation's is there.
 */
export function callerOf(request: GraphRequest, needed: Scopes, context: Context): Caller {
  const { GRAPH_MOCK_AUTH: mode } = context.settings;
  const { token, said, caller } = credentialsOf(request);
  if (token === undefined && mode !== 'none') throw new GraphError('tokenEmpty');
  if (!said) {
    if (mode === 'scopes' || mode === 'entra') throw new GraphError('tokenMalformed');
    return caller;
  }
  checkLifetime(said.claims, context.clock());
  // Whom a token of Entra ID is for has been checked with its signature (`entra.ts`).
  if (mode === 'scopes') checkAudience(said.claims);
  if (mode === 'scopes' || mode === 'entra') checkScopes(said.claims, needed);
  return caller;
}

/** What a request says of who asks: unchecked, and the same for everybody who wants to know. */
export interface Credentials {
  /** The bearer token, where there is one. */
  readonly token: string | undefined;
  /** What it says, where it is a JWT. */
  readonly said: Said | undefined;
  readonly caller: Caller;
}

/** A client sends the same header with each request. */
const readHeader = remember((authorization): Credentials => {
  // The scheme may come in any case (F15).
  const [, token] = /^bearer\s+(\S+)\s*$/i.exec(authorization) ?? [];
  const said = token === undefined ? undefined : readToken(token);
  return { token, said, caller: toCaller(said?.claims ?? {}) };
}, 1000);

export const credentialsOf = ({ headers }: Pick<GraphRequest, 'headers'>): Credentials =>
  readHeader(headers.get('authorization') ?? '');

function checkLifetime({ exp, nbf }: Claims, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (exp !== undefined && exp + skew < seconds) throw new GraphError('tokenExpired');
  if (nbf !== undefined && nbf - skew > seconds) throw new GraphError('tokenNotYetValid');
}

function checkAudience({ aud }: Claims): void {
  if (aud !== undefined && !audiences.has(aud)) throw new GraphError('tokenAudience');
}

function checkScopes({ scp, roles }: Claims, needed: Scopes): void {
  if (scp === undefined && !roles?.length) throw new GraphError('tokenWithoutScopes');
  const granted = new Set((scp?.split(' ') ?? roles ?? []).map((scope) => scope.toLowerCase()));
  const sufficient = scp === undefined ? needed.application : needed.delegated;
  if (!sufficient.some((scope) => scope === '*' || granted.has(scope.toLowerCase())))
    throw new GraphError('accessDenied');
}

function toCaller(claims: Partial<Claims>): Caller {
  const appId = claims.appid ?? claims.azp;
  const app = appId ? { id: appId, displayName: claims.app_displayname ?? appId } : sample.app;
  const tenant = tenantOf(claims.tid ?? sample.tenant);
  // App-only: roles and no scp (F14.2).
  const isAppOnly = claims.idtyp === 'app' || (claims.roles !== undefined && claims.scp === undefined);
  return isAppOnly ? { tenant, app } : { tenant, app, user: userOf(claims) };
}

function userOf(claims: Partial<Claims>): User {
  const name = claims.upn ?? claims.preferred_username ?? claims.unique_name ?? claims.email;
  const known = Object.values(sample.users).find((user) =>
    claims.oid ? user.id === claims.oid : user.userPrincipalName === name?.toLowerCase(),
  );
  if (known) return known;
  if (!claims.oid && !name) return sample.users.ada;
  const id = claims.oid ?? guidOf('user', name ?? '');
  const userPrincipalName = name ?? `${id}@${sample.domain}`;
  return {
    id,
    displayName: claims.name ?? userPrincipalName,
    email: claims.email ?? userPrincipalName,
    userPrincipalName,
  };
}
