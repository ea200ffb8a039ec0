import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import { startServer } from '../process.mjs';

export const name = 'its host alone';

/** What the floor does, behind the mock's own host and with all the headers of its answers: the limit of what is above. */
const contents = `
  import { openContext } from './src/context.ts';
  import { exchangeOf, toResponse } from './src/graph/response.ts';
  import { startHost } from './src/local/host.ts';
  import { settingsOf } from './src/settings.ts';

  const answers = JSON.parse(process.env.FLOOR_ANSWERS);
  const context = await openContext(settingsOf({ GRAPH_MOCK_STORAGE: 'memory' }));
  async function dispatch(request) {
    if (request.method === 'POST') JSON.parse(new TextDecoder().decode(await request.bytes()));
    const [, status, body] = answers.find(([end]) => request.url.endsWith(end)) ?? ['', 201, {}];
    return toResponse({ status, body }, exchangeOf(request, context), '');
  }
  const host = await startHost({ dispatch, context, host: '127.0.0.1', port: 0 });
  process.stdout.write(host.url + '\\n');
`;

/** Its answers are the floor's. */
export async function start({ answers, prepared, statuses }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const script = path.join(folder, 'host.mjs');
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outfile: script,
    external: ['azurite'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const server = await startServer([script], { env: { FLOOR_ANSWERS: JSON.stringify(answers) } });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...server, stop, prepared, statuses };
}
