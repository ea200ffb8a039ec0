import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { GraphError } from '../errors.ts';
import { bodyLimits } from '../graph/body.ts';
import type { GraphRequest, GraphResponse } from '../graph/request.ts';
import type { Context } from '../operation.ts';

export interface Host {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more calls, finishes those under way, and ends; after ten seconds it ends all the same. */
  readonly close: () => Promise<void>;
}

interface Options {
  readonly dispatch: (request: GraphRequest, context: Context) => Promise<GraphResponse>;
  readonly context: Context;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/** What the Functions host does where there is none: listens, hands each request over, and writes the answer. */
export async function startHost({ dispatch, context, host, port }: Options): Promise<Host> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, dispatch, context);
  });
  await listen(server, host, port);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return { url: `http://${reachable(host)}:${bound}`, port: bound, close: () => close(server) };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  dispatch: Options['dispatch'],
  context: Context,
): Promise<void> {
  try {
    const { status, headers, body } = await dispatch(toRequest(incoming), context);
    // A body that nobody has read to its end would stand before the connection's next request.
    if (!incoming.complete) outgoing.setHeader('Connection', 'close');
    outgoing.writeHead(status, headers);
    outgoing.end(body);
    if (!incoming.complete) discard(incoming, outgoing);
  } catch (failure) {
    context.report(failure);
    if (!outgoing.headersSent) outgoing.writeHead(500);
    outgoing.end();
  }
}

/** How much of an unwanted body is read on, in bytes and milliseconds, so that its sender gets to read the answer. */
const patience = { bytes: 64 * 1024 * 1024, milliseconds: 2000 };

function discard(incoming: IncomingMessage, outgoing: ServerResponse): void {
  let left = patience.bytes;
  const stop = (): void => void incoming.destroy();
  const timer = setTimeout(stop, patience.milliseconds).unref();
  incoming.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) stop();
  });
  incoming.once('close', () => clearTimeout(timer));
  outgoing.once('finish', () => incoming.resume());
}

/** A plain object that reads the request as it is asked to: no undici Request, no Headers (decision record 2). */
function toRequest(incoming: IncomingMessage): GraphRequest {
  const { method = 'GET', headers, url: target = '/' } = incoming;
  // A proxy's client sends the whole URL.
  const url = /^https?:\/\//i.test(target) ? target : `http://${headers.host ?? 'localhost'}${target}`;
  let query: URLSearchParams | undefined;
  let bytes: Promise<Buffer> | undefined;
  const read = (): Promise<Buffer> => (bytes ??= readBody(incoming));
  return {
    method,
    url,
    params: {},
    headers: {
      get(name) {
        const value = headers[name.toLowerCase()];
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
      },
    },
    get query() {
      query ??= new URLSearchParams(target.includes('?') ? target.slice(target.indexOf('?') + 1) : '');
      return query;
    },
    text: async () => (await read()).toString(),
    arrayBuffer: async () => {
      const { buffer, byteOffset, byteLength } = await read();
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    },
  };
}

/** The whole body, or an error as soon as it is larger than anything the app takes. */
function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const limit = Math.max(...Object.values(bodyLimits));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        incoming.removeAllListeners('data');
        incoming.pause();
        reject(new GraphError('payloadTooLarge', { values: { limit: String(limit) } }));
      }
    });
    incoming.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    // Whoever hangs up in the middle gets no answer; this one ends the call.
    incoming.once('close', () => reject(new GraphError('unreadablePayload')));
    incoming.once('error', () => reject(new GraphError('unreadablePayload')));
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is taken.`,
    EACCES: `Port ${port} may not be used.`,
    EADDRNOTAVAIL: `The address ${host} is not one of this machine's.`,
    ENOTFOUND: `The host ${host} is unknown.`,
  };
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new Error(reasons[cause.code ?? ''] ?? `Cannot listen on ${host}:${port} (${cause.code}).`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

/** Ten seconds, as long as a Functions host gives its workers. */
const graceMilliseconds = 10_000;

async function close(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), graceMilliseconds).unref();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(timer);
}

/** An address that leads to a host which listens everywhere; IPv6 in brackets. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
