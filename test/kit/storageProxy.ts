import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { azurite } from './stores.ts';

/**
 * What becomes of a call to storage: it is passed on; refused, by hanging up at once; answered with a status, without
 * storage hearing of it; passed on late, in milliseconds; passed on, and its answer cut by hanging up in the middle,
 * ended in the middle as if that were all, or lost.
 */
export type Treatment = 'pass' | 'refuse' | 'cut' | 'shorten' | 'lose' | number | { readonly delay: number };

export interface StorageProxy {
  readonly connectionString: string;
  /** Method and path of every call that came through. */
  readonly calls: string[];
  readonly close: () => Promise<void>;
}

/** Table Storage, behind a proxy that does to each call what the test says. */
export async function proxied(
  treat: (method: string, path: string) => Treatment,
  connectionString = azurite(),
): Promise<StorageProxy> {
  const [, endpoint = ''] = /TableEndpoint=([^;]+)/.exec(connectionString) ?? [];
  const { hostname, port, origin } = new URL(endpoint);
  const calls: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    calls.push(`${method} ${url.split('?')[0]}`);
    const treatment = treat(method, url);
    if (typeof treatment === 'number') return answer(incoming, outgoing, treatment);
    if (treatment === 'refuse') return void incoming.socket.destroy();
    const pass = (): void => {
      const passed = httpRequest({ hostname, port, method, path: url, headers: incoming.headers }, (reply) =>
        handBack(reply, outgoing, treatment),
      );
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    };
    if (typeof treatment === 'object') setTimeout(pass, treatment.delay);
    else pass();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    connectionString: connectionString.replace(origin, own),
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(incoming: IncomingMessage, outgoing: ServerResponse, status: number): void {
  incoming.resume();
  outgoing.writeHead(status).end();
}

function handBack(reply: IncomingMessage, outgoing: ServerResponse, treatment: Treatment): void {
  if (treatment === 'lose') {
    reply.resume().once('end', () => outgoing.destroy());
    return;
  }
  const isWhole = treatment !== 'cut' && treatment !== 'shorten';
  // An answer without a body is not cut: nothing would be missing.
  reply.once('readable', () => {
    const body: unknown = isWhole ? null : reply.read();
    if (!(body instanceof Uint8Array)) {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
      return;
    }
    reply.resume();
    const half = body.subarray(0, Math.floor(body.length / 2));
    const { 'content-length': _, ...headers } = reply.headers;
    outgoing.writeHead(reply.statusCode ?? 502, headers);
    if (treatment === 'shorten') outgoing.end(half);
    else outgoing.write(half, () => outgoing.destroy());
  });
}
