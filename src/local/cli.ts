#!/usr/bin/env node
import { isIP } from 'node:net';

import { Command, Option } from 'commander';
import * as z from 'zod';

import { dispatch } from '../../functions/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { openContext } from '../context.ts';
import { settleJournals } from '../control/journal.ts';
import { sowFile } from '../control/seedFile.ts';
import { keysOf } from '../identity/keys.ts';
import type { Context } from '../operation.ts';
import { requestLog } from '../requestLog.ts';
import { onOff, readSettings, SettingsError, settingsSchema } from '../settings.ts';
import { startAzurite } from './azurite.ts';
import { findCoreTools, startCoreTools } from './coreTools.ts';
import { startHost } from './host.ts';
import { certsFolder, ensureTls, type Tls } from './https.ts';
import { startProxy } from './proxy.ts';
import { startSweeping } from './sweeping.ts';
import { terminalOf } from './terminal.ts';
import { quoted, trustLines } from './trust.ts';
import { tokenOf } from './token.ts';

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a number from 0 to 65535')
  .transform(Number);

/** The settings, and those that only this machine knows. */
const schema = settingsSchema.extend({
  PORT: port.default(7071),
  HOST: z.string().default('127.0.0.1'),
  /** Where embedded Azurite keeps its data. */
  GRAPH_MOCK_DATA: z.string().default('.azurite'),
  GRAPH_MOCK_HTTPS: onOff.default(false),
  GRAPH_MOCK_CERTS: z.string().default(certsFolder),
  /** What else the certificate shall be good for. */
  GRAPH_MOCK_HOSTNAMES: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .refine((names) => names.every(isHostname), 'must be host names or addresses, separated by commas')
    .default([]),
  /** Where to answer as a proxy, which implies https; not at all without. */
  GRAPH_MOCK_PROXY: port.optional(),
});
type Given = z.output<typeof schema>;

/** Settings as they were written, by the names of their environment variables. */
type Written = Readonly<Record<string, string>>;

/** Every setting as a flag, which wins over the environment. */
const options = (
  [
    ['--port <number>', 'PORT', 'port to listen on; 0 for any that is free'],
    ['--host <address>', 'HOST', 'address to listen on'],
    [
      '--storage <where>',
      'GRAPH_MOCK_STORAGE',
      'azurite (embedded), memory, a Storage connection string, or https://<account>.table.core.windows.net',
    ],
    ['--data <folder>', 'GRAPH_MOCK_DATA', 'where embedded Azurite keeps its data'],
    ['--public-url <origin>', 'GRAPH_MOCK_PUBLIC_URL', "origin of webUrl and other absolute URLs; else the request's"],
    ['--auth <mode>', 'GRAPH_MOCK_AUTH', 'bearer (any token), scopes (a JWT whose scopes count), entra, or none'],
    ['--entra-tenant <guid>', 'GRAPH_MOCK_ENTRA_TENANT', 'for entra: the tenant whose tokens are taken'],
    ['--entra-audience <list>', 'GRAPH_MOCK_ENTRA_AUDIENCE', 'for entra: what a token may be meant for'],
    ['--entra-authority <origin>', 'GRAPH_MOCK_ENTRA_AUTHORITY', 'for entra: who issues the tokens'],
    ['--unknown-items <what>', 'GRAPH_MOCK_UNKNOWN_ITEMS', 'reject, or create a file on first use'],
    [
      '--log <level>',
      'GRAPH_MOCK_LOG',
      'requests with a line in the log: off, error (answered with 5xx), or info (all)',
    ],
    ['--historic-contract <on|off>', 'GRAPH_MOCK_HISTORIC_CONTRACT', 'whether the routes of 2015 answer as then'],
    ['--apps <json>', 'GRAPH_MOCK_APPS', 'the apps that may sign in, [{"id":"…","secret":"…"}]; else any may'],
    [
      '--quota-links <number>',
      'GRAPH_MOCK_QUOTA_LINKS',
      'permissions that a tenant may have, 507 beyond; else any number',
    ],
    ['--quota-items <number>', 'GRAPH_MOCK_QUOTA_ITEMS', 'files and folders that a tenant may have; else any number'],
    ['--quota-bytes <number>', 'GRAPH_MOCK_QUOTA_BYTES', 'bytes that the files of a tenant may have; else any number'],
    ['--retention-days <number>', 'GRAPH_MOCK_RETENTION_DAYS', 'a tenant unused for so long is removed; 0: none is'],
    ['--https [on|off]', 'GRAPH_MOCK_HTTPS', 'speak https, with a certificate made for this machine'],
    ['--certs <folder>', 'GRAPH_MOCK_CERTS', 'where certificates are kept'],
    ['--hostname <name>', 'GRAPH_MOCK_HOSTNAMES', 'another name of this machine for the certificate; may be repeated'],
    [
      '--proxy [port]',
      'GRAPH_MOCK_PROXY',
      'also be a proxy that leads graph.microsoft.com and login.microsoftonline.com here; implies --https',
    ],
    ['--control-key <key>', 'GRAPH_MOCK_CONTROL_KEY', 'opens /_mock/* to whoever sends it as x-mock-key'],
    ['--seed <file>', 'GRAPH_MOCK_SEED', 'JSON or YAML with what is there at the start; the sample without one'],
  ] as const
).map(([flag, setting, description]) => ({
  setting,
  option: new Option(flag, description).env(setting).default(textOf(schema.parse({})[setting])),
}));

