import type { Context } from '../operation.ts';
import type { Key, Kind } from '../store/store.ts';
import { type LinkAddress, readToken } from './linkUrl.ts';

/** Where a link lies whose token a seed has chosen. Any other token tells it itself. */
export const seededTokenKind: Kind<LinkAddress> = { table: 'linkTokens', json: [] };

export const seededTokenKey = (tenant: string, token: string): Key => ({ partition: `${tenant}|token`, row: token });

/** Where the link of a token lies. Only in a tenant that has a seed is anything looked up for it. */
export async function addressOf(token: string, tenant: string, context: Context): Promise<LinkAddress | undefined> {
  const own = readToken(token);
  if (!context.isSeeded || own?.tenant === tenant) return own;
  return (await context.store.rows(seededTokenKind).get(seededTokenKey(tenant, token)))?.value ?? own;
}

/** The tenant whose link a token names, if the token tells it. */
export const tenantOfLink = (token: string): string | undefined => readToken(token)?.tenant;
