import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import * as z from 'zod';

const cli = path.resolve('dist/cli.cjs');
const run = promisify(execFile);

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'graph-sharing-mock-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

interface Call {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The command line in a folder of its own, and an environment with nothing in it but the path. */
function start({ flags = [], environment = {} }: Call) {
  const env = { PATH: process.env['PATH'], ...environment };
  const child = spawn(process.execPath, [cli, ...flags], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const ended = Promise.all([
    once(child, 'close').then(([code]: unknown[]) => code),
    text(child.stdout),
    text(child.stderr),
  ]).then(([code, stdout, stderr]) => ({ code, stdout, stderr }));
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  ready.catch(() => {}); // for those who only wait for the end
  return { child, ended, ready };
}

const memory = ['--storage', 'memory', '--port', '0'];
const urlIn = (line: string): string => /http:\/\/\S+?(?=[\s/]*( |$))/.exec(line)?.[0] ?? '';
const isRefused = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    () => true,
  );

/** A port on which somebody listens. */
async function takenPort(): Promise<{ port: string; release: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: String(address.port), release: () => void server.close() };
}

describe('a wrong setting stops the start with one line', () => {
  test.each([
    ['--port', 'PORT', 'abc', 'must be a number from 0 to 65535'],
    ['--port', 'PORT', '70000', 'must be a number from 0 to 65535'],
    ['--port', 'PORT', '-1', 'must be a number from 0 to 65535'],
    ['--storage', 'GRAPH_MOCK_STORAGE', 'disk', 'must be azurite, memory, a Storage connection string or https:'],
    ['--storage', 'GRAPH_MOCK_STORAGE', 'AccountName=a;AccountKey=secret', 'must be azurite, memory, a Storage'],
    ['--public-url', 'GRAPH_MOCK_PUBLIC_URL', 'mock.example.com', 'must be an origin such as'],
    ['--public-url', 'GRAPH_MOCK_PUBLIC_URL', 'https://[bad', 'must be an origin such as'],
    ['--auth', 'GRAPH_MOCK_AUTH', 'basic', 'must be bearer, scopes, entra or none'],
    ['--auth', 'GRAPH_MOCK_AUTH', 'ENTRA', 'must be bearer, scopes, entra or none'],
    ['--entra-tenant', 'GRAPH_MOCK_ENTRA_TENANT', 'contoso.com', 'must be the GUID of a tenant'],
    ['--entra-audience', 'GRAPH_MOCK_ENTRA_AUDIENCE', ' , ', 'must be client ids or application ID URIs'],
    ['--entra-authority', 'GRAPH_MOCK_ENTRA_AUTHORITY', 'http://example.com', 'must be an https origin'],
    ['--unknown-items', 'GRAPH_MOCK_UNKNOWN_ITEMS', 'maybe', 'must be reject or create'],
    ['--log', 'GRAPH_MOCK_LOG', 'debug', 'must be off, error or info'],
    ['--historic-contract', 'GRAPH_MOCK_HISTORIC_CONTRACT', 'yes', 'must be on or off'],
    ['--apps', 'GRAPH_MOCK_APPS', '[{"id":"a","secret":5,"b":"secret"}]', 'must be a JSON list of apps such as'],
    ['--https', 'GRAPH_MOCK_HTTPS', 'yes', 'must be on or off'],
    ['--hostname', 'GRAPH_MOCK_HOSTNAMES', 'a b', 'must be host names or addresses, separated by commas'],
    ['--hostname', 'GRAPH_MOCK_HOSTNAMES', 'a,,b', 'must be host names or addresses, separated by commas'],
    ['--proxy', 'GRAPH_MOCK_PROXY', 'on', 'must be a number from 0 to 65535'],
  ])('%s or %s, given as %s', async (flag, variable, value, problem) => {
    const calls = [{ flags: [flag, value] }, { environment: { [variable]: value } }];
    for (const { code, stdout, stderr } of await Promise.all(calls.map((call) => start(call).ended))) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`graph-sharing-mock: ${variable} (${flag}) ${problem}`);
      expect(stderr.trimEnd()).not.toContain('\n');
      expect(stderr.replace('"secret":"…"', '')).not.toContain('secret');
    }
  });

  test.each([
    ['entra without a tenant', ['--auth', 'entra'], 'GRAPH_MOCK_ENTRA_TENANT (--entra-tenant)'],
    [
      'entra without an audience',
      ['--auth', 'entra', '--entra-tenant', '7d0c4a52-93be-4f16-8a2d-61c9e0b7f384'],
      'GRAPH_MOCK_ENTRA_AUDIENCE (--entra-audience)',
    ],
  ])('%s', async (_, flags, setting) => {
    const stderr = `graph-sharing-mock: ${setting} is needed where GRAPH_MOCK_AUTH is entra\n`;
    expect(await start({ flags }).ended).toEqual({ code: 1, stdout: '', stderr });
  });

  test.each([
    ['an unknown flag', ['--prot', '1'], "error: unknown option '--prot'\n"],
    ['a flag without a value', ['--port'], "error: option '--port <number>' argument missing\n"],
    ['an unknown command', ['serve'], 'error: too many arguments. Expected 0 arguments but got 1.\n'],
    [
      'an address that is not here',
      ['--host', '192.0.2.1', ...memory],
      'graph-sharing-mock: Cannot listen on 192.0.2.1, port 0: the address is not one of this machine\n',
    ],
    [
      'a data folder that cannot be one',
      ['--data', `${process.execPath}/data`],
      `graph-sharing-mock: The data folder ${process.execPath}/data cannot be used (ENOTDIR).\n`,
    ],
    [
      'a data folder that is a file',
      ['--data', process.execPath],
      `graph-sharing-mock: The data folder ${process.execPath} cannot be used (EEXIST).\n`,
    ],
  ])('%s', async (_, flags, stderr) => {
    expect(await start({ flags }).ended).toEqual({ code: 1, stdout: '', stderr });
  });

  test.each([
    ['tables.json', 'with broken tables', '{"collections": [', 'JSON'],
    ['tables.json', 'with a folder for tables', undefined, ''],
    ['tables.journal', 'with a broken journal', 'broken\n', 'JSON'],
  ])('a data folder: %s %s', async (name, _, content, reason) => {
    await mkdir(path.join(folder, 'kept', ...(content === undefined ? [name] : [])), { recursive: true });
    if (content !== undefined) await writeFile(path.join(folder, 'kept', name), content);
    const { code, stdout, stderr } = await start({ flags: ['--port', '0', '--data', 'kept'] }).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^graph-sharing-mock: What is in the data folder kept cannot be read \\(.*${reason}.*\\)\\. .*\\n$`),
    );
  });

  test('a data folder that another has, but not one whose owner was killed', async () => {
    const flags = ['--port', '0', '--data', 'kept'];
    const first = start({ flags });
    await first.ready;
    const { code, stdout, stderr } = await start({ flags }).ended;
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `graph-sharing-mock: The data folder kept is in use by process ${first.child.pid}. Stop it, or take another folder.\n`,
    });
    first.child.kill('SIGKILL');
    await first.ended;
    expect(await start({ flags }).ready).toMatch(/^Ready on /);
  });

  test('a port that is taken, and no Azurite is left', async () => {
    const { port, release } = await takenPort();
    const { code, stdout, stderr } = await start({ flags: ['--port', port] }).ended;
    release();
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `graph-sharing-mock: Cannot listen on 127.0.0.1, port ${port}: the port is taken\n`,
    });
  });
});

describe('the ready line', () => {
  test.each([
    ['as it starts by default', [...memory], '127.0.0.1'],
    ['with scopes enforced', [...memory, '--auth', 'scopes'], '127.0.0.1'],
    ['without tokens', [...memory, '--auth', 'none'], '127.0.0.1'],
    ['listening everywhere', [...memory, '--host', '0.0.0.0'], '127.0.0.1'],
    ['on localhost', [...memory, '--host', 'localhost'], 'localhost'],
    ['with Azurite', ['--port', '0'], '127.0.0.1'],
  ])('%s has a curl command that works when pasted', async (_, flags, host) => {
    const { child, ready, ended } = start({ flags });
    const line = await ready;
    expect(line).toMatch(new RegExp(`^Ready on http://${host}:\\d+ - try: curl .*$`));
    const { stdout } = await run('bash', ['-c', line.slice(line.indexOf('curl'))]);
    expect(JSON.parse(stdout)).toMatchObject({ link: { type: 'view', scope: 'organization' } });
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, stdout: `${line}\n`, stderr: '' });
  });
});

