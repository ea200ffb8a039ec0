import { readdir, readFile, stat } from 'node:fs/promises';
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
  expect(code).toEqual(['functions.cjs', 'identity.cjs']);
  const sizes = await Promise.all(code.map(sizeOf));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(budget);
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

test('npm run start:functions runs the very same bundle', async () => {
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

test('in a worker it keeps its links in Table Storage, and leaves the code for signing in unread', async () => {
  const packaged = await startPackaged({ GRAPH_MOCK_STORAGE: azurite() });
  const tenant = crypto.randomUUID();
  const [made, found] = [await share(packaged, tenant), await share(packaged, tenant)];
  const loaded = await packaged.loaded();
  await packaged.close();
  expect([made.status, found.status]).toEqual([201, 200]);
  expect(loaded).toContain('functions.cjs');
  expect(loaded).not.toContain('identity.cjs');
});

test('where storage is a URL, so that somebody has to sign in, the code for that is read from the file beside it', async () => {
  // Nobody listens on port 1; without these the SDK would look for an identity on this machine's own network.
  const nowhere = {
    IDENTITY_ENDPOINT: 'http://127.0.0.1:1',
    IDENTITY_HEADER: 'none',
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
  };
  const packaged = await startPackaged({ GRAPH_MOCK_STORAGE: 'https://account.example.invalid', ...nowhere });
  const ended = share(packaged, crypto.randomUUID()).catch(() => 'the worker was closed before it answered');
  while (!(await packaged.loaded()).includes('identity.cjs'));
  await packaged.close();
  expect(await ended).toBe('the worker was closed before it answered');
});
