import { guidOf, isGuid } from '../guid.ts';
import { sample } from '../sample.ts';
import { IdentityError } from './errors.ts';

/** Names that stand for a tenant. Whoever signs in without naming one is in the sample's. */
const known: Readonly<Record<string, string>> = {
  common: sample.tenant,
  organizations: sample.tenant,
  consumers: '9188040d-6c67-4c5b-b112-36a304b66dad', // F14.2
  [sample.domain]: sample.tenant,
  'contoso.onmicrosoft.com': sample.tenant,
};

/** Paths for users of any tenant: what Entra ID answers there names none. */
export const isAnyTenant = (segment: string): boolean => /^(common|organizations)$/i.test(segment);

/**
 * The tenant id that the first segment of a path means: an id, a domain, or one of Entra's own words. Every domain has
 * a tenant, the same one always.
 *
 * @throws IdentityError `invalidTenant`
 */
export function tenantOf(segment: string): string {
  const tenant = tenantNamed(segment);
  if (tenant === undefined) throw new IdentityError('invalidTenant', { values: { tenant: segment } });
  return tenant;
}

/** As `tenantOf`; undefined for what names no tenant. */
export function tenantNamed(segment: string): string | undefined {
  const name = segment.toLowerCase();
  if (Object.hasOwn(known, name)) return known[name];
  if (isGuid(name)) return name;
  if (/^[a-z\d-]+(\.[a-z\d-]+)*\.[a-z]{2,}$/.test(name)) return guidOf('tenant', name);
  return undefined;
}
