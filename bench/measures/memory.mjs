import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { prepare } from '../calls.mjs';
import { drive } from '../drive.mjs';
import { residentMemory, startServer } from '../process.mjs';

const script = fileURLToPath(new URL('memory-server.mjs', import.meta.url));

/** What links cost that are kept in memory, in bytes: resident above the empty process, and of the heap for each. */
export async function memory({ links }, say) {
  const server = await startServer(['--expose-gc', script]);
  try {
    const prepared = await prepare(server.url);
    const empty = residentMemory(server.pid);
    const before = await heapOf(server);
    const { count } = await drive({ ...server, prepared }, 'new', { amount: links });
    const resident = residentMemory(server.pid) - empty;
    const perLink = ((await heapOf(server)) - before) / count;
    say(`memory · ${count} links · ${Math.round(resident / 1e6)} MB`);
    return { links: count, resident, perLink };
  } finally {
    await server.stop();
  }
}

async function heapOf({ child }) {
  child.send('heap');
  const [heap] = await once(child, 'message');
  return heap;
}
