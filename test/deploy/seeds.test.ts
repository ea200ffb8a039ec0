import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { tokenOf } from '../kit/graph.ts';
import { startPackaged } from '../kit/packaged.ts';

const run = promisify(execFile);
const seed = 'users:\n  - { userPrincipalName: dora@example.com }\n';

/** A clone of this repository that somebody has put seeds into, as it is after a build. */
let clone: string;
beforeAll(async () => {
  clone = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-seeds-'));
  const own = new Set(['dist', 'seeds', '.git']);
  for (const name of await readdir('.')) if (!own.has(name)) await symlink(path.resolve(name), path.join(clone, name));
  await mkdir(path.join(clone, 'seeds', 'team'), { recursive: true });
  await writeFile(path.join(clone, 'seeds', 'team', 'ours.yaml'), seed);
  await run(process.execPath, [path.resolve('build.js')], { cwd: clone });
}, 120_000);
afterAll(() => rm(clone, { recursive: true }));

test('what lies in seeds/ comes with the folder that is deployed, and can be sown there', async () => {
  const packaged = await startPackaged(
    { GRAPH_MOCK_STORAGE: 'memory', GRAPH_MOCK_SEED: 'seeds/team/ours.yaml' },
    path.join(clone, 'dist', 'package'),
  );
  const { status, body } = await packaged.invoke('listUsers', {
    method: 'GET',
    url: 'https://mock.example.com/v1.0/users',
    params: { version: 'v1.0' },
    headers: { authorization: `Bearer ${tokenOf({ scp: 'User.Read.All' })}` },
  });
  await packaged.close();
  expect(status).toBe(200);
  expect(JSON.parse(Buffer.from(body).toString()).value).toMatchObject([{ userPrincipalName: 'dora@example.com' }]);
});

test('neither .funcignore nor azure.yaml keep it back', async () => {
  const ignored = (await readFile(path.join(clone, 'dist', 'package', '.funcignore'), 'utf8')).split('\n');
  expect(
    ignored.filter((pattern) => /seed|\*$|ya?ml/.test(pattern) && !/^\.(azure|git|vscode)\*$/.test(pattern)),
  ).toEqual([]);
});

test('the package for npm has none of it', async () => {
  const pack = ['pack', '--ignore-scripts', '--dry-run', '--json', '--silent', '--no-update-notifier'];
  const [{ files }] = JSON.parse((await run('npm', pack, { cwd: clone })).stdout);
  const packed = files.map((file: { path: string }) => file.path);
  expect(packed).toContain('dist/package/functions.cjs');
  expect(packed.filter((file: string) => /seeds|ours\.yaml/.test(file))).toEqual([]);
});
