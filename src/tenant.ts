import { guidOf, isGuid } from './guid.ts';

/**
 * The tenant that a `tid` names: a GUID in lower case, always. Real ones are GUIDs (F14.2); a test may call its tenant
 * anything, and gets the GUID that belongs to that name.
 *
 * Every partition key begins with it and a bar. All tenants are of one length and hold no bar, so none is the start of
 * another, and whatever follows in the key, nobody gets from their own tenant into somebody else's.
 */
export const tenantOf = (tid: string): string => {
  const name = tid.toLowerCase();
  return isGuid(name) ? name : guidOf('tenant', name);
};
