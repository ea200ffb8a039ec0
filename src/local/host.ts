import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';

import type { GraphRequest, GraphResponse } from '../graph/request.ts';
import { areTooLarge, headerLimit, headersTooLarge } from '../graph/limits.ts';
import { exchangeOf, toErrorResponse } from '../graph/response.ts';
import type { Context } from '../operation.ts';
import { toGraphRequest } from './incoming.ts';
import { listen } from './listen.ts';

/** A host that listens. */
export interface Host {
  /** An origin that leads here, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Takes no more calls, finishes those under way, and ends; after ten seconds it ends all the same. */
  readonly close: () => Promise<void>;
}

interface Options {
  /** Answers any request and never throws: `dispatch` of `functions/`. */
  readonly dispatch: (request: GraphRequest, context: Context) => Promise<GraphResponse>;
  readonly context: Context;
  /** The address to listen on. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Makes it speak https, with this key and certificate in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

/** In milliseconds. */
const times = {
  /** Longer than clients keep an idle connection (.NET: 60 s), so that none sends into one that is being closed. */
  keepAlive: 65_000,
  /** What a closing host gives the calls under way. */
  grace: 10_000,
  /** What a sender gets to stop sending and read that nobody wants its body. */
  drain: 5_000,
};

/** What node reads of an address and headers, in bytes; beyond, it answers 431 itself, without a word. */
export const maxHeaderSize = 4 * headerLimit;

/** So many bytes of an unread body node may read after the answer without anybody noticing. */
const littleBody = 4 * 1024 * 1024;

/** So many bytes of an unwanted body are read and dropped, for senders that look for an answer only at the end. */
const drainLimit = 64 * 1024 * 1024;

/**
 * What the Functions host does where there is none: listens, hands each request over, and writes the answer.
 *
 * @throws Error with one line that says why it cannot listen there
 */
export async function startHost({ dispatch, context, host, port, tls }: Options): Promise<Host> {
  // Joined as `fetch` joins them; node would drop all but the first Authorization.
  const options: ServerOptions = { joinDuplicateHeaders: true, keepAliveTimeout: times.keepAlive, maxHeaderSize };
  const scheme = tls ? 'https' : 'http';
  const server = tls
    ? (await import('node:https')).createServer({ ...options, key: tls.key, cert: tls.cert })
    : createServer(options);
  const calls = inFlight();
  const sockets = new Set<Socket>();
  const ending = new AbortController();
  const own: Context = { ...context, closing: ending.signal, isLocal: isLoopback(host) };
  let authority = '';

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse, beforeBody = () => {}): Promise<void> {
    try {
      await arrived();
      const request = toGraphRequest(incoming, { scheme, authority, beforeBody });
      const response = areTooLarge(incoming.rawHeaders)
        ? toErrorResponse(headersTooLarge(), exchangeOf(request, own), own)
        : await dispatch(request, own);
      if (response.drop) return void incoming.socket.destroy();
      await send(response, incoming, outgoing, !server.listening);
    } catch (failure) {
      context.report(failure);
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'Content-Length': 0 });
      outgoing.end();
    }
  }

  server.on('request', (incoming, outgoing) => calls.add(answer(incoming, outgoing)));
  // Not before a handler wants the body: one that is refused for its size then is not sent at all.
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) =>
    calls.add(answer(incoming, outgoing, () => outgoing.writeContinue())),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  async function close(): Promise<void> {
    // Not yet as http closes: it would hang up on connections whose next request has arrived and is still to be read.
    NetServer.prototype.close.call(server);
    ending.abort();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, times.grace)));
    void late.then(() => server.closeAllConnections());
    // Of the second turn of the event loop all belongs that had arrived in the first.
    await arrived();
    await arrived();
    // A call whose client has gone may still be writing to the store.
    await Promise.race([calls.ended(), late]);
    // node counts a connection that has sent nothing yet as busy, and would wait a minute for it.
    for (const socket of sockets) socket.destroySoon();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    clearTimeout(timer);
  }

  const listening = await listen(server, host, port);
  server.on('error', context.report);
  authority = listening.authority;
  let closing: Promise<void> | undefined;
  return { url: `${scheme}://${authority}`, port: listening.port, close: () => (closing ??= close()) };
}

/** Writes the answer. `isLast`: no further request shall come over this connection. */
async function send(
  { status, headers, body }: GraphResponse,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  isLast: boolean,
): Promise<void> {
  if (body !== undefined) headers['Content-Length'] ??= String(Buffer.byteLength(body));
  else if (incoming.method !== 'HEAD' && status !== 204 && status !== 304) headers['Content-Length'] ??= '0';
  const isAhead = isAheadOfItsRequest(incoming);
  if (isLast || isAhead) headers['Connection'] = 'close';
  const written = incoming.method === 'HEAD' ? undefined : body;

  if (!isAhead) {
    await answered();
    outgoing.writeHead(status, headers);
    outgoing.end(written);
    return;
  }
  outgoing.writeHead(status, headers);
  if (written === undefined) outgoing.flushHeaders();
  else outgoing.write(written);
  await drained(incoming);
  outgoing.end();
}

/**
 * Whether the answer is there while much of the request, or nobody knows how much, is still to come. The little that
 * node would read anyway, before the connection's next request, does not count.
 */
function isAheadOfItsRequest({ complete, headers }: IncomingMessage): boolean {
  if (complete) return false;
  const length = headers['content-length'];
  return length === undefined || Number(length) > littleBody;
}

/**
 * Ends with the body, when it has gone on for too long, or when the client has gone. To close a connection on which
 * something arrives resets it, and a client that is reset may never see the answer it was sent.
 */
function drained(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let left = drainLimit;
    const timer = setTimeout(done, times.drain);
    function done(): void {
      clearTimeout(timer);
      resolve();
    }
    incoming.on('data', (chunk: Uint8Array) => {
      left -= chunk.length;
      if (left < 0) done();
    });
    incoming.once('end', done).once('close', done).resume();
    if (incoming.destroyed) done();
  });
}

/** Whether nobody but this machine reaches an address. */
const isLoopback = (address: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(address);

/**
 * Lets all who wait go on together, when `schedule` says. A processor that comes back from the system, where each read
 * and each write takes it, has to learn its way anew: work of one kind, done in a row for all connections, costs half of
 * what it does when each call is read, handled and written by itself (bench/README.md).
 */
function together(schedule: (release: () => void) => void): () => Promise<void> {
  let waiting: (() => void)[] = [];
  function release(): void {
    const released = waiting;
    waiting = [];
    for (const each of released) each();
  }
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) schedule(release);
    });
}

/** Ends when everything that has arrived in this turn of the event loop has been read. */
const arrived = together(setImmediate);

/** Ends when of the calls that are under way none can go on by itself. */
const answered = together((release) => process.nextTick(release));

/** Counts calls, and tells when there is none. */
function inFlight() {
  let count = 0;
  let noneLeft: (() => void) | undefined;
  return {
    add(call: Promise<void>): void {
      count += 1;
      void call.then(() => {
        count -= 1;
        if (count === 0) noneLeft?.();
      });
    },
    ended: (): Promise<void> =>
      new Promise((resolve) => {
        noneLeft = resolve;
        if (count === 0) resolve();
      }),
  };
}
