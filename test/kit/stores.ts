import { randomBytes } from 'node:crypto';

import { openStore } from '../../src/store/openStore.ts';
import type { Store } from '../../src/store/store.ts';

export type StoreName = 'memory' | 'azurite';

/** Whether the mock that is tested runs elsewhere, in processes of its own (`test/instances`). */
export const isDeployed = 'TEST_DEPLOYMENTS' in process.env;

/** Both stores; every end-to-end suite runs on each. What several processes share is no process's memory. */
export const storeNames: readonly StoreName[] = isDeployed ? ['azurite'] : ['memory', 'azurite'];

/** The Azurite that the whole run shares. */
export const azurite = (): string => process.env['TEST_AZURITE'] ?? '';

/** A prefix that no other test's tables have. */
export const newPrefix = (): string => `t${randomBytes(8).toString('hex')}`;

/** A store that nobody has written to. */
export const freshStore = (name: StoreName, prefix = newPrefix()): Promise<Store> =>
  openStore(name === 'memory' ? name : azurite(), prefix);
