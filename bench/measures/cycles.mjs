import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { spread } from '../statistics.mjs';

const script = fileURLToPath(new URL('cycles-process.mjs', import.meta.url));

/** `startGraphMock()` and `close()`, again and again in one process; the first of each is that of a cold process. */
export async function cycles({ count }, say) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(count)]);
  const { starts, closes, left, listeners } = JSON.parse(stdout);
  say(`cycles · ${count}`);
  return { count, first: starts[0], start: spread(starts.slice(1)), close: spread(closes.slice(1)), left, listeners };
}
