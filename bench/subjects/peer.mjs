// What the peers have in common: each is the command line of a package, on a file that says what it shall answer.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { startServer } from '../process.mjs';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

/** Only ever asked for new links: `itemPath` is what stands in front of `/createLink` where it is not Graph's. */
export const peer = ({ name, bin, file, args, statuses = [201], itemPath = '/v1.0/drives/b!x/items/y' }) => ({
  name,
  isInstalled: () => existsSync(path.join(modules, bin)),
  async start() {
    const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
    const port = await freePort();
    if (file) await writeFile(path.join(folder, file.name), JSON.stringify(file.content(port)));
    const url = `http://127.0.0.1:${port}`;
    const server = await startServer([path.join(modules, bin), ...args(port, path.join(folder, file?.name ?? ''))], {
      url,
    });
    const stop = async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { ...server, stop, statuses, prepared: { paths: [itemPath] } };
  },
});

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** What they answer: as long as what the mock answers. */
export const permission = {
  '@odata.context': 'http://127.0.0.1/v1.0/$metadata#microsoft.graph.permission',
  id: '7c1e0f8a-0000-4000-8000-000000000000',
  roles: ['read'],
  shareId: `u!${'a'.repeat(280)}`,
  hasPassword: false,
  link: {
    scope: 'organization',
    type: 'view',
    webUrl: `http://127.0.0.1/:w:/g/${'a'.repeat(190)}`,
    preventsDownload: false,
  },
};
