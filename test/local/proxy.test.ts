import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { type Proxy, startProxy } from '../../src/local/proxy.ts';
import { temporaryFolder } from '../kit/temporary.ts';

const temporary = temporaryFolder();
const run = promisify(execFile);

let mock: GraphMock;
let proxy: Proxy;
const sockets: Socket[] = [];

beforeEach(async () => {
  mock = await startGraphMock({ https: { certs: temporary() } });
  const port = Number(new URL(mock.url).port);
  proxy = await startProxy({ host: '127.0.0.1', port: 0, target: { host: '127.0.0.1', port } });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await mock.close();
  await proxy.close();
});

function open(): Socket {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1').on('error', () => {});
  sockets.push(socket);
  return socket;
}

/** What comes back for these lines, until the proxy closes the connection. */
function exchange(...lines: string[]): Promise<string> {
  const socket = open();
  socket.write([...lines, '', ''].join('\r\n'));
  return text(socket);
}

/** curl as it comes, which takes the proxy from its environment. */
const curl = (...flags: string[]) =>
  run('curl', ['-s', '--cacert', mock.caFile ?? '', '-H', 'Authorization: Bearer any', ...flags], {
    env: { PATH: process.env['PATH'], HTTPS_PROXY: proxy.url },
  });

test('curl reaches the mock under Graph’s own name', async () => {
  const { stdout } = await curl('https://graph.microsoft.com/v1.0/me/drive');
  expect(JSON.parse(stdout)).toMatchObject({
    '@odata.context': expect.stringMatching(/^https:\/\/graph\.microsoft\.com\/v1\.0\//),
    driveType: 'business',
  });
});

test('URLs in answers lead through the proxy again', async () => {
  const { stdout } = await curl('https://graph.microsoft.com/v1.0/me/drive/root:/Logo.png');
  const { '@microsoft.graph.downloadUrl': url } = JSON.parse(stdout);
  expect(url).toMatch(/^https:\/\/graph\.microsoft\.com\//);
  expect((await curl(url)).stdout).not.toBe('');
});

test('tokens come from login.microsoftonline.com', async () => {
  const form = 'grant_type=client_credentials&client_id=a&client_secret=b&scope=https://graph.microsoft.com/.default';
  const { stdout } = await curl('-d', form, 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
  expect(JSON.parse(stdout)).toMatchObject({ token_type: 'Bearer' });
  const configuration = await curl(
    'https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration',
  );
  expect(JSON.parse(configuration.stdout).issuer).toMatch(/^https:\/\/login\.microsoftonline\.com\//);
});

test.each([
  ['another host', 'example.com:443'],
  ['another port', 'graph.microsoft.com:80'],
  ['a host that ends alike', 'evil-graph.microsoft.com:443'],
  ['a host that begins alike', 'graph.microsoft.com.evil.test:443'],
  ['this machine', '127.0.0.1:22'],
  ['the mock itself', 'localhost:7071'],
  ['no port', 'graph.microsoft.com'],
  ['somebody before it', 'user@graph.microsoft.com:443'],
])('a tunnel to %s is refused: %s', async (_, authority) => {
  expect(await exchange(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`)).toMatch(
    /^HTTP\/1\.1 403 Forbidden\r\n/,
  );
});

test.each([
  'http://example.com/',
  'http://graph.microsoft.com/v1.0/me',
  'https://graph.microsoft.com/v1.0/me',
  '/v1.0/me',
])('a request that is none for a tunnel is refused: %s', async (target) => {
  expect(await exchange(`GET ${target} HTTP/1.1`, 'Host: example.com')).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
});

test('the name of the host has no case', async () => {
  const socket = open();
  socket.write('CONNECT GRAPH.Microsoft.com:443 HTTP/1.1\r\n\r\n');
  expect(String((await once(socket, 'data'))[0])).toBe('HTTP/1.1 200 Connection Established\r\n\r\n');
});

test('what comes right behind the request belongs to the tunnel', async () => {
  const socket = open();
  const ca = await readFile(path.join(temporary(), 'ca.pem'));
  socket.write('CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n');
  await once(socket, 'data');
  const tls = connectTls({ socket, servername: 'graph.microsoft.com', ca });
  const answer = text(tls);
  tls.write('GET /v1.0/me HTTP/1.1\r\nHost: graph.microsoft.com\r\nConnection: close\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 40[01] /);
});

test('a tunnel ends with the mock, with its client, and with the proxy', async () => {
  const tunnels = [open(), open()];
  for (const socket of tunnels) {
    socket.write('CONNECT graph.microsoft.com:443 HTTP/1.1\r\n\r\n');
    await once(socket, 'data');
  }
  const closed = tunnels.map((socket) => new Promise((resolve) => void socket.once('close', resolve)));
  tunnels[0]?.destroy();
  await closed[0];
  await mock.close();
  await proxy.close();
  await closed[1];
  await expect(curl('https://graph.microsoft.com/')).rejects.toMatchObject({ code: expect.any(Number) });
});

test('a mock that has gone is no tunnel', async () => {
  await mock.close();
  expect(await exchange('CONNECT graph.microsoft.com:443 HTTP/1.1')).toBe('');
});

test('a port that is taken is told in one line', async () => {
  const port = Number(new URL(proxy.url).port);
  const again = startProxy({ host: '127.0.0.1', port, target: { host: '127.0.0.1', port } });
  await expect(again).rejects.toMatchObject({ message: `Cannot listen on 127.0.0.1, port ${port}: the port is taken` });
});
