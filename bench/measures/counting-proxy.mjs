import { createServer, request as send } from 'node:http';

/** Leads to a Table Storage endpoint, and counts what passes by: `{url, counted}`. */
export async function countingProxy(port) {
  const counted = new Map();
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const [, table = ''] = /^\/\w+\/(\w+)/.exec(url) ?? [];
    const operation = `${method} ${table}`;
    counted.set(operation, (counted.get(operation) ?? 0) + 1);
    const onward = send({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, counted, stop: () => server.close() };
}
