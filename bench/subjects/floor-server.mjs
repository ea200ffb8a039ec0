// The floor: node's own server, which parses the body and answers the same JSON as the mock. Nothing is kept.
import { createServer } from 'node:http';

/** By the end of the path: `[end, status, body]`. */
const answers = JSON.parse(process.env.FLOOR_ANSWERS ?? '[]');

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    if (chunks.length > 0) JSON.parse(Buffer.concat(chunks).toString());
    const [, status, body] = answers.find(([end]) => request.url.endsWith(end)) ?? ['', 201, {}];
    const text = JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
    response.end(text);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
