import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { prepare } from '../calls.mjs';
import { startServer } from '../process.mjs';

export const cli = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));

/** The command line as it is built, on this storage. */
export const mockOn = (storage) => ({
  name: `mock, ${storage}`,
  async start({ prepares = true, args = [] } = {}) {
    const data = await mkdtemp(path.join(tmpdir(), 'bench-'));
    const server = await startServer([...args, cli, '--port', '0', '--storage', storage, '--data', data]);
    const stop = async () => {
      await server.stop();
      await rm(data, { recursive: true, force: true });
    };
    return { ...server, stop, ...(prepares && { prepared: await prepare(server.url) }) };
  },
});