describe('https', () => {
  const secure = [...memory, '--certs', 'my certs'];

  test.each([
    ['', ['--https'], 0],
    [' with scopes enforced', ['--https', '--auth', 'scopes'], 0],
    [' and a proxy', ['--proxy', '0'], 1],
    [' on another name', ['--https', '--host', 'localhost', '--hostname', 'a.test', '--hostname', 'b.test'], 0],
  ])(
    'has a ready line with a curl command that works when pasted, and tells clients whom to trust%s',
    async (_, flags, more) => {
      const { child, ready, ended } = start({ flags: [...secure, ...flags] });
      const line = await ready;
      expect(line).toMatch(
        /^Ready on https:\/\/(127\.0\.0\.1|localhost):\d+ - try: curl -s --cacert '\/.*\/my certs\/ca\.pem' -X POST /,
      );
      const { stdout } = await run('bash', ['-c', line.slice(line.indexOf('curl'))]);
      expect(JSON.parse(stdout)).toMatchObject({ link: { type: 'view', scope: 'organization' } });
      child.kill('SIGTERM');
      const { code, stdout: told, stderr } = await ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [, ...rest] = told.trimEnd().split('\n');
      expect(rest).toEqual([
        expect.stringMatching(/^Node {4}NODE_EXTRA_CA_CERTS='\/.*\/ca\.pem'$/),
        expect.stringMatching(/^curl {4}--cacert '/),
        expect.stringMatching(/^\.NET {4}\S/),
        expect.stringMatching(/^Python {2}REQUESTS_CA_BUNDLE='/),
        ...Array.from({ length: more }, () =>
          expect.stringMatching(/^Proxy {3}HTTPS_PROXY=http:\/\/127\.0\.0\.1:\d+$/),
        ),
      ]);
    },
  );

  test('is reached through the proxy by curl, which is told of it by its environment alone', async () => {
    const { child, ready, ended } = start({ flags: [...secure, '--proxy', '0'] });
    let told = '';
    child.stdout?.on('data', (chunk: Uint8Array) => (told += String(chunk)));
    await ready;
    const [, proxy = ''] = /HTTPS_PROXY=(\S+)/.exec(told) ?? [];
    const [, file = ''] = /NODE_EXTRA_CA_CERTS='(.*)'/.exec(told) ?? [];
    const call = [
      '-s',
      '--cacert',
      file,
      '-H',
      'Authorization: Bearer any',
      'https://graph.microsoft.com/v1.0/me/drive',
    ];
    const { stdout } = await run('curl', call, { env: { PATH: process.env['PATH'], HTTPS_PROXY: proxy } });
    expect(JSON.parse(stdout)['@odata.context']).toMatch(/^https:\/\/graph\.microsoft\.com\//);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('is off for a proxy that cannot listen: the start says why in one line', async () => {
    const { port, release } = await takenPort();
    const { code, stdout, stderr } = await start({ flags: [...secure, '--proxy', port] }).ended;
    release();
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `graph-sharing-mock: Cannot listen on 127.0.0.1, port ${port}: the port is taken\n`,
    });
  });

  test('and certificates that are broken, too', async () => {
    await writeFile(path.join(folder, 'authority.pem'), 'broken');
    const { code, stderr } = await start({ flags: [...memory, '--https', '--certs', '.'] }).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^graph-sharing-mock: The certificate in \/.*\/authority\.pem is broken\. Delete .*\n$/);
  });

  test('of the environment may be off', async () => {
    const { ready } = start({ flags: memory, environment: { GRAPH_MOCK_HTTPS: 'off' } });
    expect(await ready).toMatch(/^Ready on http:/);
  });
});

