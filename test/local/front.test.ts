import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';

import { listen } from '../../src/local/listen.ts';
import { startFront } from '../kit/front.ts';

test('a connection whose request was answered ahead of its body takes the next one', async () => {
  const size = 2_000_000;
  const host = createServer((_, outgoing) => outgoing.end('no'));
  // To wait for an event of the connection itself would be to fail with its error: half a request.
  const givenUp = new Promise((resolve) => host.once('connection', (passed) => passed.once('close', resolve)));
  const { authority } = await listen(host, '127.0.0.1', 0);
  const front = await startFront([`http://${authority}`]);
  const { hostname, port } = new URL(front.url);
  const socket = connect(Number(port), hostname);

  socket.write(`PUT / HTTP/1.1\r\nHost: mock\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(1000)}`);
  await once(socket, 'data');
  await givenUp;
  socket.write(`${'x'.repeat(size - 1000)}GET / HTTP/1.1\r\nHost: mock\r\n\r\n`);
  const [second] = await once(socket, 'data');
  expect(String(second)).toMatch(/^HTTP\/1\.1 200 OK/);

  socket.destroy();
  await front.close();
  host.close();
  host.closeAllConnections();
});
