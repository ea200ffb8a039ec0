import { randomBytes } from 'node:crypto';

import { openStore } from '../../src/store/openStore.ts';
import type { Store } from '../../src/store/store.ts';

export type StoreName = 'memory' | 'azurite';

/** Both stores; every end-to-end suite runs on each. */
export const storeNames: readonly StoreName[] = ['memory', 'azurite'];

/** The Azurite that the whole run shares. */
export const azurite = (): string => process.env['TEST_AZURITE'] ?? '';

/** A prefix that no other test's tables have. */
export const newPrefix = (): string => `t${randomBytes(8).toString('hex')}`;

/** A store that nobody has written to. */
export const freshStore = (name: StoreName, prefix = newPrefix()): Promise<Store> =>
  openStore(name === 'memory' ? name : azurite(), prefix);
