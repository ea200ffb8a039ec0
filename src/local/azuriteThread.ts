import { parentPort, workerData } from 'node:worker_threads';

import { startAzurite } from './azurite.ts';

// Runs in a thread of its own (`azuriteBeside.ts`). Whatever fails here is an error there.

async function run(): Promise<void> {
  const { close, ...azurite } = await startAzurite(workerData);
  parentPort?.once('message', () => void close());
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  parentPort?.postMessage(azurite);
}

void run();
