import { fileURLToPath } from 'node:url';

import { createLinkRequest, ownApp, report, send } from '../calls.mjs';
import { startServer } from '../process.mjs';
import { spread } from '../statistics.mjs';
import * as floor from '../subjects/floor.mjs';
import { mockOn } from '../subjects/mock.mjs';

const azuriteScript = fileURLToPath(new URL('../../node_modules/azurite/dist/src/table/main.js', import.meta.url));
const azurite = [
  '--inMemoryPersistence',
  '--silent',
  '--skipApiVersionCheck',
  '--tableHost',
  '127.0.0.1',
  '--tablePort',
];

/** Azurite's own way to say that any port will do does not tell which. */
let port = 20_500;
const startAzurite = () => {
  port += 1;
  return startServer([azuriteScript, ...azurite, String(port)], { url: `http://127.0.0.1:${port}` });
};

/** From spawning a process to its first 201; Azurite alone makes none, and counts as started when it answers. */
const ways = [
  { name: 'node:http script', start: () => startServer([floor.script]), post: true },
  { name: 'mock, memory', start: () => mockOn('memory').start({ prepares: false }), post: true, against: 0 },
  { name: 'Azurite alone', start: startAzurite },
  { name: 'mock, azurite', start: () => mockOn('azurite').start({ prepares: false }), post: true, against: 2 },
];

/** @returns rows `{name, milliseconds, ratio}` */
export async function startUp({ rounds }, say) {
  const taken = ways.map(() => []);
  for (let round = 1; round <= rounds; round += 1)
    for (const [at, { name, start, post }] of ways.entries()) {
      const began = performance.now();
      const server = await start();
      if (post) await send(server.url, createLinkRequest(report, ownApp));
      taken[at].push(performance.now() - began);
      await server.stop();
      say(`start-up ${round} · ${name} · ${Math.round(taken[at].at(-1))} ms`);
    }
  return ways.map(({ name, against }, at) => ({
    name,
    milliseconds: spread(taken[at]),
    ...(against !== undefined && { ratio: spread(taken[at].map((each, round) => each / taken[against][round])) }),
  }));
}