describe('settings', () => {
  test('of a flag win over the environment, and empty variables count as none', async () => {
    const { port, release } = await takenPort();
    const environment = { PORT: port, HOST: '', GRAPH_MOCK_AUTH: 'scopes', GRAPH_MOCK_STORAGE: '' };
    const { ready } = start({ flags: [...memory, '--auth', 'none'], environment });
    const url = urlIn(await ready);
    release();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(url).not.toContain(port);
    expect((await fetch(`${url}/v1.0/me/drive`)).status).toBe(200);
  });

  test('of the environment win over the defaults', async () => {
    const environment = {
      PORT: '0',
      HOST: 'localhost',
      GRAPH_MOCK_STORAGE: 'memory',
      GRAPH_MOCK_AUTH: 'none',
      GRAPH_MOCK_PUBLIC_URL: 'https://mock.example.com/',
    };
    const { ready } = start({ environment });
    const response = await fetch(`${urlIn(await ready)}/v1.0/me/drive`);
    expect(await response.text()).toContain('"@odata.context":"https://mock.example.com/v1.0/$metadata');
  });

  test('are all in --help, each with its variable and its default', async () => {
    const { stdout } = await start({ flags: ['--help'] }).ended;
    const help = stdout.replaceAll(/\s+/g, ' ');
    const rows = [
      ['--port', 'default: "7071", env: PORT'],
      ['--host', 'default: "127.0.0.1", env: HOST'],
      ['--storage', 'default: "azurite", env: GRAPH_MOCK_STORAGE'],
      ['--data', 'default: ".azurite", env: GRAPH_MOCK_DATA'],
      ['--public-url', 'env: GRAPH_MOCK_PUBLIC_URL'],
      ['--auth', 'default: "bearer", env: GRAPH_MOCK_AUTH'],
      ['--entra-tenant', 'env: GRAPH_MOCK_ENTRA_TENANT'],
      ['--entra-audience', 'env: GRAPH_MOCK_ENTRA_AUDIENCE'],
      ['--entra-authority', 'default: "https://login.microsoftonline.com", env: GRAPH_MOCK_ENTRA_AUTHORITY'],
      ['--unknown-items', 'default: "reject", env: GRAPH_MOCK_UNKNOWN_ITEMS'],
      ['--log', 'default: "error", env: GRAPH_MOCK_LOG'],
      ['--historic-contract', 'default: "on", env: GRAPH_MOCK_HISTORIC_CONTRACT'],
      ['--apps', 'env: GRAPH_MOCK_APPS'],
      ['--quota-links', 'env: GRAPH_MOCK_QUOTA_LINKS'],
      ['--quota-items', 'env: GRAPH_MOCK_QUOTA_ITEMS'],
      ['--quota-bytes', 'env: GRAPH_MOCK_QUOTA_BYTES'],
      ['--retention-days', 'default: "7", env: GRAPH_MOCK_RETENTION_DAYS'],
      ['--https', 'default: "off", preset: "on", env: GRAPH_MOCK_HTTPS'],
      ['--certs', 'default: "[^"]*graph-sharing-mock", env: GRAPH_MOCK_CERTS'],
      ['--hostname', 'env: GRAPH_MOCK_HOSTNAMES'],
      ['--proxy', 'preset: "7072", env: GRAPH_MOCK_PROXY'],
      ['--seed', 'env: GRAPH_MOCK_SEED'],
      ['--control-key', 'env: GRAPH_MOCK_CONTROL_KEY'],
    ];
    for (const [flag, rest] of rows) expect(help).toMatch(new RegExp(`${flag} [<[].*?\\(${rest}\\)`));
    expect(rows).toHaveLength(help.match(/ --\w[\w-]* [<[]/g)?.length ?? 0);
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect((await start({ flags: ['--version'] }).ended).stdout).toBe(`${version}\n`);
  });
});

describe('a signal', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops the host and Azurite, whose data are there again',
    async (signal) => {
      const flags = ['--port', '0', '--data', 'kept'];
      const answers = [];
      for (let at = 0; at < 2; at += 1) {
        const { child, ready, ended } = start({ flags });
        const line = await ready;
        const { stdout } = await run('bash', ['-c', line.slice(line.indexOf('curl'))]);
        answers.push(JSON.parse(stdout).id);
        child.kill(signal);
        expect(await ended).toEqual({ code: 0, stdout: `${line}\n`, stderr: '' });
        expect(await isRefused(urlIn(line))).toBe(true);
      }
      expect(answers[0]).toBe(answers[1]);
    },
  );

  test('waits for a call under way; a second one does not', async () => {
    const { child, ready, ended } = start({ flags: memory });
    const { port, hostname } = new URL(urlIn(await ready));
    const socket = connect(Number(port), hostname);
    socket.write('POST /v1.0/me/drive/root/createLink HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer any\r\n');
    socket.write('Expect: 100-continue\r\nContent-Length: 100\r\n\r\n');
    await once(socket, 'data'); // it wants the body, and never gets it
    // npm passes on what the terminal has already sent, so those that come together are one.
    const again = setInterval(() => child.kill('SIGINT'), 10);
    void ended.then(() => clearInterval(again));
    expect(await ended).toMatchObject({ code: 130, stderr: '' });
  });
});

