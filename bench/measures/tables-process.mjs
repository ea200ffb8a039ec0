// The floor of the mock on Azurite: an embedded Azurite, and as many entities as can be made by bare `createEntity`.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { TableClient } = require('@azure/data-tables');
const { default: TableConfiguration } = require('azurite/dist/src/table/TableConfiguration.js');
const { default: TableServer } = require('azurite/dist/src/table/TableServer.js');

const [connections, seconds, file] = process.argv
  .slice(2)
  .map((text) => (Number.isNaN(Number(text)) ? text : Number(text)));
const configuration = [
  '127.0.0.1',
  0,
  5,
  file,
  false,
  false,
  undefined,
  undefined,
  false,
  true,
  '',
  '',
  '',
  undefined,
  false,
  false,
];
const server = new TableServer(new TableConfiguration(...configuration));
await server.start();
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
const account = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key}`;
const connection = `${account};TableEndpoint=${server.getHttpServerAddress()}/devstoreaccount1;`;
const table = TableClient.fromConnectionString(connection, 'bench', { allowInsecureConnection: true });
await table.createTable();

/** As large as a link. */
const entity = {
  type: 'view',
  scope: 'organization',
  webUrl: 'a'.repeat(250),
  application: 'b'.repeat(90),
  id: randomUUID(),
};

process.on('message', async () => {
  const until = performance.now() + seconds * 1000;
  let made = 0;
  const began = performance.now();
  const make = async () => {
    for (; performance.now() < until; made += 1)
      await table.createEntity({ partitionKey: `p${made % 100}`, rowKey: randomUUID(), ...entity });
  };
  await Promise.all(Array.from({ length: connections }, make));
  process.send(made / ((performance.now() - began) / 1000));
});
process.stdout.write(`${server.getHttpServerAddress()}\n`);
