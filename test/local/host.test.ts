import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { openContext } from '../../src/context.ts';
import { exchangeOf, toErrorResponse } from '../../src/graph/response.ts';
import type { GraphRequest, GraphResponse } from '../../src/graph/request.ts';
import { type Host, startHost } from '../../src/local/host.ts';
import { settingsOf } from '../../src/settings.ts';

type Answer = (request: GraphRequest) => GraphResponse | Promise<GraphResponse>;

const reported: unknown[] = [];
const hosts: Host[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  if (reported.length > 0) throw new AggregateError(reported.splice(0), 'A host has complained');
});

const report = (failure: unknown): void => void reported.push(failure);

/** A host whose app is one function; what that throws becomes an answer as it does in the app. */
async function hostOf(answer: Answer): Promise<Host> {
  const context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }), { report });
  const host = await startHost({
    host: '127.0.0.1',
    port: 0,
    context,
    dispatch: async (request) => {
      try {
        return await answer(request);
      } catch (thrown) {
        return toErrorResponse(thrown, exchangeOf(request, context), context);
      }
    },
  });
  hosts.push(host);
  return host;
}

const json = (value: unknown): GraphResponse => ({
  status: 200,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(value),
});
const sizeOfBody: Answer = async (request) => json((await request.bytes()).length);
const refusal: Answer = () => ({ status: 401, headers: {}, body: 'no' });

function open({ port }: Host): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** What comes back for these very bytes, until the host closes the connection. */
async function exchange(host: Host, bytes: string): Promise<string> {
  const socket = open(host);
  socket.write(bytes, 'latin1');
  return text(socket);
}

/** Holds up who awaits `opened` until somebody opens it. */
function gate() {
  const bell = new EventTarget();
  return { opened: once(bell, 'open'), open: () => bell.dispatchEvent(new Event('open')) };
}

const lines = (...all: string[]): string => [...all, 'Connection: close', '', ''].join('\r\n');
const bodyOf = (answer: string): string => answer.slice(answer.indexOf('\r\n\r\n') + 4);

