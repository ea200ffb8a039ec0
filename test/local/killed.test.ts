import { connect } from 'node:net';

import { printFigures } from '../kit/figures.ts';
import { type HostProcess, startHostProcess } from '../kit/hostProcess.ts';
import { lostAt, makeLinks, newTenant, untilMade } from '../kit/load.ts';
import { azurite } from '../kit/stores.ts';
import { temporaryFolder } from '../kit/temporary.ts';

// A process that dies under load: whatever it has acknowledged is there afterwards.

const folder = temporaryFolder();
const hosts: HostProcess[] = [];
afterEach(() => Promise.all(hosts.splice(0).map(({ end }) => end('SIGKILL'))));

async function start(...flags: string[]): Promise<HostProcess> {
  const host = await startHostProcess({ flags });
  hosts.push(host);
  return host;
}

const callers = 6;

test.each([
  ['with Azurite in the same process, started again from its data folder', () => ['--data', folder()]],
  ['with Azurite in another process', () => ['--storage', azurite()]],
])('killed with SIGKILL under load, %s: every acknowledged link is there', async (where, flags) => {
  const tenant = newTenant();
  const all = [];
  let calls = 0;
  for (let round = 0; round < 3; round += 1) {
    const host = await start(...flags());
    const load = makeLinks(host.url, tenant, callers);
    // Not always at the same moment of Azurite's saving.
    await untilMade(load, 20 + 40 * round);
    expect(await host.end('SIGKILL')).toBe('SIGKILL');
    await load.stop();
    expect(load.refused).toEqual([]);
    all.push(...load.acknowledged);
    calls += load.calls();
  }
  const { url } = await start(...flags());
  const lost = await lostAt(url, tenant, all);
  printFigures(`SIGKILL ${where}`, { calls, acknowledged: all.length, lost: lost.length });
  expect(lost).toEqual([]);
});

test('SIGTERM finishes what is in flight and takes nothing more: every call is acknowledged, or not answered at all', async () => {
  const tenant = newTenant();
  const host = await start('--data', folder());
  const load = makeLinks(host.url, tenant, callers);
  await untilMade(load, 50);
  const { port, hostname } = new URL(host.url);
  const asked = performance.now();
  const code = await host.end('SIGTERM');
  const took = performance.now() - asked;
  await load.stop();
  expect(code).toBe(0);
  expect(took).toBeLessThan(15_000); // ten seconds, and what a busy machine adds
  expect(load.refused).toEqual([]);
  const refused = await new Promise((resolve) => {
    connect(Number(port), hostname)
      .once('error', ({ message }) => resolve(message))
      .once('connect', () => resolve('connected'));
  });
  expect(refused).toContain('ECONNREFUSED');
  const again = await start('--data', folder());
  const lost = await lostAt(again.url, tenant, load.acknowledged);
  printFigures('SIGTERM under load', {
    calls: load.calls(),
    acknowledged: load.acknowledged.length,
    lost: lost.length,
    milliseconds: Math.round(took),
  });
  expect(lost).toEqual([]);
});
