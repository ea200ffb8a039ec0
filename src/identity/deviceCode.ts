import * as z from 'zod';

import type { Ceiling } from '../ceiling.ts';
import type { Context } from '../operation.ts';
import { countRows } from '../store/countRows.ts';
import type { Key, Kind, Stored } from '../store/store.ts';
import type { Sealed } from './seal.ts';

/** A device that waits for its user, as it is kept until it has its tokens. */
export interface Device {
  /** The short code that the user types. */
  readonly userCode: string;
  /** Tells this device from a later one that happens to have the same code. */
  readonly id: string;
  readonly app: string;
  readonly scope: string;
  /** In milliseconds. */
  readonly expires: number;
  readonly state: 'pending' | 'approved' | 'declined';
  /** Who has approved. */
  readonly user?: string;
}

/** Partition: the tenant; row: the user code. */
export const deviceKind: Kind<Device> = { table: 'devices', json: [] };

/** So many devices of a tenant may wait at once. [guess] on the number. */
export const waitingDevices: Ceiling = { of: deviceKind.table, most: 500 };

export const deviceKey = (tenant: string, userCode: string): Key => ({ partition: tenant, row: userCode });

const content = z.object({ tenant: z.string(), app: z.string(), userCode: z.string(), id: z.string() });

/** What the device polls with; good for a quarter of an hour, and for one set of tokens. */
export const deviceCodes: Sealed<z.output<typeof content>> = { purpose: 'device', lifetime: 900, schema: content };

/** Of these, none is taken for another, and none spells a word (RFC 8628, 6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

export const newUserCode = ({ newSecret }: Context): string =>
  [...newSecret(9)].map((byte) => letters[byte % letters.length]).join('');

/** A code as its user has typed it. */
export const plainUserCode = (typed: string): string => typed.toUpperCase().replaceAll(/[^A-Z]/g, '');

/** The device that waits under this code; undefined when there is none, or it has waited too long. */
export async function findDevice(
  tenant: string,
  userCode: string,
  context: Context,
): Promise<Stored<Device> | undefined> {
  const stored = await context.store.rows(deviceKind).get(deviceKey(tenant, userCode));
  return stored && stored.value.expires > context.clock().getTime() ? stored : undefined;
}

/** How many devices wait in a tenant. Those that have waited too long are cleared away. */
export async function countWaiting(tenant: string, context: Context): Promise<number> {
  const now = context.clock().getTime();
  return countRows(context.store.rows(deviceKind), tenant, context, ({ expires }) => expires > now);
}
