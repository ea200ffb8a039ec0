import * as z from 'zod';

import { belowCeiling, type Ceiling } from '../ceiling.ts';
import type { Context } from '../operation.ts';
import { countRows } from '../store/countRows.ts';
import type { Kind } from '../store/store.ts';
import { IdentityError } from './errors.ts';
import type { Sealed } from './seal.ts';

const text = z.string();

const content = z.object({
  tenant: text,
  app: text,
  user: text,
  scope: text,
  redirectUri: text,
  /** As `keptChallenge` has it. */
  challenge: text.exactOptional(),
  nonce: text.exactOptional(),
});

/** Good for ten minutes, and once. */
export const authorizationCodes: Sealed<z.output<typeof content>> = {
  purpose: 'code',
  lifetime: 600,
  schema: content,
};

/** A row for each code that has been traded for tokens. Partition: the tenant; row: the code's `jti`. */
export const redeemedKind: Kind<{ readonly at: string }> = { table: 'redeemedCodes', json: [] };

/** So many codes of a tenant may be redeemed within the time that a code lives. [guess] on the number. */
const redeemedCodes: Ceiling = { of: redeemedKind.table, most: 5000 };

/** True for the first to redeem a code, on whichever instance: one conditional insert. @throws IdentityError `throttled` */
export async function redeem({ tenant, jti }: { tenant: string; jti: string }, context: Context): Promise<boolean> {
  await context.tenants.enter(tenant);
  const value = { at: context.clock().toISOString() };
  const stored = await belowCeiling(
    redeemedCodes,
    tenant,
    context,
    () => countRedeemed(tenant, context),
    () => context.store.rows(redeemedKind).insert({ partition: tenant, row: jti }, value),
  );
  if (!stored) throw new IdentityError('throttled');
  return stored.created;
}

/** How many codes say that they were redeemed. Of one that has run out nobody needs to know. */
async function countRedeemed(tenant: string, context: Context): Promise<number> {
  const since = context.clock().getTime() - authorizationCodes.lifetime * 1000;
  return countRows(context.store.rows(redeemedKind), tenant, context, ({ at }) => Date.parse(at) >= since);
}
