import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect as connectTcp, isIP } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { promisify } from 'node:util';

import { type GraphMock, startGraphMock } from '../../src/index.ts';
import { certsFolder, ensureTls } from '../../src/local/https.ts';
import { quoted, trustLines } from '../../src/local/trust.ts';
import { temporaryFolder } from '../kit/temporary.ts';

const temporary = temporaryFolder();
const run = promisify(execFile);
const day = 24 * 3600 * 1000;
const later = (days: number): Date => new Date(Date.now() + days * day);
const modeOf = async (...parts: string[]): Promise<number> => (await stat(path.join(...parts))).mode & 0o777;
const names = ['localhost', '127.0.0.1', '::1', 'graph.microsoft.com', 'login.microsoftonline.com'];

const isGoodFor = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' })) !== undefined;

describe('certificates', () => {
  test('are made once, and kept where nobody else can read them', async () => {
    const folder = path.join(temporary(), 'new', 'certs');
    const made = await ensureTls({ folder });
    expect(await ensureTls({ folder })).toEqual(made);
    expect((await readdir(folder)).toSorted()).toEqual(['authority.pem', 'ca.pem', 'server.pem']);
    expect(made.caFile).toBe(path.join(folder, 'ca.pem'));
    expect(await modeOf(folder)).toBe(0o700);
    expect(await modeOf(folder, 'authority.pem')).toBe(0o600);
    expect(await modeOf(folder, 'server.pem')).toBe(0o600);
    expect(await readFile(made.caFile, 'utf8')).not.toContain('PRIVATE');
  });

  test('are what OpenSSL takes, by the letter of RFC 5280', async () => {
    const { caFile } = await ensureTls({ folder: temporary() });
    const server = path.join(temporary(), 'server.pem');
    const { stdout } = await run('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      '-CAfile',
      caFile,
      server,
    ]);
    expect(stdout).toBe(`${server}: OK\n`);
  });

  test('are good for this machine, for Microsoft’s two hosts and for each hostname, and for nothing else', async () => {
    const hostnames = ['mock.example.com', '10.1.2.3', 'fe80::1'];
    const { cert } = await ensureTls({ folder: temporary(), hostnames });
    const certificate = new X509Certificate(cert);
    for (const name of [...names, ...hostnames]) expect([name, isGoodFor(certificate, name)]).toEqual([name, true]);
    for (const name of ['example.com', 'a.mock.example.com', '10.1.2.4', 'outlook.office.com'])
      expect([name, isGoodFor(certificate, name)]).toEqual([name, false]);
  });

  test('are renewed for another hostname, and keep those they had, under the same authority', async () => {
    const folder = temporary();
    const first = await ensureTls({ folder, hostnames: ['one.test'] });
    const ca = await readFile(first.caFile, 'utf8');
    const second = await ensureTls({ folder, hostnames: ['two.test'] });
    expect(second.cert).not.toBe(first.cert);
    expect(await ensureTls({ folder, hostnames: ['one.test', 'two.test'] })).toEqual(second);
    expect(await readFile(first.caFile, 'utf8')).toBe(ca);
  });

  test.each([
    ['a year on, while it is still good', 300, { server: false, ca: false }],
    ['shortly before it expires', 370, { server: true, ca: false }],
    ['long after', 800, { server: true, ca: false }],
    ['shortly before the authority expires', 3630, { server: true, ca: true }],
  ])('%s', async (_, days, renewed) => {
    const folder = temporary();
    const before = await ensureTls({ folder });
    const ca = await readFile(before.caFile, 'utf8');
    const now = later(days);
    const after = await ensureTls({ folder, now });
    expect({ server: after.cert !== before.cert, ca: (await readFile(after.caFile, 'utf8')) !== ca }).toEqual(renewed);
    const certificate = new X509Certificate(after.cert);
    const authority = new X509Certificate(await readFile(after.caFile, 'utf8'));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(now.getTime() + 29 * day);
    expect(certificate.checkIssued(authority)).toBe(true);
  });

  test('are the same authority’s for all who start at once', async () => {
    const folder = path.join(temporary(), 'certs');
    const all = await Promise.all(Array.from({ length: 20 }, () => ensureTls({ folder })));
    const authority = new X509Certificate(await readFile(path.join(folder, 'ca.pem'), 'utf8'));
    for (const { cert } of all) expect(new X509Certificate(cert).verify(authority.publicKey)).toBe(true);
    expect((await readdir(folder)).toSorted()).toEqual(['authority.pem', 'ca.pem', 'server.pem']);
  });

  test('of an authority that was deleted are made anew', async () => {
    const folder = temporary();
    const before = await ensureTls({ folder });
    await writeFile(path.join(folder, 'ca.pem'), 'lost');
    expect(await ensureTls({ folder })).toEqual(before);
    expect(await readFile(before.caFile, 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  test('whose key others could read are closed to them', async () => {
    const folder = temporary();
    await ensureTls({ folder });
    await chmod(path.join(folder, 'server.pem'), 0o644);
    await ensureTls({ folder });
    expect(await modeOf(folder, 'server.pem')).toBe(0o600);
  });

  test.each([
    ['an empty file', 'authority.pem', ''],
    ['no PEM', 'server.pem', 'hello'],
    ['a certificate without a key', 'server.pem', 'ca.pem'],
  ])('that are broken are told in one line: %s', async (_, file, content) => {
    const folder = temporary();
    await ensureTls({ folder });
    const broken = path.join(folder, file);
    await (content === 'ca.pem' ? copyFile(path.join(folder, content), broken) : writeFile(broken, content));
    await expect(ensureTls({ folder })).rejects.toMatchObject({
      message: `The certificate in ${broken} is broken. Delete the file, and a new one is made.`,
    });
  });

  test('that belong to another key are broken too', async () => {
    const [folder, other] = [path.join(temporary(), 'a'), path.join(temporary(), 'b')];
    const [mine, theirs] = [await ensureTls({ folder }), await ensureTls({ folder: other })];
    await writeFile(path.join(folder, 'server.pem'), mine.cert + theirs.key);
    await expect(ensureTls({ folder })).rejects.toThrow(/^The certificate in .*server\.pem is broken\./);
  });

  test('in a folder that cannot be one are told in one line', async () => {
    const folder = path.join(temporary(), 'file', 'certs');
    await writeFile(path.join(temporary(), 'file'), '');
    await expect(ensureTls({ folder })).rejects.toMatchObject({
      message: `${folder}, which is for certificates, cannot be used (ENOTDIR).`,
    });
    await mkdir(path.join(temporary(), 'odd', 'server.pem'), { recursive: true });
    await expect(ensureTls({ folder: path.join(temporary(), 'odd') })).rejects.toThrow(/server\.pem.*\(EISDIR\)/);
  });

  const unix = path.join(homedir(), '.config', 'graph-sharing-mock');
  test.each([
    ['by default', {}, 'linux', unix],
    ['as XDG says', { XDG_CONFIG_HOME: '/etc/mine' }, 'linux', '/etc/mine/graph-sharing-mock'],
    ['but not at a relative path', { XDG_CONFIG_HOME: 'mine' }, 'linux', unix],
    ['on Windows', { APPDATA: '/c/AppData', XDG_CONFIG_HOME: '/x' }, 'win32', '/c/AppData/graph-sharing-mock'],
  ] as const)('are kept in the user’s own folder %s', (_, environment, platform, folder) => {
    expect(certsFolder(environment, platform)).toBe(folder);
  });
});

test.each([
  ['linux', 'SSL_CERT_FILE=/a/ca.pem'],
  ['win32', 'certutil -user -addstore Root "/a/ca.pem"'],
  ['darwin', 'security add-trusted-cert -k ~/Library/Keychains/login.keychain-db /a/ca.pem'],
] as const)('what to tell clients on %s', (platform, dotnet) => {
  expect(trustLines('/a/ca.pem', platform)).toEqual([
    'Node    NODE_EXTRA_CA_CERTS=/a/ca.pem',
    'curl    --cacert /a/ca.pem',
    `.NET    ${dotnet}`,
    'Python  REQUESTS_CA_BUNDLE=/a/ca.pem',
  ]);
});

test('a path is one word of a shell', async () => {
  for (const word of ['/a b/ca.pem', "/it's/$HOME", '/plain/ca.pem', ''])
    expect((await run('bash', ['-c', `printf %s ${quoted(word)}`])).stdout).toBe(word);
});

describe('a mock that speaks https', () => {
  const mocks: GraphMock[] = [];
  afterEach(() => Promise.all(mocks.splice(0).map((mock) => mock.close())));
  async function mockOf(): Promise<GraphMock & { agent: Agent }> {
    const mock = await startGraphMock({ https: { certs: temporary(), hostnames: ['mock.test'] } });
    mocks.push(mock);
    const agent = new Agent({ ca: await readFile(mock.caFile ?? ''), keepAlive: true });
    return { ...mock, agent };
  }

  /** Over TLS, with the authority trusted. */
  const get = (url: string, agent: Agent, headers: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      request(url, { agent, headers: { authorization: 'Bearer any', ...headers } }, (incoming) => {
        void text(incoming).then(resolve, reject);
      })
        .on('error', reject)
        .end();
    });

  test('has https in its own URL, and in those of its answers', async () => {
    const { url, agent } = await mockOf();
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(JSON.parse(await get(`${url}/v1.0/me/drive`, agent))).toMatchObject({
      '@odata.context': expect.stringMatching(`^${url}/v1\\.0/`),
    });
    expect(await get(`${url}/v1.0/me/drive`, agent, { host: 'graph.microsoft.com' })).toContain(
      '"@odata.context":"https://graph.microsoft.com/v1.0/$metadata',
    );
    agent.destroy();
  });

  test('is trusted by curl with the authority’s file, and not without', async () => {
    const { url, caFile = '' } = await mockOf();
    const call = ['-s', '--noproxy', '*', '-H', 'Authorization: Bearer any', `${url}/v1.0/me/drive`];
    expect(JSON.parse((await run('curl', ['--cacert', caFile, ...call])).stdout)).toMatchObject({
      driveType: 'business',
    });
    await expect(run('curl', call)).rejects.toMatchObject({ code: 60 });
  });

  test('closes while connections are idle, silent, or have not even begun with TLS', async () => {
    const { url, agent, close } = await mockOf();
    await get(`${url}/v1.0/me/drive`, agent);
    const address = { host: '127.0.0.1', port: Number(new URL(url).port) };
    const silent = connect({ ...address, ca: await readFile(path.join(temporary(), 'ca.pem')) });
    await once(silent, 'secureConnect');
    const raw = connectTcp(address);
    await once(raw, 'connect');
    const ended = Promise.all([once(silent, 'close'), once(raw, 'close')]);
    raw.resume();
    silent.resume();
    await close();
    await ended;
    await expect(get(`${url}/v1.0/me/drive`, agent)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });
});
