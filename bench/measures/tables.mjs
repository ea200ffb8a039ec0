import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { prepare } from '../calls.mjs';
import { connections, drive } from '../drive.mjs';
import { startServer } from '../process.mjs';
import { spread } from '../statistics.mjs';
import { cli, mockOn } from '../subjects/mock.mjs';
import { countingProxy } from './counting-proxy.mjs';

const script = fileURLToPath(new URL('tables-process.mjs', import.meta.url));

/**
 * The mock on embedded Azurite against bare `createEntity` on one, alone, after a bare `getEntity`, and in a transaction
 * with a row that has to be there, taking turns; and what one call asks of the tables.
 */
export async function tables({ rounds, seconds }, say) {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  const bare = await startServer([script, connections, seconds, path.join(folder, 'bare')].map(String));
  const mock = await mockOn('azurite').start();
  try {
    const operations = await operationsOf(bare.url);
    const samples = [];
    await turn(bare, 'create');
    await drive(mock, 'new', { seconds });
    for (let round = 1; round <= rounds; round += 1) {
      const sample = {
        one: await turn(bare, 'create'),
        two: await turn(bare, 'getAndCreate'),
        transaction: await turn(bare, 'transact'),
        mock: (await drive(mock, 'new', { seconds })).rate,
      };
      samples.push(sample);
      const [one, two, transaction, link] = Object.values(sample).map(Math.round);
      say(
        `tables ${round} · createEntity ${one}/s · after getEntity ${two}/s · in a transaction ${transaction}/s · createLink ${link}/s`,
      );
    }
    return {
      operations,
      one: spread(samples.map((each) => each.one)),
      two: spread(samples.map((each) => each.two)),
      transaction: spread(samples.map((each) => each.transaction)),
      mock: spread(samples.map((each) => each.mock)),
      ofOne: spread(samples.map((each) => each.mock / each.one)),
      ofTwo: spread(samples.map((each) => each.mock / each.two)),
      transactionOfOne: spread(samples.map((each) => each.transaction / each.one)),
    };
  } finally {
    await Promise.all([bare.stop(), mock.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function turn({ child }, what) {
  child.send(what);
  const [rate] = await once(child, 'message');
  return rate;
}

/** Which table operations a createLink asks for, each by how often on average. */
async function operationsOf(azuriteUrl) {
  const proxy = await countingProxy(Number(new URL(azuriteUrl).port));
  const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
  const storage = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};TableEndpoint=http://127.0.0.1:${proxy.port}/devstoreaccount1;`;
  const server = await startServer([cli, '--port', '0', '--storage', storage]);
  try {
    const prepared = await prepare(server.url, 10);
    proxy.counted.clear();
    const { count } = await drive({ ...server, prepared }, 'new', { amount: 320 });
    return Object.fromEntries([...proxy.counted].map(([operation, times]) => [operation, times / count]));
  } finally {
    await server.stop();
    proxy.stop();
  }
}
