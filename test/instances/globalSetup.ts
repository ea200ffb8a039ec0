import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';

import { type Azurite, startAzurite } from '../../src/local/azurite.ts';
import { listen } from '../../src/local/listen.ts';
import { type Deployment, startDeployment } from '../kit/deployment.ts';

export interface Running {
  readonly azurite: Azurite;
  readonly server: Server;
  readonly deployments: Map<string, Promise<Deployment>>;
}

/** A small server that answers settings with the URL of a deployment that has them: `test/kit/graph.ts` asks it. */
export default async function setUp(): Promise<void> {
  const azurite = await startAzurite({ port: 0 });
  const deployments = new Map<string, Promise<Deployment>>();
  const server = createServer({ keepAliveTimeout: 600_000 }, (incoming, outgoing) => {
    void answer().catch((failure: unknown) => outgoing.writeHead(500).end(String(failure)));
    async function answer(): Promise<void> {
      const settings = await text(incoming);
      let deployment = deployments.get(settings);
      if (!deployment) {
        // Those with the default settings stay; of the others one at a time is enough.
        for (const [other, running] of deployments)
          if (other !== '{}') {
            deployments.delete(other);
            await (await running).close();
          }
        deployment = startDeployment(JSON.parse(settings), azurite.connectionString);
        deployments.set(settings, deployment);
      }
      outgoing.end((await deployment).url);
    }
  });
  const { authority } = await listen(server, '127.0.0.1', 0);
  process.env['TEST_AZURITE'] = azurite.connectionString;
  process.env['TEST_DEPLOYMENTS'] = `http://${authority}`;
  (globalThis as { running?: Running }).running = { azurite, server, deployments };
}
