import { startFront } from './front.ts';
import { startHostProcess } from './hostProcess.ts';
import { azurite } from './stores.ts';

/** Several host processes on one Azurite, as one endpoint. */
export interface Deployment {
  readonly url: string;
  /** The hosts' own. */
  readonly instances: readonly string[];
  readonly close: () => Promise<void>;
}

const count = 3;

export async function startDeployment(
  environment: Readonly<Record<string, string>> = {},
  storage = azurite(),
): Promise<Deployment> {
  const flags = ['--storage', storage];
  const hosts = await Promise.all(Array.from({ length: count }, () => startHostProcess({ flags, environment })));
  const instances = hosts.map(({ url }) => url);
  const front = await startFront(instances);
  return {
    url: front.url,
    instances,
    async close() {
      await front.close();
      await Promise.all(hosts.map(({ end }) => end('SIGTERM')));
    },
  };
}
