import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { startGraphMock } from '../src/index.ts';

const run = promisify(execFile);

test('examples/create-link.mjs shares a file with the official client', async () => {
  const { stdout, stderr } = await run(process.execPath, ['examples/create-link.mjs']);
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(
      /^Report\.docx is shared at http:\/\/127\.0\.0\.1:\d+\/:w:\/g\/personal\/ada_fenn_contoso_com\/E/,
    ),
    'Asked again: the same permission',
    '- owner: Ada Fenn',
    '- read: organization link',
    '',
  ]);
});

test('examples/walkthrough.sh shares a file with curl', async () => {
  const mock = await startGraphMock();
  const { stdout, stderr } = await run('bash', ['examples/walkthrough.sh'], {
    env: { ...process.env, GRAPH: mock.url },
  });
  await mock.close();
  expect(stderr).toBe('');
  expect(stdout.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'Plan #1.txt',
    '201',
    '200',
    'owner directly',
    'read organization',
    '204',
    '201',
    "Link type must be either 'edit' or 'view'.",
    '204',
    '',
  ]);
});

test('examples/sign-in.mjs shares a file with a token that MSAL has got, over https', async () => {
  const certs = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-'));
  const mock = await startGraphMock({ https: { certs }, auth: 'scopes' });
  const env = { PATH: process.env['PATH'], MOCK: mock.url, NODE_EXTRA_CA_CERTS: mock.caFile };
  const { stdout, stderr } = await run(process.execPath, ['examples/sign-in.mjs'], { env });
  await mock.close();
  await rm(certs, { recursive: true });
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^201: https:\/\/127\.0\.0\.1:\d+\/:w:\/g\/personal\/ada_fenn_contoso_com\/E\S+\n$/);
});

test('examples/sharing.test.cjs tests an app with Jest', async () => {
  const flags = ['--config', '{}', '--rootDir', 'examples', '--testMatch', '**/*.test.cjs', '--json'];
  const { stdout } = await run(process.execPath, ['node_modules/jest/bin/jest.js', ...flags]);
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 5, numTotalTests: 5 });
}, 60_000);

test('examples/sharing.vitest.test.mjs tests an app with Vitest', async () => {
  const flags = ['run', '--root', 'examples', '--reporter', 'json', 'sharing.vitest'];
  // Not the environment of Jest's own worker.
  const env = { PATH: process.env['PATH'] };
  const { stdout } = await run(process.execPath, ['node_modules/vitest/vitest.mjs', ...flags], { env });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 3, numTotalTests: 3 });
}, 60_000);
