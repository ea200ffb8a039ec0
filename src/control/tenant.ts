import { GraphError } from '../errors.ts';
import { credentialsOf } from '../graph/caller.ts';
import type { GraphRequest } from '../graph/request.ts';
import { tenantOf } from '../tenant.ts';

/** Whom a request to the mock itself is about: `x-mock-tenant`, else the token's tenant, else the sample's. */
export function tenantAsked(request: GraphRequest): string {
  const named = request.headers.get('x-mock-tenant')?.trim();
  if (!named) return credentialsOf(request).caller.tenant;
  if (!/^[\w.-]{1,100}$/.test(named))
    throw new GraphError('controlRefused', { values: { problem: 'The header x-mock-tenant names no tenant.' } });
  return tenantOf(named);
}
