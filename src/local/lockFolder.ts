import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a data folder this process's own: two that write their tables to one file would lose each other's.
 *
 * @throws Error with one line that says why that cannot be
 * @returns what gives it back
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'process');
  for (;;) {
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      if (reason !== 'EEXIST') throw new Error(`The data folder ${folder} cannot be used (${reason}).`, { cause });
      const owner = Number(await readFile(file, 'utf8').catch(() => ''));
      if (isRunning(owner))
        throw new Error(`The data folder ${folder} is in use by process ${owner}. Stop it, or take another folder.`, {
          cause,
        });
      // Whoever had it was killed.
      await rm(file, { force: true });
    }
  }
}

/** Our own number is that of a predecessor: in a container every first process has the same. */
function isRunning(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return failure instanceof Error && 'code' in failure && failure.code === 'EPERM';
  }
}
