import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';

import { startAzurite } from '../../src/local/azurite.ts';
import { printFigures } from '../kit/figures.ts';
import { startHostProcess } from '../kit/hostProcess.ts';
import { randomOf, weighted } from '../kit/random.ts';
import { proxied, type Treatment } from '../kit/storageProxy.ts';
import { slopeOf } from './slope.ts';
import { type Outcome, startCaller } from './caller.ts';

// A mixed load on a host for a while, with storage that fails from time to time. What it shows: no call is answered
// with an error but those that a failure of storage came in between, and the host's memory does not grow.

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '300' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0 && seconds <= 3600)) throw new RangeError('--seconds is a number from 1 to 3600');

/** In milliseconds: so long storage is well, then so long it fails now and then. */
const [well, ill] = [4000, 1000];
const callers = 4;
const faults: readonly (readonly [number, Treatment])[] = [
  [60, 'pass'],
  [10, 503],
  [10, 'refuse'],
  [5, 'lose'],
  [5, 'cut'],
  [10, { delay: 50 }],
];
/** In MB a minute, over the second half; asked of runs that are long enough to have warmed up in the first one, in seconds. */
const [mostGrowth, longEnough] = [8, 120];

const run = promisify(execFile);
const megabytesOf = async (pid: number): Promise<number> =>
  Number((await run('ps', ['-o', 'rss=', '-p', String(pid)])).stdout) / 1024;

async function soak(): Promise<boolean> {
  const random = randomOf(1);
  const start = Date.now();
  let injected = 0;
  const azurite = await startAzurite({ port: 0 });
  const proxy = await proxied(() => {
    const isIll = (Date.now() - start) % (well + ill) > well;
    const treatment = isIll ? weighted(random, faults) : 'pass';
    if (treatment !== 'pass') injected += 1;
    return treatment;
  }, azurite.connectionString);
  // What it reports of storage that fails is as it should be, and much.
  const host = await startHostProcess({ flags: ['--storage', proxy.connectionString], stderr: 'ignore' });
  const outcomes: Record<Outcome, number> = { acknowledged: 0, injected: 0, unexpected: 0 };
  const wrong: string[] = [];
  const load = Array.from({ length: callers }, (_, at) =>
    startCaller(
      host.url,
      randomOf(at),
      () => injected,
      (outcome, what) => {
        outcomes[outcome] += 1;
        if (outcome === 'unexpected') wrong.push(what);
      },
    ),
  );
  const samples: { minute: number; megabytes: number }[] = [];
  while (Date.now() - start < seconds * 1000) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, seconds * 100)));
    samples.push({ minute: (Date.now() - start) / 60_000, megabytes: await megabytesOf(host.child.pid ?? 0) });
  }
  await Promise.all(load.map((caller) => caller.stop()));
  const code = await host.end('SIGTERM');
  await proxy.close();
  await azurite.close();

  const growth = slopeOf(samples.slice(samples.length / 2).map(({ minute, megabytes }) => [minute, megabytes]));
  const calls = outcomes.acknowledged + outcomes.injected + outcomes.unexpected;
  printFigures(`soak of ${seconds} s`, {
    calls,
    acknowledged: outcomes.acknowledged,
    'refused for an injected failure': outcomes.injected,
    'failures injected': injected,
    'errors outside of them': outcomes.unexpected,
    'error rate': `${((100 * outcomes.unexpected) / calls).toFixed(3)} %`,
    'memory at the end': `${samples.at(-1)?.megabytes.toFixed(0)} MB`,
    'memory slope': `${growth.toFixed(2)} MB/min, ${seconds < longEnough ? 'still warming up' : 'after warming up'}`,
  });
  for (const what of wrong.slice(0, 10)) process.stderr.write(`${what}\n`);
  return calls > 0 && outcomes.unexpected === 0 && code === 0 && (seconds < longEnough || growth < mostGrowth);
}

void soak().then((isGood) => {
  process.exitCode = isGood ? 0 : 1;
});
