// Starts and closes mocks in this process, as Jest does it, with a call in between; tells how long it took and what is left open.
import { createRequire } from 'node:module';

import { createLinkRequest, ownApp, report } from '../calls.mjs';

const { startGraphMock } = createRequire(import.meta.url)('../../dist/index.cjs');
const count = Number(process.argv[2]);

const openHandles = () =>
  process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout|Immediate|FS)/.test(name)).length;
const listeners = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

const [starts, closes] = [[], []];
const before = { handles: openHandles(), listeners: listeners() };
for (let cycle = 0; cycle < count; cycle += 1) {
  const began = performance.now();
  const mock = await startGraphMock();
  starts.push(performance.now() - began);
  const { path, ...request } = createLinkRequest(report, ownApp);
  const response = await fetch(mock.url + path, { ...request, headers: { ...request.headers, connection: 'close' } });
  await response.arrayBuffer();
  const closing = performance.now();
  await mock.close();
  closes.push(performance.now() - closing);
}
// The client's half of the last connection ends with the next turn.
await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const after = { handles: openHandles(), listeners: listeners() };
process.stdout.write(
  JSON.stringify({
    starts,
    closes,
    left: after.handles - before.handles,
    listeners: after.listeners - before.listeners,
  }),
);
