import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-audit-'));
  // In the place of npm: it answers what the test has put there, to the two questions that there are.
  const script =
    '#!/bin/sh\ncase "$*" in *--omit=dev*) cat "$ANSWERS/delivered" ;; *) cat "$ANSWERS/all" ;; esac\nexit 1\n';
  await writeFile(path.join(folder, 'npm'), script, { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs what CI runs, with what npm says of everything, and of what is left without devDependencies. */
async function audit(all: unknown, delivered: unknown) {
  for (const [name, answer] of Object.entries({ all, delivered }))
    await writeFile(path.join(folder, name), typeof answer === 'string' ? answer : JSON.stringify(answer));
  const child = spawn(path.resolve('.ci/audit'), {
    env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ANSWERS: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, text: stdout + stderr };
}

const vulnerable = (...names: string[]) => ({
  vulnerabilities: Object.fromEntries(names.map((name) => [name, { name, severity: 'high', range: '<9.0.0' }])),
});
const refused = {
  message: '405 Method Not Allowed - POST https://registry.example.com/-/npm/v1/security/advisories/bulk',
  statusCode: 405,
};
const unreachable = { message: 'request to https://registry.example.com failed, reason: connect ECONNREFUSED' };

test.each([
  ['nothing', vulnerable(), vulnerable(), 0, /0 of \d+ packages that are bundled.*\n.*0 that are installed with it/],
  ['a tool of ours', vulnerable('jest'), vulnerable(), 0, /0 of \d+ packages that are bundled/],
  ['a package that is bundled', vulnerable('jest', 'zod'), vulnerable(), 1, /high: zod <9\.0\.0/],
  ['Azure’s SDK, which lies in a file of its own', vulnerable('@azure/identity'), vulnerable(), 1, /@azure\/identity/],
  ['an optional dependency', vulnerable('chalk'), vulnerable('chalk'), 1, /high: chalk <9\.0\.0/],
])('where %s is known to be vulnerable', async (_, all, delivered, code, said) => {
  expect(await audit(all, delivered)).toEqual({ code, text: expect.stringMatching(said) });
});

test.each([
  ['refuses', refused, /NOT CHECKED.*405 Method Not Allowed/],
  ['cannot be reached', unreachable, /NOT CHECKED.*connect ECONNREFUSED/],
])('where the registry %s, nothing is claimed, and it is said why', async (_, answer, said) => {
  expect(await audit(answer, answer)).toEqual({ code: 0, text: expect.stringMatching(said) });
});

test.each([
  ['has answered one question and found something', refused, vulnerable('chalk'), /high: chalk/],
  [
    'was never asked, since npm has failed',
    { error: { code: 'ENOLOCK', summary: 'No lockfile.' } },
    vulnerable(),
    /ENOLOCK No lockfile\./,
  ],
  ['says nothing that can be read', 'no JSON', vulnerable(), /no JSON/],
])('where the registry %s, it fails', async (_, all, delivered, said) => {
  expect(await audit(all, delivered)).toEqual({ code: 1, text: expect.stringMatching(said) });
});
