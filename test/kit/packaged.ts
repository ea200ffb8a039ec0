import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import type { RpcRequest, RpcResponse } from './worker.ts';
import type { Question } from './workerProcess.ts';

const esbuild = path.resolve('node_modules/esbuild/bin/esbuild');

/** The deployed folder at work in a worker. */
export interface Packaged {
  /** What has been registered. */
  readonly registered: () => Promise<readonly unknown[]>;
  readonly invoke: (name: string, request: RpcRequest) => Promise<RpcResponse>;
  /** The files of the folder that have been loaded so far. */
  readonly loaded: () => Promise<readonly string[]>;
  /** What it has written to its log, told once it is closed. */
  readonly log: Promise<string>;
  readonly close: () => Promise<void>;
}

/**
 * Loads what `npm run package` has made in a process that has nothing but this environment, from a copy far away from
 * any node_modules.
 */
export async function startPackaged(
  environment: Readonly<Record<string, string>>,
  deployed = 'dist/package',
): Promise<Packaged> {
  const root = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-package-'));
  const [folder, script] = [path.join(root, 'app'), path.join(root, 'worker.cjs')];
  await cp(deployed, folder, { recursive: true });
  const flags = ['--bundle', '--platform=node', `--outfile=${script}`, '--log-level=warning'];
  await promisify(execFile)(esbuild, ['test/kit/workerProcess.ts', ...flags]);

  const child = fork(script, [folder], {
    cwd: folder,
    env: environment,
    execArgv: [],
    serialization: 'advanced',
    silent: true,
  });
  const log = child.stderr ? text(child.stderr) : Promise.resolve('');
  const closed = once(child, 'close');
  let asked = 0;
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => waiting.get(answer.number)?.(answer));

  function ask(call?: Question['call']): Promise<Answer> {
    const number = (asked += 1);
    return new Promise((resolve, reject) => {
      waiting.set(number, resolve);
      void closed.then(async () => reject(new Error(`The worker has ended: ${await log}`)));
      child.send({ number, ...(call && { call }) } satisfies Question);
    });
  }

  return {
    registered: async () => (await ask()).result as readonly unknown[],
    invoke: async (name, request) => (await ask({ name, request })).result as RpcResponse,
    loaded: async () => (await ask()).loaded.map((file) => path.relative(folder, file)),
    log,
    async close() {
      if (child.connected) child.send({ number: 0, call: 'terminate' } satisfies Question);
      await closed;
      await rm(root, { recursive: true });
    },
  };
}

interface Answer {
  readonly number: number;
  readonly result: unknown;
  readonly loaded: readonly string[];
}
