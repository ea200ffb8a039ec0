// A mock in this process, which tells how large its heap is once the garbage has been collected. Needs --expose-gc.
import { createRequire } from 'node:module';

const { startGraphMock } = createRequire(import.meta.url)('../../dist/index.cjs');
const { url } = await startGraphMock();
process.on('message', () => {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  process.send(heapUsed + external);
});
process.stdout.write(`${url}\n`);
