import type { IncomingMessage } from 'node:http';

import { GraphError } from '../errors.ts';
import { bodyLimits } from '../graph/body.ts';
import type { GraphRequest } from '../graph/request.ts';
import { remember } from '../remember.ts';

/**
 * The most that is kept of a body, in bytes: what the app takes at its largest (F7). An operation that takes less says
 * so itself, with a limit of its own; beyond this one, nobody would read on.
 */
const bodyLimit = Math.max(...Object.values(bodyLimits));

interface Surroundings {
  /** What this server speaks. */
  readonly scheme: 'http' | 'https';
  /** Host and port of this server, for a request that names none or nonsense. */
  readonly authority: string;
  /** Called before the body is first read: the client may be waiting for a "100 Continue". */
  readonly beforeBody: () => void;
}

/**
 * A request as handlers see it, over node's own: a plain object instead of an undici Request (decision record 2).
 * Query and body are read when somebody asks for them.
 */
export function toGraphRequest(
  incoming: IncomingMessage,
  { scheme, authority, beforeBody }: Surroundings,
): GraphRequest {
  return new Incoming(incoming, urlOf(incoming, scheme, authority), beforeBody);
}

/** A class, since a getter in an object literal costs as much at each call as all the rest of it. */
class Incoming implements GraphRequest {
  readonly method: string;
  readonly url: string;
  readonly params = {};
  readonly headers: GraphRequest['headers'];
  subject?: NonNullable<GraphRequest['subject']>;
  seen?: NonNullable<GraphRequest['seen']>;
  readonly #incoming: IncomingMessage;
  readonly #beforeBody: () => void;
  #query: URLSearchParams | undefined;
  #bytes: Promise<Uint8Array> | undefined;

  constructor(incoming: IncomingMessage, url: string, beforeBody: () => void) {
    this.method = incoming.method ?? 'GET';
    this.url = url;
    this.headers = headersOver(incoming.headers);
    this.#incoming = incoming;
    this.#beforeBody = beforeBody;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(/\?([^#]*)/.exec(this.url)?.[1]));
  }

  bytes(): Promise<Uint8Array> {
    if (!this.#bytes) this.#beforeBody();
    return (this.#bytes ??= bytesOf(this.#incoming));
  }
}

const headersOver = (headers: IncomingMessage['headers']): GraphRequest['headers'] => ({
  get(name) {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  },
  forEach(take) {
    for (const name in headers) {
      const value = headers[name];
      if (typeof value === 'string') take(value, name);
    }
  },
});

/** As `Host` may be: whatever else it holds would write the rest of the URL. */
const isAuthority = remember((host) => /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i.test(host), 100, 300);

/** The absolute URL, its path as it was sent: `//`, `..` and `%2F` mean something to the router, and to Graph. */
function urlOf({ url: target = '/', headers: { host = '' } }: IncomingMessage, ownScheme: string, own: string): string {
  if (target.startsWith('/')) return `${ownScheme}://${isAuthority(host) ? host : own}${target}`;
  // The absolute form, which is what a client sends to a proxy; or the asterisk of OPTIONS.
  const [, scheme = ownScheme, authority = '', rest = ''] = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  return `${scheme}://${isAuthority(authority) ? authority : own}${rest.startsWith('/') ? '' : '/'}${rest}`;
}

/** @throws GraphError `payloadTooLarge` as soon as that is known; `unreadablePayload` to end the call of a client that hung up */
function bytesOf(incoming: IncomingMessage): Promise<Uint8Array> {
  // A small body has arrived whole before its call begins, and wants nobody who listens for it.
  if (incoming.complete && !incoming.destroyed) return Promise.resolve(arrivedOf(incoming));
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => reject(new GraphError('payloadTooLarge', { values: { limit: String(bodyLimit) } }));
    const gone = (): void => reject(new GraphError('unreadablePayload'));
    if (incoming.destroyed) return gone();
    if (Number(incoming.headers['content-length'] ?? 0) > bodyLimit) return tooLarge();

    const chunks: Uint8Array[] = [];
    let size = 0;
    const take = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size <= bodyLimit) return void chunks.push(chunk);
      chunks.length = 0;
      incoming.off('data', take).pause();
      tooLarge();
    };
    incoming.on('data', take);
    // Each comes once. `once` would wrap them, for every body.
    incoming.on('end', () => resolve(plain(Buffer.concat(chunks, size))));
    incoming.on('close', () => {
      if (!incoming.readableEnded) gone();
    });
  });
}

function arrivedOf(incoming: IncomingMessage): Uint8Array {
  const whole: unknown = incoming.read();
  return whole instanceof Buffer ? plain(whole) : new Uint8Array();
}

/**
 * No Buffer, of which `slice` makes no copy; and no part of node's pool, of which eight kilobytes would be kept with each
 * byte. What comes in one piece has memory of its own.
 */
function plain(bytes: Buffer): Uint8Array {
  const { buffer, length } = bytes;
  return length === buffer.byteLength ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
