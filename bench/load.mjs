// The load, in a process of its own: reads from its standard input what to send, and writes what came of it.
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';

import { createLinkRequest } from './calls.mjs';

/**
 * `paths`, where given, are the items on which links are made, one after the other; with each round over them comes
 * another application, so that every call makes a new link. Else `request` is sent again and again.
 */
const { url, connections, seconds, amount, request, paths, series } = JSON.parse(await text(process.stdin));

let sent = 0;
function next(base) {
  const nth = sent++;
  const app = `${series}-${String(Math.floor(nth / paths.length)).padStart(12, '0')}`;
  return { ...base, ...createLinkRequest(paths[nth % paths.length], app) };
}

const { requests, latency, duration, statusCodeStats } = await autocannon({
  url,
  connections,
  ...(amount ? { amount } : { duration: seconds }),
  requests: [paths ? { ...createLinkRequest(paths[0], series), setupRequest: next } : request],
});
const statuses = Object.fromEntries(Object.entries(statusCodeStats ?? {}).map(([code, { count }]) => [code, count]));
process.stdout.write(
  JSON.stringify({
    count: requests.total,
    rate: requests.total / duration,
    p50: latency.p50,
    p99: latency.p99,
    statuses,
  }),
);
