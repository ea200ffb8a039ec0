import * as z from 'zod';

import type { Context } from '../operation.ts';
import type { Kind } from '../store/store.ts';
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

/** True for the first to redeem a code, on whichever instance: one conditional insert. */
export async function redeem({ tenant, jti }: { tenant: string; jti: string }, context: Context): Promise<boolean> {
  await context.tenants.enter(tenant);
  const value = { at: context.clock().toISOString() };
  const { created } = await context.store.rows(redeemedKind).insert({ partition: tenant, row: jti }, value);
  return created;
}