describe('a request reaches the app as it was sent', () => {
  const own = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/x$/);
  test.each([
    ['a double slash', '/v1.0//me', 'HTTP/1.1', 'Host: mock:1', 'http://mock:1/v1.0//me'],
    ['a double slash at the start', '//me', 'HTTP/1.1', 'Host: mock', 'http://mock//me'],
    ['dots', '/a/../b/./c', 'HTTP/1.1', 'Host: mock', 'http://mock/a/../b/./c'],
    ['an encoded slash', '/a%2Fb%2f', 'HTTP/1.1', 'Host: mock', 'http://mock/a%2Fb%2f'],
    ['a broken escape', '/100%', 'HTTP/1.1', 'Host: mock', 'http://mock/100%'],
    ['a query', '/a?$top=1&x', 'HTTP/1.1', 'Host: mock', 'http://mock/a?$top=1&x'],
    ['the absolute form', 'http://other:8/a//b', 'HTTP/1.1', 'Host: mock', 'http://other:8/a//b'],
    ['the absolute form without a path', 'http://other?a', 'HTTP/1.1', 'Host: mock', 'http://other/?a'],
    ['an IPv6 host', '/x', 'HTTP/1.1', 'Host: [::1]:80', 'http://[::1]:80/x'],
    ['no host', '/x', 'HTTP/1.0', 'X: y', own],
    ['a host that would write the URL', '/x', 'HTTP/1.1', 'Host: evil/path?', own],
  ])('%s', async (_, target, version, header, url) => {
    const host = await hostOf((request) => json(request.url));
    const answer = await exchange(host, lines(`GET ${target} ${version}`, header));
    expect(JSON.parse(bodyOf(answer))).toEqual(url);
  });

  test('headers have no case, and those sent twice are joined', async () => {
    const host = await hostOf(({ headers: { get } }) => json([get('x-one'), get('x-two'), get('constructor')]));
    const answer = await exchange(host, lines('GET / HTTP/1.1', 'Host: mock', 'X-ONE: 1', 'X-Two: a', 'x-two: b'));
    expect(JSON.parse(bodyOf(answer))).toEqual(['1', 'a, b', null]);
  });

  test('the query is decoded, and what follows a hash is not part of it', async () => {
    const host = await hostOf(({ query }) => json([...query]));
    const answer = await exchange(host, lines('GET /a?x=%20&y=1#z=2 HTTP/1.1', 'Host: mock'));
    expect(JSON.parse(bodyOf(answer))).toEqual([
      ['x', ' '],
      ['y', '1'],
    ]);
  });

  test('the body is bytes, as often as asked', async () => {
    const host = await hostOf(async (request) => json([[...(await request.bytes())], [...(await request.bytes())]]));
    const response = await fetch(host.url, { method: 'POST', body: 'é' });
    expect(await response.json()).toEqual([
      [0xc3, 0xa9],
      [0xc3, 0xa9],
    ]);
  });

  test('a body that came in pieces has memory of its own', async () => {
    const host = await hostOf(async (request) => {
      const bytes = await request.bytes();
      return json([bytes.length, bytes.buffer.byteLength]);
    });
    const pieces = lines('POST / HTTP/1.1', 'Host: mock', 'Transfer-Encoding: chunked');
    const answer = await exchange(host, `${pieces}1\r\na\r\n1\r\nb\r\n0\r\n\r\n`);
    expect(JSON.parse(bodyOf(answer))).toEqual([2, 2]);
  });

  test('a client that expects "100 Continue" gets it when the body is wanted', async () => {
    const host = await hostOf(sizeOfBody);
    const socket = open(host);
    const answer = text(socket);
    socket.write(lines('POST / HTTP/1.1', 'Host: mock', 'Content-Length: 3', 'Expect: 100-continue'));
    await once(socket, 'data');
    socket.write('abc');
    expect(await answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n3$/);
  });

  test('and is spared the body when it is not', async () => {
    const host = await hostOf(refusal);
    const length = 5 * 1024 * 1024;
    const socket = open(host);
    socket.write(`POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('an answer', () => {
  test.each([
    ['of text', { status: 200, headers: {}, body: 'é' }, 'GET', '2', 'é'],
    ['of bytes', { status: 200, headers: {}, body: new Uint8Array([104, 105]) }, 'GET', '2', 'hi'],
    ['to HEAD', { status: 200, headers: {}, body: 'hello' }, 'HEAD', '5', ''],
    ['to HEAD that has no body at hand', { status: 200, headers: { 'Content-Length': '7' } }, 'HEAD', '7', ''],
    ['without a body', { status: 302, headers: { Location: '/' } }, 'GET', '0', ''],
    ['204', { status: 204, headers: {} }, 'GET', null, ''],
  ] satisfies [string, GraphResponse, string, string | null, string][])(
    '%s has its length',
    async (_, response, method, length, body) => {
      const { url } = await hostOf(() => response);
      const answer = await fetch(url, { method, redirect: 'manual' });
      expect(answer.status).toBe(response.status);
      expect(answer.headers.get('content-length')).toBe(length);
      expect(answer.headers.get('transfer-encoding')).toBeNull();
      expect(await answer.text()).toBe(body);
    },
  );

  test('that cannot be written is 500, and is reported', async () => {
    const { url } = await hostOf(() => ({ status: 200, headers: { Location: 'a\nb' } }));
    expect((await fetch(url)).status).toBe(500);
    expect(reported.splice(0)).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })]);
  });
});

const mebibyte = new Uint8Array(1024 * 1024);

async function* mebibytes(count: number) {
  for (let at = 0; at < count; at += 1) yield mebibyte;
}

/** Uploads with node:http and reads the answer as it comes. */
function upload(url: string, count: number, headers: Record<string, string | number>): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: 'PUT', headers }, (incoming) => {
      // The host has heard enough; the rest of the body may meet a closed door.
      outgoing.off('error', reject).on('error', () => {});
      void text(incoming).then((body) => resolve([incoming.statusCode ?? 0, body]));
    });
    outgoing.on('error', reject);
    for (let at = 0; at < count; at += 1) outgoing.write(mebibyte);
    outgoing.end();
  });
}

describe('a body over 60 MiB', () => {
  const tooLarge = {
    error: expect.objectContaining({
      code: 'RequestEntityTooLarge',
      message: 'The request body is larger than 62914560 bytes.',
    }),
  };

  test('of exactly 60 MiB is not yet too large', async () => {
    const { url } = await hostOf(sizeOfBody);
    expect(await upload(url, 60, { 'Transfer-Encoding': 'chunked' })).toEqual([200, String(60 * 1024 * 1024)]);
  });

  test.each([61, 100])('of %d MiB is 413 to node:http, with its length and without', async (count) => {
    const { url } = await hostOf(sizeOfBody);
    for (const headers of [{ 'Transfer-Encoding': 'chunked' }, { 'Content-Length': count * mebibyte.length }]) {
      const [status, body] = await upload(url, count, headers);
      expect(status).toBe(413);
      expect(JSON.parse(body)).toEqual(tooLarge);
    }
  });

  test.each([61, 100])('of %d MiB is 413 to fetch, with its length and without', async (count) => {
    const { url } = await hostOf(sizeOfBody);
    const bodies = [new Uint8Array(count * mebibyte.length), ReadableStream.from(mebibytes(count))];
    for (const body of bodies) {
      const response = await fetch(url, { method: 'PUT', body, duplex: 'half' });
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual(tooLarge);
    }
  });

  test('that nobody reads leaves room for the answer too', async () => {
    const { url } = await hostOf(refusal);
    expect(await upload(url, 50, { 'Transfer-Encoding': 'chunked' })).toEqual([401, 'no']);
  });

  test('that never ends is cut off', async () => {
    const socket = open(await hostOf(sizeOfBody));
    const answer = once(socket, 'data');
    let sent = 0;
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), mebibyte, Buffer.from('\r\n')]);
    const more = (): void => {
      sent += 1;
      if (socket.writable) socket.write(chunk, more);
    };
    socket.write('PUT / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n', more);
    expect(String((await answer)[0])).toMatch(/^HTTP\/1\.1 413 [^]*\r\nConnection: close\r\n/i);
    await new Promise((resolve) => void socket.once('close', resolve));
    expect(sent).toBeLessThan(200);
  });
});

test('a small body that nobody reads costs no connection', async () => {
  const socket = open(await hostOf(refusal));
  const call = 'POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 5\r\n\r\n';
  for (let at = 0; at < 2; at += 1) {
    socket.write(call);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 401 [^]*keep-alive/);
    socket.write('12345');
  }
});

test('who hangs up in the middle of a body is forgotten without a word', async () => {
  let failure: unknown;
  const host = await hostOf(async (request) => {
    socket.destroy();
    failure = await request.bytes().catch((thrown: unknown) => thrown);
    throw failure;
  });
  const socket = open(host);
  socket.write('POST / HTTP/1.1\r\nHost: mock\r\nContent-Length: 100\r\n\r\nabc');
  await once(socket, 'close');
  await host.close();
  expect(failure).toMatchObject({ what: 'unreadablePayload' });
});

test.each([
  ['what is no HTTP', 'HELLO\r\n\r\n', 400],
  ['a request without a host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: m\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['a space in the path', 'GET /a b HTTP/1.1\r\nHost: m\r\n\r\n', 400],
  ['headers without end', `GET / HTTP/1.1\r\nHost: m\r\nX: ${'x'.repeat(140_000)}\r\n\r\n`, 431],
])('%s is refused, and the next one served', async (_, bytes, status) => {
  const host = await hostOf(() => json('fine'));
  expect(await exchange(host, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(await (await fetch(host.url)).json()).toBe('fine');
});

describe('close', () => {
  test('ends idle connections at once, also those that have not said anything', async () => {
    const host = await hostOf(() => json('fine'));
    await (await fetch(host.url)).text();
    const silent = open(host);
    await once(silent, 'connect');
    await (await fetch(host.url)).text();
    const begun = performance.now();
    await Promise.all([host.close(), once(silent, 'close')]);
    expect(performance.now() - begun).toBeLessThan(500);
    await expect(fetch(host.url)).rejects.toThrow('fetch failed');
  });

  test('finishes what is under way', async () => {
    const [arrived, finish] = [gate(), gate()];
    const host = await hostOf(async () => {
      arrived.open();
      await finish.opened;
      return { status: 200, headers: {}, body: 'x'.repeat(1_000_000) };
    });
    const answer = fetch(host.url);
    await arrived.opened;
    const closed = Promise.all([host.close(), host.close()]);
    finish.open();
    expect(await (await answer).text()).toHaveLength(1_000_000);
    await closed;
  });

  test('answers what has arrived on open connections and was not read yet, and then hangs up', async () => {
    const host = await hostOf(() => json('fine'));
    const open30 = Array.from({ length: 30 }, () => open(host));
    const request = 'GET / HTTP/1.1\r\nHost: mock\r\n\r\n';
    for (const socket of open30) socket.write(request);
    await Promise.all(open30.map((socket) => once(socket, 'data')));
    const answers = open30.map((socket) => text(socket));
    for (const socket of open30) socket.write(request);
    await host.close();
    for (const answer of await Promise.all(answers))
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\nConnection: close\r\n/);
  });

  test('waits for a call whose client has gone', async () => {
    const [arrived, finish] = [gate(), gate()];
    const seen: string[] = [];
    const host = await hostOf(async () => {
      arrived.open();
      await finish.opened;
      seen.push('called');
      return json('');
    });
    const socket = open(host);
    socket.write('GET / HTTP/1.1\r\nHost: mock\r\n\r\n');
    await arrived.opened;
    socket.destroy();
    const closed = host.close().then(() => seen.push('closed'));
    finish.open();
    await closed;
    expect(seen).toEqual(['called', 'closed']);
  });
});

test.each([
  ['a port that is taken', '127.0.0.1', undefined, /^Cannot listen on 127\.0\.0\.1, port \d+: the port is taken$/],
  [
    'a foreign address',
    '192.0.2.1',
    0,
    /^Cannot listen on 192\.0\.2\.1, port 0: the address is not one of this machine$/,
  ],
  ['no address', 'nowhere.invalid', 0, /^Cannot listen on nowhere\.invalid, port 0: /],
  ['a port that is none', '127.0.0.1', 70_000, /port should be/],
])('says in one line that it cannot listen on %s', async (_, host, port, message) => {
  const taken = await hostOf(refusal);
  const context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }));
  const started = startHost({ dispatch: async () => json(''), context, host, port: port ?? taken.port });
  await expect(started).rejects.toThrow(message);
});
