import type { Server } from 'node:net';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is taken',
  EACCES: 'the port may not be used',
  EADDRNOTAVAIL: 'the address is not one of this machine',
  ENOTFOUND: 'the host is unknown',
};

/** Where a server listens. */
export interface Listening {
  readonly port: number;
  /** Host and port that lead there. */
  readonly authority: string;
}

/** Listens, on any free port for 0. @throws Error with one line that says why that cannot be */
export function listen(server: Server, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void => {
      const reason = reasons[cause.code ?? ''] ?? cause.code ?? cause.message;
      reject(new Error(`Cannot listen on ${host}, port ${port}: ${reason}`, { cause }));
    };
    server.once('error', refused);
    server.listen({ host, port }, () => {
      server.off('error', refused);
      const address = server.address();
      const bound = address !== null && typeof address === 'object' ? address.port : port;
      resolve({ port: bound, authority: `${reachable(host)}:${bound}` });
    });
  });
}

/** An address that leads to a host which listens everywhere; IPv6 in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
