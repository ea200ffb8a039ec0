// Puts one load on one server, and says what came of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { calls } from './calls.mjs';
import { processorTime } from './process.mjs';

const script = fileURLToPath(new URL('load.mjs', import.meta.url));
export const connections = 32;

/** Of each load's applications, so that no two loads make the same link. */
let loads = 0;
const nextSeries = () =>
  `${Date.now().toString(16).padStart(8, '0').slice(-8)}-${String((loads += 1)).padStart(4, '0')}-4000-8000`;

/**
 * @returns count, requests per second, p50 and p99 in milliseconds, and the processor time of the server for each request
 * in microseconds; @throws Error where anything but the call's status was answered
 */
export async function drive(server, name, { seconds, amount } = {}) {
  const { status, fresh, request } = calls[name];
  const prepared = server.prepared ?? { paths: ['/'], shareId: '' };
  const what = fresh ? { paths: prepared.paths, series: nextSeries() } : { request: request(prepared) };
  const before = processorTime(server.pid);
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify({ url: server.url, connections, seconds, amount, ...what }));
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const result = JSON.parse(output);
  const expected = server.statuses ?? [status];
  const strange = Object.keys(result.statuses).filter((code) => !expected.includes(Number(code)));
  // The first calls of an "existing" load may be what makes the link.
  if (strange.some((code) => result.statuses[code] > connections || Number(code) >= 400))
    throw new Error(`answered ${JSON.stringify(result.statuses)}`);
  const used = before === undefined ? undefined : ((processorTime(server.pid) - before) * 1000) / result.count;
  return { ...result, used };
}
