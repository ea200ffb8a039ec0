import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A host in a process of its own: the command line as it is built. */
export interface HostProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it, and waits until it has: its exit code, or the signal that it died of. */
  readonly end: (signal: NodeJS.Signals) => Promise<number | string>;
}

interface Options {
  readonly flags: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its log goes; to ours by default. */
  readonly stderr?: 'inherit' | 'ignore' | 'pipe';
}

/** Starts one on a free port, and waits for its ready line. End it. */
export async function startHostProcess({ flags, environment = {}, stderr = 'inherit' }: Options): Promise<HostProcess> {
  const child = spawn(process.execPath, [path.resolve('dist/cli.cjs'), '--port', '0', ...flags], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', stderr],
  });
  if (!child.stdout) throw new Error('The host has no standard output');
  const closed = once(child, 'close');
  const lines = createInterface(child.stdout);
  const first = await Promise.race([once(lines, 'line'), closed.then(() => [])]);
  const url = /http:\/\/[\d.:]+/.exec(String(first[0]))?.[0];
  if (url === undefined) throw new Error('The host has ended before it was ready');
  // Read on, so that it never has to wait for a reader.
  lines.on('line', () => {});
  return {
    url,
    child,
    async end(signal) {
      child.kill(signal);
      const [code, died]: unknown[] = await closed;
      return typeof code === 'number' ? code : String(died);
    },
  };
}