test('a reader that goes before the ready line does no harm', async () => {
  const { port, release } = await takenPort();
  release();
  const child = spawn(process.execPath, [cli, '--storage', 'memory', '--port', port], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  child.stdout.destroy();
  const url = `http://127.0.0.1:${port}`;
  while (await isRefused(url));
  expect(await isRefused(url)).toBe(false);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});

/** A `func` that runs a script; the path it is found on. */
async function installFunc(script: string): Promise<string> {
  const file = path.join(folder, 'func');
  await writeFile(file, `#!/bin/bash\n${script}\n`);
  await chmod(file, 0o755);
  return `${folder}:${process.env['PATH']}`;
}

describe('on a terminal', () => {
  /** A command line with a terminal of its own, which util-linux makes; stopped once this has been seen. */
  async function watched(flags: readonly string[], seen?: string, environment: Readonly<Record<string, string>> = {}) {
    const command = [process.execPath, cli, ...flags].map((word) => `'${word}'`).join(' ');
    const env = { PATH: process.env['PATH'], TERM: 'xterm', ...environment };
    const child = spawn('script', ['--quiet', '--return', '--command', `exec ${command}`, '/dev/null'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.push(child);
    let [shown, isStopped] = ['', false];
    child.stdout.on('data', (chunk: Uint8Array) => {
      shown += String(chunk);
      if (isStopped || seen === undefined || !shown.includes(seen)) return;
      isStopped = true;
      child.stdin.write('\u0003'); // Ctrl-C
    });
    const [code]: unknown[] = await once(child, 'close');
    return { code, shown };
  }
  const escape = '\u001B[';

  test('says what it is doing until it is ready, with colours', async () => {
    const { code, shown } = await watched(['--port', '0', '--data', path.join(folder, 'terminal')], 'createLink');
    expect(code).toBe(0);
    expect(shown).toContain('Starting Azurite …');
    expect(shown).toMatch(new RegExp(`\\r\\${escape.replace('[', '\\[')}K[^\\n]*Ready`));
    expect(shown).toContain(`${escape}1m`);
  });

  test.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a dumb terminal', { TERM: 'dumb' }],
  ])('has no colours with %s', async (_, environment) => {
    const { code, shown } = await watched(memory, 'createLink', environment);
    expect(code).toBe(0);
    expect(shown).toContain('Ready on http://127.0.0.1:');
    expect(shown.replaceAll(`${escape}K`, '')).not.toContain(escape);
  });

  test('says what is wrong in red', async () => {
    const { code, shown } = await watched(['--port', 'abc']);
    expect(code).toBe(1);
    expect(shown).toContain('PORT (--port) must be a number');
    expect(shown).toContain(`${escape}31m`);
  });
});

describe('functions', () => {
  test('without Core Tools says how to get them, and starts nothing', async () => {
    const PATH = folder; // where there is nothing
    expect(await start({ flags: ['functions'], environment: { PATH } }).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^graph-sharing-mock: .*npm install --global azure-functions-core-tools@4\n$/),
    });
  });

  test('leaves https to Core Tools', async () => {
    expect(await start({ flags: ['--https', 'on', 'functions'] }).ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'graph-sharing-mock: GRAPH_MOCK_HTTPS (--https) is not for `functions`: Core Tools have --useHttps of their own\n',
    });
  });

  test('runs func start with the settings and an Azurite of its own, and passes signals on', async () => {
    const PATH = await installFunc(
      'trap "exit 7" INT; echo "$@ $GRAPH_MOCK_AUTH $GRAPH_MOCK_STORAGE"; coproc cat; wait',
    );
    const { child, ready, ended } = start({
      flags: ['functions', '--port', '7', '--auth', 'none'],
      environment: { PATH },
    });
    const line = await ready;
    const [, endpoint = ''] =
      /^start --port 7 none DefaultEndpointsProtocol=http;.*TableEndpoint=(.*);$/.exec(line) ?? [];
    expect(await isRefused(endpoint)).toBe(false);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 7, stderr: '' });
    expect(await isRefused(endpoint)).toBe(true);
  });

  test('runs the app of its folder, or else the one that it came with', async () => {
    const PATH = await installFunc('echo "$PWD $FUNCTIONS_WORKER_RUNTIME"');
    const environment = { PATH, GRAPH_MOCK_STORAGE: 'UseDevelopmentStorage=true' };
    const ran = async () => (await start({ flags: ['functions'], environment }).ended).stdout;
    expect(await ran()).toBe(`${path.resolve('dist/package')} node\n`);
    await writeFile(path.join(folder, 'host.json'), '{}');
    expect(await ran()).toBe(`${await realpath(folder)} \n`);
  });

  test('ends as func ends, and leaves the store to the settings', async () => {
    const PATH = await installFunc('echo "$GRAPH_MOCK_STORAGE"; exit 3');
    const call = { flags: ['functions'], environment: { PATH, GRAPH_MOCK_STORAGE: 'UseDevelopmentStorage=true' } };
    expect(await start(call).ended).toEqual({ code: 3, stdout: 'UseDevelopmentStorage=true\n', stderr: '' });
  });
});