/** What a flag means that is given without a value, and several times. */
for (const { setting, option } of options) {
  if (setting === 'GRAPH_MOCK_HTTPS') option.preset('on');
  if (setting === 'GRAPH_MOCK_PROXY') option.preset('7072');
  if (setting === 'GRAPH_MOCK_HOSTNAMES')
    option.argParser((name: string, others?: string) => (others === undefined ? name : `${others},${name}`));
}

/** A default as one would write it; a list of none is not written. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isHostname(name: string): boolean {
  return (
    (isIP(name) > 0 && !name.includes('%')) ||
    /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(name)
  );
}

const program = new Command('graph-sharing-mock')
  .description("An emulator of Microsoft Graph's file sharing.")
  .version(manifest.version)
  .showSuggestionAfterError(false)
  .action(() => run(serve));
for (const { option } of options) program.addOption(option);
program
  .command('functions')
  .description('run the same build with `func start` of Azure Functions Core Tools')
  .action(() => run(serveWithCoreTools));

const terminal = terminalOf(process.stdout, process.stderr, process.env);

/** What has been started, to be stopped in the opposite order. */
const started: { readonly close: () => Promise<void> }[] = [];

/** Starts everything, and says so in one line. */
async function serve(given: Given): Promise<void> {
  const storage = await storageOf(given);
  terminal.progress('Opening the store');
  const context = await openContext({ ...given, GRAPH_MOCK_STORAGE: storage });
  started.push(context.store, context.tenants, { close: () => settleJournals(context) }, startSweeping(context));
  if (given.GRAPH_MOCK_HTTPS || given.GRAPH_MOCK_PROXY !== undefined) terminal.progress('Looking at certificates');
  const tls = await tlsOf(given);
  const log = requestLog(given.GRAPH_MOCK_LOG, (line) => void process.stdout.write(`${line}\n`));
  const host = await startHost({
    dispatch: (request, from) => dispatch(request, from, log),
    context,
    host: given.HOST,
    port: given.PORT,
    tls,
  });
  started.push(host);
  if (given.GRAPH_MOCK_SEED !== undefined) terminal.progress('Sowing the seed');
  await sowFile(context, given.GRAPH_MOCK_PUBLIC_URL ?? host.url);
  const proxy = tls && (await proxyTo(host.url, given));
  const token = await tokenFor(given.GRAPH_MOCK_AUTH, context);
  const trust = tls ? `--cacert ${quoted(tls.caFile)} ` : '';
  const lines = [
    `Ready on ${host.url} - try: curl -s ${trust}-X POST ${host.url}/v1.0/me/drive/root/createLink -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"type":"view","scope":"organization"}'`,
    ...(tls ? trustLines(tls.caFile) : []),
    ...(proxy ? [`Proxy   HTTPS_PROXY=${proxy.url}`] : []),
  ];
  terminal.write(`${lines.join('\n')}\n`);
}

