import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const isWindows = process.platform === 'win32';

/** The file of the command `func`. @throws Error with one line on how to get it */
export function findCoreTools(): string {
  const folders = ['node_modules/.bin', ...(process.env['PATH'] ?? '').split(path.delimiter)];
  const names = isWindows ? ['func.cmd', 'func.exe'] : ['func'];
  const files = folders.flatMap((folder) => names.map((name) => path.resolve(folder, name)));
  const found = files.find((file) => existsSync(file));
  if (found) return found;
  throw new Error(
    'Azure Functions Core Tools are missing (no `func` on the PATH). Get them with: npm install --global azure-functions-core-tools@4',
  );
}

/** A run of `func start` in this terminal. */
export interface CoreTools {
  /** Its exit code. */
  readonly ended: Promise<number>;
  /** Passes a signal on. */
  readonly pass: (signal: NodeJS.Signals) => void;
}

/** Where the app lies beside the command line: in a package that is installed there is no other. */
const ownFolder = path.join(__dirname, 'package');

/** Runs the app of this folder, or else our own. What is in the environment wins over local.settings.json. */
export function startCoreTools(file: string, port: number, environment: Readonly<Record<string, string>>): CoreTools {
  const isHere = existsSync('host.json');
  // Of a folder without local.settings.json, the language has to be told [doc].
  const env = { ...(!isHere && { FUNCTIONS_WORKER_RUNTIME: 'node' }), ...process.env, ...environment };
  const child = spawn(isWindows ? `"${file}"` : file, ['start', '--port', String(port)], {
    stdio: 'inherit',
    env,
    ...(!isHere && { cwd: ownFolder }),
    shell: isWindows, // which alone can run a .cmd
  });
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      // A signal that was passed on, and ended it, is no failure.
      child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
    }),
    pass: (signal) => void child.kill(signal),
  };
}
