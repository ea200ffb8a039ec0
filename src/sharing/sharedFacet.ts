import type { Shared } from '@microsoft/microsoft-graph-types';

import type { Sharing } from '../access.ts';
import { type Kept, keptOn } from './kept.ts';
import { isVisible } from './readPermissions.ts';

/** The widest first. */
const scopes = ['anonymous', 'organization', 'users'] as const;

const scopeOf = (kept: Kept): (typeof scopes)[number] => (kept.kind === 'link' ? kept.scope : 'users');

/** With whom an item is shared (F7); absent where it only inherits permissions (F4.1 [seen]). */
export const sharedFacet: Sharing['sharedFacet'] = async (item, tenant, context) => {
  const kept = await keptOn(item, tenant, context);
  const shown = new Set(
    kept.flatMap((each) => (each.kind !== 'redemption' && isVisible(each, undefined) ? [scopeOf(each)] : [])),
  );
  const scope = scopes.find((each) => shown.has(each));
  return scope && ({ scope } satisfies Shared);
};
