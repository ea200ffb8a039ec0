import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a data folder this process's own: two that write their tables to one file would lose each other's.
 *
 * @throws Error with one line that says why that cannot be
 * @returns what gives it back
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, 'process');
  await makeFolder(folder);
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (cause) {
      const reason = codeOf(cause);
      if (reason !== 'EEXIST') throw unusable(folder, cause);
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

const codeOf = (cause: unknown): string => (cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown');

const unusable = (folder: string, cause: unknown): Error =>
  new Error(`The data folder ${folder} cannot be used (${codeOf(cause)}).`, { cause });

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'ENOENT') throw cause;
      // Only what is above it is made with `recursive`: where the last folder cannot be made, Node would try for ever.
      await mkdir(path.dirname(path.resolve(folder)), { recursive: true });
      await mkdir(folder);
    });
  } catch (cause) {
    const isThere = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw unusable(folder, cause);
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
