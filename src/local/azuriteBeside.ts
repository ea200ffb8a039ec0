import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Azurite, startAzurite } from './azurite.ts';

/** What the build makes of `azuriteThread.ts`, beside the bundle. */
const script = path.join(__dirname, 'azurite.cjs');

/**
 * Starts Azurite as `startAzurite` does, in a thread of its own: it loads while the app does, and handles a request of the
 * store while the app handles the next call. It lives no longer than the process (docs/decisions/0051).
 *
 * @throws Error as `startAzurite` does
 */
export async function startAzuriteBeside(options: Parameters<typeof startAzurite>[0]): Promise<Azurite> {
  const thread = new Worker(script, { workerData: options });
  const [azurite]: Omit<Azurite, 'close'>[] = await once(thread, 'message');
  if (!azurite) throw new Error('Azurite has not said where it is');
  return {
    ...azurite,
    async close() {
      const ended = once(thread, 'exit');
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
      thread.postMessage('close');
      await ended;
    },
  };
}
