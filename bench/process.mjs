// Processes that are measured: started, asked how much they have used, and stopped.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a server may take until it is ready, in milliseconds. */
const patience = 60_000;

/**
 * Starts `node` with these arguments, and waits for a line of its output that tells its origin; where that is known
 * beforehand, until something answers there.
 * @throws Error with what it had to say where it ends first
 */
export async function startServer(args, { env = {}, url } = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let said = '';
  const listened = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        said = `${said}${line}\n`.slice(-2000);
        const found = /(http:\/\/[\w.]+:\d+)/.exec(line);
        if (found && url === undefined) resolve(found[1]);
      });
    if (url !== undefined) void answering(url).then(() => resolve(url));
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${errorIn(said)}`)));
    void wait(patience, undefined, { ref: false }).then(() => reject(new Error(`not ready: ${errorIn(said)}`)));
  });
  try {
    return { child, url: await listened, pid: child.pid, stop: () => stop(child) };
  } catch (failure) {
    await stop(child);
    throw failure;
  }
}

/** Ends when something answers, whatever it says; gives up in silence. */
export async function answering(url) {
  for (const until = performance.now() + patience; performance.now() < until; await wait(2)) {
    const answered = await fetch(url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
    if (answered) return;
  }
}

const errorIn = (said) => (/^.*Error.*$/m.exec(said)?.[0] ?? said.trim().split('\n').at(-1) ?? '').slice(0, 200);

/**
 * Lets a server run for as long as something takes, and no longer: those who wait for their turn have timers, and one of
 * them saves a growing database every five seconds. Nothing else may be asked of it from then on.
 */
export async function awake({ child }, act) {
  signal(child, 'SIGCONT');
  try {
    return await act();
  } finally {
    signal(child, 'SIGSTOP');
  }
}

/** Where there are such signals. */
const signal = (child, name) => process.platform !== 'win32' && child.kill(name);

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signal(child, 'SIGCONT');
  const ended = once(child, 'exit');
  child.kill();
  const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(killer);
}

/** The processor time a process has used, in milliseconds; undefined where the system does not tell. */
export function processorTime(pid) {
  const fields = statusOf(pid, 'stat')?.split(') ')[1]?.split(' ');
  // User and system time, in hundredths of a second (proc(5), fields 14 and 15).
  return fields && (Number(fields[11]) + Number(fields[12])) * 10;
}

/** What a process keeps in memory, in bytes; undefined where the system does not tell. */
export function residentMemory(pid) {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(statusOf(pid, 'status') ?? '')?.[1];
  return kilobytes && Number(kilobytes) * 1024;
}

function statusOf(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
