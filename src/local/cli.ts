#!/usr/bin/env node
import { Command, Option } from 'commander';
import * as z from 'zod';

import manifest from '../../package.json' with { type: 'json' };
import { readSettings, SettingsError } from '../settings.ts';
import { startAzuriteBeside } from './azuriteBeside.ts';
import { type Given, schema } from './cliSettings.ts';
import { findCoreTools, startCoreTools } from './coreTools.ts';
import { terminalOf } from './terminal.ts';

/** Settings as they were written, by the names of their environment variables. */
type Written = Readonly<Record<string, string>>;

const defaults = schema.parse({});

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
  option: new Option(flag, description).env(setting).default(textOf(defaults[setting])),
}));

/** What a flag means that is given without a value, and several times. */
for (const { setting, option } of options) {
  if (setting === 'GRAPH_MOCK_HTTPS') option.preset('on');
  if (setting === 'GRAPH_MOCK_PROXY') option.preset('7072');
  if (setting === 'GRAPH_MOCK_HOSTNAMES')
    option.argParser((name: string, others?: string) => (others === undefined ? name : `${others},${name}`));
}

/** What no flag stands for: OpenTelemetry's own variables. */
const flagged = new Set<string>(options.map(({ setting }) => setting));
const withoutFlag = Object.fromEntries(Object.entries(process.env).filter(([name]) => !flagged.has(name)));

/** A default as one would write it; a list of none is not written. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

const program = new Command('graph-sharing-mock')
  .description("An emulator of Microsoft Graph's file sharing.")
  .version(manifest.version)
  .showSuggestionAfterError(false)
  .action(() => run(start));
for (const { option } of options) program.addOption(option);
program
  .command('functions')
  .description('run the same build with `func start` of Azure Functions Core Tools')
  .action(() => run(serveWithCoreTools));

const terminal = terminalOf(process.stdout, process.stderr, process.env);

/** What has been started, to be stopped in the opposite order. */
const started: { readonly close: () => Promise<void> }[] = [];

/** The app is loaded while Azurite starts, and what it reaches Azurite with. */
async function start(given: Given): Promise<void> {
  const [storage, { serve }] = await Promise.all([
    storageOf(given),
    import('./serve.ts'),
    given.GRAPH_MOCK_STORAGE === 'azurite' && import('@azure/data-tables'),
  ]);
  await serve(given, storage, { terminal, started });
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
  const azurite = await startAzuriteBeside({ folder: GRAPH_MOCK_DATA });
  started.push(azurite);
  return azurite.connectionString;
}

/** Runs a command of the program; what keeps it from starting is said in one line. */
async function run(command: (given: Given, written: Written) => Promise<void>): Promise<void> {
  try {
    const values = options.map(({ setting, option }) => [setting, program.getOptionValue(option.attributeName())]);
    const written = z.record(z.string(), z.string()).parse(Object.fromEntries(values.filter(([, value]) => value)));
    await command(readSettings(schema, { ...withoutFlag, ...written }), written);
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
