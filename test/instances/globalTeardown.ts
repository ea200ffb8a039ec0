import type { Running } from './globalSetup.ts';

export default async function tearDown(): Promise<void> {
  const { running } = globalThis as { running?: Running };
  if (!running) return;
  running.server.close();
  running.server.closeAllConnections();
  for (const deployment of running.deployments.values()) await (await deployment).close();
  await running.azurite.close();
}
