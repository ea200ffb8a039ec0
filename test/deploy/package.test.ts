import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

import { ids, tokenOf } from '../kit/graph.ts';
import { type Packaged, startPackaged } from '../kit/packaged.ts';
import { azurite } from '../kit/stores.ts';

const folder = 'dist/package';
const sizeOf = async (file: string): Promise<number> => (await stat(path.join(folder, file))).size;
const json = async (file: string) => JSON.parse(await readFile(file, 'utf8'));

/** In bytes. */
const budget = 1_500_000;

test('the code that is deployed, the lazily loaded part of it included, fits the budget of 1.5 MB', async () => {
  const code = (await readdir(folder)).filter((file) => file.endsWith('.cjs'));
  expect(code).toEqual(['azure.cjs', 'functions.cjs', 'jose.cjs', 'opentelemetry.cjs', 'xml.cjs', 'yaml.cjs']);
  const sizes = await Promise.all(code.map(sizeOf));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(budget);
});

test('the bundle has no more of zod than what is called: none of its texts in fifty languages', async () => {
  // In Dutch, as zod has it. One `import { z }` instead of `import * as z` anywhere brings them all in.
  expect(await readFile(`${folder}/functions.cjs`, 'latin1')).not.toContain('Ongeldige');
});

test('the folder has what a Functions host needs, and nothing to install or build', async () => {
  const files = await readdir(folder);
  expect(files).toEqual(expect.arrayContaining(['.funcignore', 'functions.cjs.map', 'host.json', 'package.json']));
  expect(await json(`${folder}/host.json`)).toEqual(await json('host.json'));
  const { name, version, license, engines } = await json('package.json');
  expect(await json(`${folder}/package.json`)).toEqual({
    name,
    version,
    license,
    private: true,
    main: 'functions.cjs',
    engines,
  });
});

test('func start runs the very same bundle in the root of the repository', async () => {
  expect((await json('package.json')).main).toBe(`${folder}/functions.cjs`);
});

const share = (packaged: Packaged, tenant: string) =>
  packaged.invoke('createLink-anyDrive-item', {
    method: 'POST',
    url: `https://mock.example.com/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`,
    params: { version: 'v1.0', driveId: ids.drive, itemId: ids.report },
    headers: { authorization: `Bearer ${tokenOf({ tid: tenant, scp: 'Files.ReadWrite' })}` },
    body: new TextEncoder().encode('{"type":"view","scope":"anonymous"}'),
  });

test('in a worker it keeps its links in Table Storage, and reads the code for that when it is first needed', async () => {
  const packaged = await startPackaged({ GRAPH_MOCK_STORAGE: azurite() });
  expect(await packaged.loaded()).toEqual(expect.arrayContaining(['functions.cjs']));
  expect(await packaged.loaded()).not.toContain('azure.cjs');
  const tenant = crypto.randomUUID();
  const [made, found] = [await share(packaged, tenant), await share(packaged, tenant)];
  expect(await packaged.loaded()).toContain('azure.cjs');
  // A token has been read, and nobody asked for it to be verified.
  expect(await packaged.loaded()).not.toContain('jose.cjs');
  await packaged.close();
  expect([made.status, found.status]).toEqual([201, 200]);
});

test('where storage is a URL it signs in as the identity that the settings name, without any key', async () => {
  const asked: string[] = [];
  // What App Service has for its apps: an endpoint that hands out tokens of the identity.
  const identity = createServer(({ url = '', headers }, response) => {
    asked.push(`${new URL(url, 'http://identity').search} ${String(headers['x-identity-header'])}`);
    const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'a.b.c', expires_on, resource: 'storage', token_type: 'Bearer' }));
  }).listen(0, '127.0.0.1');
  await once(identity, 'listening');
  const address = identity.address();
  const packaged = await startPackaged({
    GRAPH_MOCK_STORAGE: 'https://127.0.0.1:1', // where nobody listens
    IDENTITY_ENDPOINT: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/msi/token`,
    IDENTITY_HEADER: 'header-secret',
    AZURE_CLIENT_ID: '0f9c2f0e-8d27-4b3c-9c55-3a7f1e5b6d20',
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
  });
  const { status, headers } = await share(packaged, crypto.randomUUID());
  await packaged.close();
  identity.close();
  expect(status).toBe(503);
  expect(headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/) });
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toContain('resource=https%3A%2F%2Fstorage.azure.com');
  expect(asked[0]).toContain('client_id=0f9c2f0e-8d27-4b3c-9c55-3a7f1e5b6d20');
  expect(asked[0]).toContain(' header-secret');
});
