import type { Context } from '../operation.ts';
import { sample } from '../sample.ts';
import type { Key, Kind } from '../store/store.ts';
import { tenantOf } from '../tenant.ts';
import { type LinkAddress, readToken, withParameter } from './linkUrl.ts';

/** Where a link lies whose token a seed has chosen. Any other token tells it itself. */
export const seededTokenKind: Kind<LinkAddress> = { table: 'linkTokens', json: [] };

export const seededTokenKey = (tenant: string, token: string): Key => ({ partition: `${tenant}|token`, row: token });

/** Where the link of a token lies. Only in a tenant that has a seed is anything looked up for it. */
export async function addressOf(token: string, tenant: string, context: Context): Promise<LinkAddress | undefined> {
  const own = readToken(token);
  if (!context.isSeeded || own?.tenant === tenant) return own;
  return (await context.store.rows(seededTokenKind).get(seededTokenKey(tenant, token)))?.value ?? own;
}

/** The tenant whose link a token is taken for where nothing else says it: whoever opens a page has no token of their own. */
const tenantOfToken = (token: string): string => readToken(token)?.tenant ?? sample.tenant;

/** The parameter of a link's URL that tells whose the link is, where the token does not. */
const parameter = 'tenant';

/** The tenant whose link a URL leads to, by its parameter or else its token. */
export function tenantOfLink(token: string, query: URLSearchParams): string {
  const named = query.get(parameter);
  return named ? tenantOf(named) : tenantOfToken(token);
}

/** The URL of a tenant's link with all that it takes to open it: seeds of many tenants may have chosen the same token. */
export const withTenant = (webUrl: string, token: string, tenant: string): string =>
  tenantOfToken(token) === tenant ? webUrl : withParameter(webUrl, parameter, tenant);
