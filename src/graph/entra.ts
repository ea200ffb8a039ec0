import type { JWTVerifyGetKey } from 'jose';

import { type ErrorName, GraphError } from '../errors.ts';
import { jose } from '../identity/jose.ts';
import type { Context } from '../operation.ts';
import type { Settings } from '../settings.ts';
import { credentialsOf, skew } from './caller.ts';
import type { Claims } from './claims.ts';
import type { GraphRequest } from './request.ts';

/**
 * Where the setting is `entra`, a token has to be one that Entra ID has issued for calls to this mock: signed with a key
 * that the tenant publishes, by the tenant, for one of the audiences, and of today. What it allows is for `callerOf` to see.
 *
 * @throws GraphError `tokenMalformed`, `tokenSignature`, `tokenKey`, `tokenIssuer`, `tokenAudience`, `tokenExpired`,
 * `tokenNotYetValid`, `tokenNotForCalls`; `signInUnavailable` when the keys cannot be read, so that nothing is known
 */
export async function checkEntra(request: GraphRequest, { settings, clock }: Context): Promise<void> {
  const { tenant, keys, ...expected } = await trustIn(settings);
  const { token, said } = credentialsOf(request);
  if (token === undefined) return; // `callerOf` has the words for that
  const { jwtVerify } = await jose();
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      // One algorithm, whatever the header asks for: neither none nor a public key taken for a shared secret.
      algorithms: ['RS256'],
      clockTolerance: skew,
      currentDate: clock(),
      requiredClaims: ['exp'],
    });
    if (payload['tid'] !== tenant) throw new GraphError('tokenIssuer');
    if (!said || !isForCalls(said.claims)) throw new GraphError('tokenNotForCalls');
  } catch (cause) {
    throw cause instanceof GraphError ? cause : new GraphError(await refusalOf(cause), { cause });
  }
}

/**
 * Whether it is an access token. An ID token is signed with the same keys, and its audience is a client id, as ours may be:
 * but it names no application that calls (F14.2). Roles without a scope are an application's own (F14.2): a user's tell
 * what the user is, and not what an application may do for them.
 */
function isForCalls(claims: Claims): boolean {
  if (claims.appid === undefined && claims.azp === undefined) return false;
  const hasRolesAlone = claims.roles !== undefined && claims.scp === undefined;
  return !hasRolesAlone || isOfApplication(claims);
}

/** By `idtyp`, which not every registration asks for; else by what tells of a user (F14.2). */
function isOfApplication({ idtyp, ...claims }: Claims): boolean {
  if (idtyp !== undefined) return idtyp === 'app';
  const { upn, preferred_username, unique_name, name, email } = claims;
  return [upn, preferred_username, unique_name, name, email].every((claim) => claim === undefined);
}

/** What jose finds wrong with a token, by its code. Whatever is not here is not the token's fault. */
const refusals: Readonly<Record<string, ErrorName>> = {
  ERR_JWS_INVALID: 'tokenMalformed',
  ERR_JWT_INVALID: 'tokenMalformed',
  ERR_JOSE_NOT_SUPPORTED: 'tokenMalformed',
  ERR_JOSE_ALG_NOT_ALLOWED: 'tokenSignature',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'tokenSignature',
  ERR_JWKS_NO_MATCHING_KEY: 'tokenKey',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'tokenKey',
  ERR_JWT_EXPIRED: 'tokenExpired',
};

/** The same where it is a claim. */
const claimRefusals: Readonly<Record<string, ErrorName>> = {
  iss: 'tokenIssuer',
  aud: 'tokenAudience',
  nbf: 'tokenNotYetValid',
  exp: 'tokenExpired',
};

async function refusalOf(cause: unknown): Promise<ErrorName> {
  const { errors } = await jose();
  if (cause instanceof errors.JWTClaimValidationFailed) return claimRefusals[cause.claim] ?? 'tokenMalformed';
  return (cause instanceof errors.JOSEError ? refusals[cause.code] : undefined) ?? 'signInUnavailable';
}

/** Whose tokens are taken. */
interface Trust {
  readonly tenant: string;
  readonly issuer: string[];
  readonly audience: string[];
  readonly keys: JWTVerifyGetKey;
}

/**
 * The keys of each authority, read when a token first needs them, kept, and read again for a token that names a key
 * which is not among them, at most every half minute: so a new key is known with its first token.
 */
const keySets = new Map<string, JWTVerifyGetKey>();

async function trustIn(settings: Settings): Promise<Trust> {
  const { createRemoteJWKSet } = await jose();
  const { GRAPH_MOCK_ENTRA_TENANT: tenant = '', GRAPH_MOCK_ENTRA_AUTHORITY: authority } = settings;
  const url = `${authority}/${tenant}/discovery/v2.0/keys`;
  const keys = keySets.get(url) ?? createRemoteJWKSet(new URL(url));
  keySets.set(url, keys);
  return {
    tenant,
    // As version 1 and version 2 of the token endpoint write it; which of them comes is up to the app's registration.
    issuer: [`https://sts.windows.net/${tenant}/`, `${authority}/${tenant}/v2.0`],
    audience: [...(settings.GRAPH_MOCK_ENTRA_AUDIENCE ?? [])],
    keys,
  };
}
