import { type Azurite, startAzurite } from '../../src/local/azurite.ts';

/** One Azurite serves every worker; tests keep apart by tables of their own. */
export default async function setUp(): Promise<void> {
  const azurite = await startAzurite({ port: 0 });
  process.env['TEST_AZURITE'] = azurite.connectionString;
  (globalThis as { azurite?: Azurite }).azurite = azurite;
}
