// What is measured, and how thoroughly.
import { calls } from './calls.mjs';
import { cycles } from './measures/cycles.mjs';
import { growth } from './measures/growth.mjs';
import { memory } from './measures/memory.mjs';
import { startUp } from './measures/startUp.mjs';
import { tables } from './measures/tables.mjs';
import { throughput } from './measures/throughput.mjs';
import emulate from './subjects/emulate.mjs';
import * as floor from './subjects/floor.mjs';
import * as host from './subjects/host.mjs';
import jsonServer from './subjects/jsonServer.mjs';
import { mockOn } from './subjects/mock.mjs';
import mockoon from './subjects/mockoon.mjs';
import prism from './subjects/prism.mjs';

const all = Object.keys(calls);
const peers = [prism, mockoon, jsonServer, emulate].map((peer) => ({ ...peer, calls: ['new'] }));
const subjects = (asked) => [
  { name: floor.name, calls: asked, start: startFloor },
  { name: host.name, calls: asked, start: (running) => host.start(running[0].server) },
  { ...mockOn('memory'), calls: asked },
  { ...mockOn('azurite'), calls: asked },
];

/** Its answers are those of a mock that is there for no longer than that. */
async function startFloor() {
  const mock = await mockOn('memory').start();
  try {
    return await floor.start(mock);
  } finally {
    await mock.stop();
  }
}

export const plans = {
  full: {
    throughput: (say) => throughput({ subjects: [...subjects(all), ...peers], rounds: 7, seconds: 3, warmUp: 5 }, say),
    tables: (say) => tables({ rounds: 5, seconds: 3 }, say),
    startUp: (say) => startUp({ rounds: 7 }, say),
    memory: (say) => memory({ links: 100_000 }, say),
    growth: (say) => growth({ rounds: 8, seconds: 4 }, say),
    cycles: (say) => cycles({ count: 100 }, say),
  },
  quick: {
    throughput: (say) =>
      throughput({ subjects: subjects(['new', 'existing']).slice(0, 3), rounds: 3, seconds: 1, warmUp: 3 }, say),
    startUp: (say) => startUp({ rounds: 2 }, say),
    cycles: (say) => cycles({ count: 30 }, say),
  },
};
