import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const npm = async (cwd: string, ...flags: string[]): Promise<string> =>
  (await run('npm', [...flags, '--silent', '--no-audit', '--no-fund', '--no-update-notifier'], { cwd })).stdout;

/** What somebody has who has installed the package: a folder with nothing else in it, far away from this one. */
let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-'));
  // It is built before the tests are run.
  const packed = await npm(process.cwd(), 'pack', '--ignore-scripts', '--pack-destination', folder);
  tarball = path.join(folder, packed.trim());
  await mkdir(path.join(folder, 'app'));
  folder = path.join(folder, 'app');
  await writeFile(path.join(folder, 'package.json'), '{ "name": "app", "private": true }');
  // Nothing but the tarball is there to be installed: no network, and no cache.
  await npm(folder, 'install', '--offline', '--cache', path.join(folder, '..', 'cache'), tarball);
}, 120_000);
afterAll(() => rm(path.dirname(folder), { recursive: true }));

/** An identity that nobody hands out, so that nothing off this machine is asked for one. */
const identity = {
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
  IDENTITY_ENDPOINT: 'http://127.0.0.1:1/msi/token',
  IDENTITY_HEADER: 'none',
};
const node = (file: string) =>
  run(process.execPath, [file], { cwd: folder, env: { PATH: process.env['PATH'], ...identity } });

test('holds what runs, its types and its licences, and nothing else', async () => {
  const [{ files }] = JSON.parse(await npm(process.cwd(), 'pack', '--ignore-scripts', '--dry-run', '--json'));
  expect(files.map((file: { path: string }) => file.path).toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'dist/asn1.cjs',
    'dist/asn1.cjs.LEGAL.txt',
    'dist/azurite.cjs',
    'dist/cli.cjs',
    'dist/index.cjs',
    'dist/index.d.cts',
    'dist/package/.funcignore',
    'dist/package/azure.cjs',
    'dist/package/azure.cjs.LEGAL.txt',
    'dist/package/functions.cjs',
    'dist/package/functions.cjs.LEGAL.txt',
    'dist/package/host.json',
    'dist/package/jose.cjs',
    'dist/package/opentelemetry.cjs',
    'dist/package/package.json',
    'dist/package/xml.cjs',
    'dist/package/yaml.cjs',
    'package.json',
  ]);
});

test('passes publint and are-the-types-wrong', async () => {
  const { stdout } = await run(process.execPath, ['test/kit/checkPackage.mjs', tarball]);
  expect(JSON.parse(stdout)).toEqual({ publint: [], types: 'included', attw: [] });
}, 60_000);

test('brings no other package with it', async () => {
  const { packages } = JSON.parse(await readFile(path.join(folder, 'package-lock.json'), 'utf8'));
  expect(Object.keys(packages)).toEqual(['', 'node_modules/graph-sharing-mock']);
});

const body = `
  const mock = await startGraphMock({ storage: process.env.STORAGE });
  const response = await fetch(mock.url + '/v1.0/me/drive', { headers: { authorization: 'Bearer any' } });
  console.log(response.status);
  await mock.close();`;

test.each([
  ['an ES module', 'app.mjs', `import { startGraphMock } from 'graph-sharing-mock';${body}`],
  [
    'CommonJS',
    'app.cjs',
    `const { startGraphMock } = require('graph-sharing-mock'); void (async () => {${body}\n})();`,
  ],
])('is used from %s', async (_, file, code) => {
  await writeFile(path.join(folder, file), code);
  expect(await node(file)).toEqual({ stdout: '200\n', stderr: '' });
});

test('finds the SDK of Table Storage, with and without a key, where it is needed', async () => {
  const code = `const { startGraphMock } = require('graph-sharing-mock');
    const storages = ['https://127.0.0.1:1', 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a;'];
    void (async () => {
      for (const storage of storages) {
        const mock = await startGraphMock({ storage, log: (failure) => console.log(/Cannot find module/.test(failure.stack)) });
        console.log((await fetch(mock.url + '/v1.0/me/drive', { headers: { authorization: 'Bearer any' } })).status);
        await mock.close();
      }
    })();`;
  await writeFile(path.join(folder, 'tables.cjs'), code);
  const { stdout, stderr } = await node('tables.cjs');
  expect(stderr).toBe('');
  expect([...new Set(stdout.trim().split('\n'))].toSorted()).toEqual(['503', 'false']);
}, 120_000);

test.each(['nodenext', 'bundler', 'commonjs'])('has types for TypeScript, resolved as %s', async (resolution) => {
  const code = `import { startGraphMock, type GraphMock } from 'graph-sharing-mock';
    export const mock: Promise<GraphMock> = startGraphMock({ storage: 'memory' });
    // @ts-expect-error -- there is no such option
    void startGraphMock({ stroage: 'memory' });`;
  await writeFile(path.join(folder, 'app.ts'), code);
  const module = resolution === 'bundler' ? ['preserve', '--moduleResolution', 'bundler'] : ['nodenext'];
  const type = resolution === 'commonjs' ? 'commonjs' : 'module';
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true, type }));
  const tsc = path.resolve('node_modules/typescript/bin/tsc');
  const flags = ['app.ts', '--noEmit', '--strict', '--ignoreConfig', '--types', '', '--module', ...module];
  await expect(run(process.execPath, [tsc, ...flags], { cwd: folder })).resolves.toEqual({ stdout: '', stderr: '' });
});

test('has a command line', async () => {
  const { stdout, stderr } = await run('npx', ['--offline', 'graph-sharing-mock', '--help'], { cwd: folder });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^Usage: graph-sharing-mock /);
});

test('says how to get Azurite, which it works without', async () => {
  const cli = path.join('node_modules', '.bin', 'graph-sharing-mock');
  await expect(run(cli, ['--port', '0'], { cwd: folder })).rejects.toMatchObject({
    code: 1,
    stderr: 'graph-sharing-mock: Azurite is not installed. Add it with: npm install --save-dev azurite\n',
  });
});
