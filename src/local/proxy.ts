import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { listen } from './listen.ts';

/** A proxy that listens. */
export interface Proxy {
  readonly url: string;
  /** Ends, and every tunnel with it. */
  readonly close: () => Promise<void>;
}

interface Options {
  /** The address to listen on. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Where tunnels lead: the mock's own listener, which speaks TLS with a certificate for the hosts below. */
  readonly target: { readonly host: string; readonly port: number };
}

/** Whom it answers for. Any other host is refused: it is no way out to the network. */
const tunnelled = new Set(['graph.microsoft.com:443', 'login.microsoftonline.com:443']);

const refusal = `This proxy leads to the mock, by CONNECT, for ${[...tunnelled].join(' and ')} alone.\n`;

/**
 * Leads clients whose hosts are fixed to the mock: they are told of it by `HTTPS_PROXY`, ask for a tunnel to Graph, and
 * get one to the mock. Nothing in the tunnel is looked at.
 *
 * @throws Error with one line that says why it cannot listen there
 */
export async function startProxy({ host, port, target }: Options): Promise<Proxy> {
  const sockets = new Set<Duplex>();
  const kept = <Kind extends Duplex>(socket: Kind): Kind => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  };

  // A request that is none for a tunnel: http, to whatever host.
  const server = createServer((_, outgoing) => {
    outgoing.writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' }).end(refusal);
  });
  server.on('connection', kept);
  server.on('connect', ({ url = '' }: IncomingMessage, client: Duplex, head: Buffer) => {
    if (tunnelled.has(url.toLowerCase())) tunnel(client, head, kept(connect(target)));
    else client.on('error', () => {}).end(forbidden);
  });

  const { authority } = await listen(server, host, port);
  return {
    url: `http://${authority}`,
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const forbidden = `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${refusal.length}\r\nConnection: close\r\n\r\n${refusal}`;

/** Joins two connections; when one ends or breaks, so does the other. */
function tunnel(client: Duplex, head: Buffer, mock: Socket): void {
  mock.once('connect', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    mock.write(head);
    mock.pipe(client).pipe(mock);
  });
  mock.on('error', () => client.destroy()).on('close', () => client.end());
  client.on('error', () => mock.destroy()).on('close', () => mock.destroy());
}
