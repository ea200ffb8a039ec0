import { createServer } from 'node:net';
import path from 'node:path';

import { keepJournal } from './journal.ts';
import { lockFolder } from './lockFolder.ts';

/** Azurite's own account, known to everybody. https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
const account = 'devstoreaccount1';
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Azurite {
  readonly connectionString: string;
  readonly port: number;
  /** Writes what is not yet on disk, and stops. */
  readonly close: () => Promise<void>;
}

interface Options {
  /** Where it keeps its data; in memory without one. */
  readonly folder?: string;
  /** The port it should have: another free one where that is taken; 0 for any. */
  readonly port?: number;
}

/**
 * Starts Azurite's table service within this process, on loopback.
 * @throws Error with one line that says what is wrong: Azurite missing, or a folder that cannot be written to
 */
export async function startAzurite({ folder, port = 10_002 }: Options = {}): Promise<Azurite> {
  const { TableConfiguration, TableServer } = await load();
  const unlock = folder === undefined ? async () => {} : await lockFolder(folder);
  const file = path.join(folder ?? '', 'tables.json');
  const [noLog, loose, anyApiVersion, inMemory] = [false, false, true, folder === undefined];
  const serverOn = (wanted: number) =>
    new TableServer(
      new TableConfiguration(
        '127.0.0.1',
        wanted,
        5,
        file,
        noLog,
        noLog,
        undefined,
        undefined,
        loose,
        anyApiVersion,
        '',
        '',
        '',
        undefined,
        false,
        inMemory,
      ),
    );
  const server = serverOn(port !== 0 && (await isFree(port)) ? port : 0);
  const endJournal = await readable(folder, async () => {
    await server.start();
    return folder === undefined
      ? async () => {}
      : keepJournal(server.metadataStore.db, server.httpServer, journalIn(folder));
  });
  const url = server.getHttpServerAddress();
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};TableEndpoint=${url}/${account};`,
    port: Number(new URL(url).port),
    async close() {
      await server.close();
      await endJournal();
      await unlock();
    },
  };
}

const journalIn = (folder: string): string => path.join(folder, 'tables.journal');

/** What Azurite, or we, cannot make anything of is said with the name of the folder. */
async function readable<Result>(folder: string | undefined, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (folder === undefined) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`What is in the data folder ${folder} cannot be read (${reason}). Remove it, or take another.`, {
      cause,
    });
  }
}

async function load() {
  try {
    const [configuration, server] = await Promise.all([
      import('azurite/dist/src/table/TableConfiguration.js'),
      import('azurite/dist/src/table/TableServer.js'),
    ]);
    return { TableConfiguration: exported(configuration), TableServer: exported(server) };
  } catch (cause) {
    throw new Error('Azurite is not installed. Add it with: npm install --save-dev azurite', { cause });
  }
}

/** A CommonJS module's default export, which lies one level deeper when an ES module imports it. */
function exported<Class>(module: { readonly default: Class | { readonly default: Class } }): Class {
  const { default: outer } = module;
  return typeof outer === 'object' && outer !== null && 'default' in outer ? outer.default : outer;
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .once('listening', () => probe.close(() => resolve(true)))
      .listen(port, '127.0.0.1');
  });
