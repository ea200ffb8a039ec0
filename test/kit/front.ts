import { Agent, createServer, request } from 'node:http';

import { maxHeaderSize } from '../../src/local/host.ts';
import { listen } from '../../src/local/listen.ts';

/** Hands each request to the next of several hosts in turn, as a load balancer does. Close it. */
export async function startFront(urls: readonly string[]): Promise<{ url: string; close: () => Promise<void> }> {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;
  // Longer than any client keeps an idle connection, so that none sends into one that is being closed.
  // And as much as a host reads: what is too large is for that to say.
  const server = createServer({ keepAliveTimeout: 600_000, maxHeaderSize }, (incoming, outgoing) => {
    const { hostname, port } = new URL(urls[(turn += 1) % urls.length] ?? '');
    const { method, url, headers } = incoming;
    // With the Host that the client has sent: absolute URLs lead to the front.
    const passed = request({ agent, hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    // The body that nobody wants any more ends with its answer; the rest of it makes way for the next request.
    // A pipe whose end is destroyed would pause it once more, later, and the connection with it.
    outgoing.once('close', () => {
      incoming.unpipe(passed).resume();
      passed.destroy();
    });
    incoming.pipe(passed);
  });
  const { authority } = await listen(server, '127.0.0.1', 0);
  return {
    url: `http://${authority}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}
