import type { Azurite } from '../../src/local/azurite.ts';

export default async function tearDown(): Promise<void> {
  await (globalThis as { azurite?: Azurite }).azurite?.close();
}
