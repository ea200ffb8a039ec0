import type { TableClient, TableServiceClientOptions } from '@azure/data-tables';

import { SettingsError } from '../settings.ts';
import { memoryStore } from './memoryStore.ts';
import type { Kind, Store } from './store.ts';

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

/** Makes tables side by side, but for those that are there. Who does not would make each with the first write to it. */
export async function makeTables(storage: string, kinds: readonly Kind<never>[]): Promise<void> {
  const clientOf = await connect(storage);
  await Promise.all(kinds.map(({ table }) => clientOf(table).createTable()));
}

/**
 * Steps of the SDK for each request that have nothing to do here: none is a form, is traced or given up, and no answer
 * is compressed. To look for a form alone, node loads all of `fetch`.
 */
const idlePolicies = [
  'formDataPolicy',
  'multipartPolicy',
  'tracingPolicy',
  'wrapAbortSignalLikePolicy',
  'decompressResponsePolicy',
];

async function connect(storage: string): Promise<(table: string) => TableClient> {
  const { TableClient } = await import('@azure/data-tables');
  const plain = (client: TableClient): TableClient => {
    for (const name of idlePolicies) client.pipeline.removePolicy({ name });
    return client;
  };
  if (!storage.startsWith('https://'))
    return (table) => plain(TableClient.fromConnectionString(storage, table, options));
  const { DefaultAzureCredential } = await import('@azure/identity');
  const credential = new DefaultAzureCredential();
  return (table) => plain(new TableClient(storage, table, credential, options));
}
