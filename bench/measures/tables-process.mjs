// The floor of the mock on Azurite: Azurite in a thread, as the mock has it, and as many entities as can be made by bare
// `createEntity`; or, as the mock has to, with a bare `getEntity` before each; or with what could take the place of that
// read, a row that has to be there, in one transaction.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const { TableClient } = require('@azure/data-tables');

const [connections, seconds] = process.argv.slice(2, 4).map(Number);
const [folder] = process.argv.slice(4);
const thread = new Worker(new URL('../../dist/azurite.cjs', import.meta.url), { workerData: { folder, port: 0 } });
const [{ connectionString }] = await once(thread, 'message');
const table = TableClient.fromConnectionString(connectionString, 'bench', { allowInsecureConnection: true });
await table.createTable();

/** As large as a link. */
const entity = {
  type: 'view',
  scope: 'organization',
  webUrl: 'a'.repeat(250),
  application: 'b'.repeat(90),
  id: randomUUID(),
};

const partitions = Array.from({ length: 100 }, (_, at) => `p${at}`);
const known = 'known';
for (const partitionKey of partitions) await table.createEntity({ partitionKey, rowKey: known, ...entity });

const turns = {
  create: (partitionKey) => table.createEntity({ partitionKey, rowKey: randomUUID(), ...entity }),
  async getAndCreate(partitionKey) {
    await table.getEntity(partitionKey, known);
    await turns.create(partitionKey);
  },
  transact: (partitionKey) =>
    table.submitTransaction([
      ['create', { partitionKey, rowKey: randomUUID(), ...entity }],
      ['update', { partitionKey, rowKey: known }, 'Merge', { etag: '*' }],
    ]),
};

process.on('message', async (turn) => {
  const until = performance.now() + seconds * 1000;
  let made = 0;
  const began = performance.now();
  const make = async () => {
    for (; performance.now() < until; made += 1) await turns[turn](partitions[made % partitions.length]);
  };
  await Promise.all(Array.from({ length: connections }, make));
  process.send(made / ((performance.now() - began) / 1000));
});
process.stdout.write(`${/http:\/\/[\w.]+:\d+/.exec(connectionString)[0]}\n`);
