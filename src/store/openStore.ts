import type { TableClient, TableServiceClientOptions } from '@azure/data-tables';

import { SettingsError } from '../settings.ts';
import { memoryStore } from './memoryStore.ts';
import type { Store } from './store.ts';

/** The SDK's own policy, within bounds: a store that is dead is given up after a few seconds. */
const options: TableServiceClientOptions = {
  allowInsecureConnection: true,
  retryOptions: { maxRetries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1000 },
};

/**
 * Opens the store that a setting names: `memory`, a Storage connection string, or the https URL of a table endpoint,
 * where the identity of the environment signs in. The SDKs are loaded when they are needed.
 *
 * @throws SettingsError for `azurite`: who starts one passes its connection string
 */
export async function openStore(storage: string, tablePrefix = ''): Promise<Store> {
  if (storage === 'memory') return memoryStore();
  if (storage === 'azurite')
    throw new SettingsError(
      'GRAPH_MOCK_STORAGE',
      'cannot be azurite here, since nothing starts it: give a Storage connection string or https://<account>.table.core.windows.net',
    );
  const [{ tableStore }, clientOf] = await Promise.all([import('./tableStore.ts'), connect(storage)]);
  return tableStore((table) => clientOf(tablePrefix + table));
}

async function connect(storage: string): Promise<(table: string) => TableClient> {
  const { TableClient } = await import('@azure/data-tables');
  if (!storage.startsWith('https://')) return (table) => TableClient.fromConnectionString(storage, table, options);
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential();
  return (table) => new TableClient(storage, table, credential, options);
}
