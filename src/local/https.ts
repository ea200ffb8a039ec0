import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';

import type { Identification } from './certificate.ts';

/** What a server needs to speak TLS, in PEM, and the file of the authority that a client has to trust. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
  readonly caFile: string;
}

interface Options {
  /** Where certificates are kept; `certsFolder()` by default. */
  readonly folder?: string | undefined;
  /** Names and addresses of this server, besides those that every certificate has. */
  readonly hostnames?: readonly string[];
  readonly now?: Date;
}

/** What every certificate is good for: this machine, and the hosts that `--proxy` answers for. */
const always = ['localhost', '127.0.0.1', '::1', 'graph.microsoft.com', 'login.microsoftonline.com'];

/** A certificate that has less than this left is made anew, in milliseconds: 30 days. */
const margin = 30 * 24 * 3600 * 1000;

/** The user's own folder for such things. */
export function certsFolder(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const { APPDATA, XDG_CONFIG_HOME } = environment;
  const config = platform === 'win32' ? APPDATA : XDG_CONFIG_HOME;
  // A relative path there is to be ignored (XDG Base Directory Specification).
  const base = config && path.isAbsolute(config) ? config : path.join(homedir(), '.config');
  return path.join(base, 'graph-sharing-mock');
}

/**
 * The certificate of this machine's mock, made when there is none, when it is about to expire, or when it lacks a name.
 * The authority behind it stays the same for years, so that it has to be trusted but once.
 *
 * In the folder: `authority.pem` and `server.pem`, each a certificate with its key, and `ca.pem`, the authority's
 * certificate, for clients. Files appear whole or not at all, so that several processes may come here at once.
 *
 * @throws Error with one line that says which file or folder cannot be used
 */
export async function ensureTls({
  folder = certsFolder(),
  hostnames = [],
  now = new Date(),
}: Options = {}): Promise<Tls> {
  const file = (name: string): string => path.resolve(folder, name);
  await usable(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  const authority = await ensureAuthority(file('authority.pem'), now);
  const caFile = file('ca.pem');
  const ca = authority.certificate.toString();
  if ((await usable(caFile, () => textOf(caFile))) !== ca) await usable(caFile, () => replace(caFile, ca, 0o644));
  const server = await ensureServer(file('server.pem'), authority, [...always, ...hostnames], now);
  return { key: keyText(server), cert: server.certificate.toString(), caFile };
}

async function ensureAuthority(file: string, now: Date): Promise<Identification> {
  const found = await load(file);
  if (found && isFresh(found, now)) return found;
  const { newAuthority } = await making();
  const made = newAuthority(now);
  // Of several that find none, one puts its own there, and all take that one.
  if (found) await usable(file, () => replace(file, pem(made), 0o600));
  else await usable(file, () => putFirst(file, pem(made)));
  return (await load(file)) ?? made;
}

async function ensureServer(
  file: string,
  authority: Identification,
  names: readonly string[],
  now: Date,
): Promise<Identification> {
  const found = await load(file);
  const isOurs = found?.certificate.verify(authority.certificate.publicKey) ?? false;
  const missing = found ? names.filter((name) => !covers(found.certificate, name)) : names;
  if (found && isOurs && missing.length === 0 && isFresh(found, now)) return found;
  // Names that it had stay: another mock on this machine may want them.
  const all = [...new Set([...(found ? namesOf(found.certificate) : []), ...missing])];
  const { newServer } = await making();
  const made = newServer(authority, all, now);
  await usable(file, () => replace(file, pem(made), 0o600));
  return made;
}

/** Loaded when there is something to make, which is once a year. */
const making = () => import('./certificate.ts');

const isFresh = ({ certificate }: Identification, now: Date): boolean =>
  Date.parse(certificate.validTo) - now.getTime() > margin;

const covers = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' })) !== undefined;

/** `DNS:localhost, IP Address:127.0.0.1` */
const namesOf = ({ subjectAltName = '' }: X509Certificate): string[] =>
  subjectAltName.split(', ').map((entry) => entry.slice(entry.indexOf(':') + 1));

const keyText = ({ privateKey }: Identification): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const pem = (made: Identification): string => made.certificate.toString() + keyText(made);

/** What is in a file; undefined without one. */
async function load(file: string): Promise<Identification | undefined> {
  const text = await usable(file, () => textOf(file));
  if (text === undefined) return undefined;
  await usable(file, () => protect(file));
  try {
    const found = { certificate: new X509Certificate(text), privateKey: createPrivateKey(text) };
    if (found.certificate.checkPrivateKey(found.privateKey)) return found;
  } catch {
    // What it was that could not be read is of no use to anybody.
  }
  throw new Error(`The certificate in ${file} is broken. Delete the file, and a new one is made.`);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (failure) {
    if (codeOf(failure) === 'ENOENT') return undefined;
    throw failure;
  }
}

/** A key that others could read, perhaps since the file was copied, is closed to them. Windows has no such modes. */
async function protect(file: string): Promise<void> {
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600);
}

/** Puts a whole file in the place of whatever is there. */
const replace = (file: string, text: string, mode: number): Promise<void> =>
  viaDraft(file, text, mode, (draft) => rename(draft, file));

/** Puts a whole file where there is none; one that was put there in this moment stays. */
const putFirst = (file: string, text: string): Promise<void> =>
  viaDraft(file, text, 0o600, async (draft) => {
    try {
      await link(draft, file);
    } catch (failure) {
      if (codeOf(failure) !== 'EEXIST') throw failure;
    }
  });

async function viaDraft(
  file: string,
  text: string,
  mode: number,
  put: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode, flag: 'wx' });
    await put(draft);
  } finally {
    await rm(draft, { force: true });
  }
}

const codeOf = (failure: unknown): string =>
  typeof failure === 'object' && failure !== null && 'code' in failure ? String(failure.code) : 'unknown';

async function usable<Result>(what: string, use: () => Promise<Result>): Promise<Result> {
  try {
    return await use();
  } catch (cause) {
    throw new Error(`${what}, which is for certificates, cannot be used (${codeOf(cause)}).`, {
      cause,
    });
  }
}