const page = z.object({ value: z.array(z.object({ name: z.string() })) });

describe('a seed', () => {
  const seed =
    'users: [{ userPrincipalName: ada.fenn@contoso.com }]\ndrives:\n- user: ada.fenn@contoso.com\n  items: [path: Ours]\n';
  const namesOn = async (line: string): Promise<string[]> => {
    const headers = { authorization: 'Bearer any' };
    const response = await fetch(`${urlIn(line)}/v1.0/me/drive/root/children`, { headers });
    const { value } = page.parse(await response.json());
    return value.map(({ name }) => name);
  };

  test('is what is there at the start, and what has come of it is there when it starts again', async () => {
    const file = path.join(folder, 'seed.yaml');
    await writeFile(file, seed);
    const flags = ['--port', '0', '--seed', file];
    const first = start({ flags });
    const line = await first.ready;
    expect(await namesOn(line)).toEqual(['Ours']);
    await fetch(`${urlIn(line)}/v1.0/me/drive/root:/New.txt:/content`, {
      method: 'PUT',
      headers: { authorization: 'Bearer any' },
      body: 'new',
    });
    first.child.kill('SIGTERM');
    await first.ended;
    const second = start({ flags });
    expect(await namesOn(await second.ready)).toEqual(['New.txt', 'Ours']);
    second.child.kill('SIGTERM');
    await second.ended;
    await writeFile(file, seed.replace('Ours', 'Theirs'));
    expect(await namesOn(await start({ flags }).ready)).toEqual(['Theirs']);
  });

  test.each([
    ['that is bad', 'users:\n- name: x\n', 'is no seed: line 2: users[0].userPrincipalName: '],
    ['that is missing', undefined, 'missing.yaml cannot be used (ENOENT)'],
  ])('%s stops the start with one line', async (_, content, problem) => {
    const file = content === undefined ? 'missing.yaml' : 'seed.yaml';
    if (content !== undefined) await writeFile(path.join(folder, file), content);
    const { code, stdout, stderr } = await start({ flags: [...memory, '--seed', file] }).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`graph-sharing-mock: GRAPH_MOCK_SEED (--seed) ${problem}`);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});