/** A token that works in the line that is printed; where only Entra ID's are taken, the place of one. */
async function tokenFor(mode: Given['GRAPH_MOCK_AUTH'], context: Context): Promise<string> {
  if (mode === 'entra') return '<token of your tenant>';
  if (mode !== 'scopes') return 'any';
  // Good for a decade: whoever pastes the line tomorrow shall not wonder.
  const exp = Math.floor(Date.now() / 1000) + 315_360_000;
  return tokenOf({ exp }, new Date(), await keysOf(context));
}

/** Key and certificate where the settings ask for https. A proxy leads to nothing else. */
async function tlsOf({ GRAPH_MOCK_HTTPS, GRAPH_MOCK_PROXY, ...given }: Given): Promise<Tls | undefined> {
  if (!GRAPH_MOCK_HTTPS && GRAPH_MOCK_PROXY === undefined) return undefined;
  const own = ['0.0.0.0', '::'].includes(given.HOST) ? [] : [given.HOST];
  return ensureTls({ folder: given.GRAPH_MOCK_CERTS, hostnames: [...given.GRAPH_MOCK_HOSTNAMES, ...own] });
}

async function proxyTo(url: string, { HOST, GRAPH_MOCK_PROXY }: Given) {
  if (GRAPH_MOCK_PROXY === undefined) return undefined;
  const { hostname, port: hostPort } = new URL(url);
  const target = { host: hostname.replaceAll(/[[\]]/g, ''), port: Number(hostPort) };
  const proxy = await startProxy({ host: HOST, port: GRAPH_MOCK_PROXY, target });
  // Closed last, since calls under way may come through it.
  started.unshift(proxy);
  return proxy;
}

/** Hands over to Core Tools, and ends when they do. */
async function serveWithCoreTools(given: Given, written: Written): Promise<void> {
  if (given.GRAPH_MOCK_HTTPS || given.GRAPH_MOCK_PROXY !== undefined)
    throw new SettingsError('GRAPH_MOCK_HTTPS', 'is not for `functions`: Core Tools have --useHttps of their own');
  const file = findCoreTools();
  const storage = await storageOf(given);
  const tools = startCoreTools(file, given.PORT, { ...written, GRAPH_MOCK_STORAGE: storage });
  onSignal = tools.pass;
  await stop(await tools.ended);
}

/** Where to store things: embedded Azurite is started if that is what the settings ask for. */
async function storageOf({ GRAPH_MOCK_STORAGE, GRAPH_MOCK_DATA }: Given): Promise<string> {
  if (GRAPH_MOCK_STORAGE !== 'azurite') return GRAPH_MOCK_STORAGE;
  terminal.progress('Starting Azurite');
  const azurite = await startAzurite({ folder: GRAPH_MOCK_DATA });
  started.push(azurite);
  return azurite.connectionString;
}

/** Runs a command of the program; what keeps it from starting is said in one line. */
async function run(command: (given: Given, written: Written) => Promise<void>): Promise<void> {
  try {
    const values = options.map(({ setting, option }) => [setting, program.getOptionValue(option.attributeName())]);
    const written = z.record(z.string(), z.string()).parse(Object.fromEntries(values.filter(([, value]) => value)));
    await command(readSettings(schema, written), written);
  } catch (failure) {
    complain(failure);
    await stop(1);
  }
}

function complain(failure: unknown): void {
  const flag =
    failure instanceof SettingsError && options.find(({ setting }) => setting === failure.setting)?.option.long;
  const message = flag ? `${failure.setting} (${flag}) ${failure.problem}` : messageOf(failure);
  terminal.complain(`graph-sharing-mock: ${message}\n`);
}

const messageOf = (failure: unknown): string =>
  (failure instanceof Error ? failure.message : String(failure)).replaceAll(/\s*\n\s*/g, ' ');

async function stop(code: number): Promise<void> {
  try {
    for (const each of started.toReversed()) await each.close();
    process.exit(code);
  } catch (failure) {
    complain(failure);
    process.exit(1);
  }
}

/** What the first signal does. */
let onSignal: (signal: NodeJS.Signals) => void = () => void stop(0);

/** In milliseconds. npm passes on the Ctrl-C that the terminal has already sent: closer together than this, two are one. */
const sameSignal = 100;

let firstSignal = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (firstSignal === 0) {
      firstSignal = performance.now();
      onSignal(signal);
    } else if (performance.now() - firstSignal > sameSignal) process.exit(130);
  });
}

// A reader that has gone, as in `npm start | head -1`, is no reason to stop.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
void program.parseAsync();
