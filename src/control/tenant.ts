import { GraphError } from '../errors.ts';
import { bearerOf } from '../graph/caller.ts';
import type { GraphRequest } from '../graph/request.ts';
import { sample } from '../sample.ts';
import { tenantOf } from '../tenant.ts';

/** The claims of a request's token, unchecked: whether it is any good is for `graph/caller.ts` to say. */
export type Claims = Readonly<Record<string, unknown>>;

/** The claims of the tokens that came last: a client sends the same one with each request. */
const known = new Map<string, Claims | undefined>();
const mostKnown = 1000;

export function claimsOf(request: GraphRequest): Claims | undefined {
  const authorization = request.headers.get('authorization');
  if (authorization === null) return undefined;
  if (known.has(authorization)) return known.get(authorization);
  const claims = claimsIn(bearerOf(request));
  if (known.size >= mostKnown) known.clear();
  known.set(authorization, claims);
  return claims;
}

function claimsIn(token: string | undefined): Claims | undefined {
  const [, payload] = token?.split('.') ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}

const text = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

/** The tenant of a token, as `graph/caller.ts` reads it. */
export const tenantOfClaims = (claims: Claims | undefined): string => tenantOf(text(claims?.['tid']) ?? sample.tenant);

export const appOfClaims = (claims: Claims | undefined): string =>
  text(claims?.['appid']) ?? text(claims?.['azp']) ?? sample.app.id;

/** Whom a request to the mock itself is about: `x-mock-tenant`, else the token's tenant, else the sample's. */
export function tenantAsked(request: GraphRequest): string {
  const named = request.headers.get('x-mock-tenant')?.trim();
  if (!named) return tenantOfClaims(claimsOf(request));
  if (!/^[\w.-]{1,100}$/.test(named))
    throw new GraphError('controlRefused', { values: { problem: 'The header x-mock-tenant names no tenant.' } });
  return tenantOf(named);
}
