#!/usr/bin/env node
import { Command, Option } from 'commander';
import { z } from 'zod';

import { dispatch } from '../../functions/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { openContext } from '../context.ts';
import { settleJournals } from '../control/journal.ts';
import { sowFile } from '../control/seedFile.ts';
import { readSettings, SettingsError, settingsSchema } from '../settings.ts';
import { startAzurite } from './azurite.ts';
import { findCoreTools, startCoreTools } from './coreTools.ts';
import { startHost } from './host.ts';
import { tokenOf } from './token.ts';

/** The settings, and those that only this machine knows. */
const schema = settingsSchema.extend({
  PORT: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a number from 0 to 65535')
    .transform(Number)
    .default(7071),
  HOST: z.string().default('127.0.0.1'),
  /** Where embedded Azurite keeps its data. */
  GRAPH_MOCK_DATA: z.string().default('.azurite'),
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
    ['--auth <mode>', 'GRAPH_MOCK_AUTH', 'bearer (any token), scopes (a JWT whose scopes count), or none'],
    ['--unknown-items <what>', 'GRAPH_MOCK_UNKNOWN_ITEMS', 'reject, or create a file on first use'],
    ['--historic-contract <on|off>', 'GRAPH_MOCK_HISTORIC_CONTRACT', 'whether the routes of 2015 answer as then'],
    ['--seed <file>', 'GRAPH_MOCK_SEED', 'JSON or YAML with what is there at the start; the sample without one'],
  ] as const
).map(([flag, setting, description]) => ({
  setting,
  option: new Option(flag, description).env(setting).default(textOf(schema.parse({})[setting])),
}));

/** A default as one would write it. */
function textOf(value: string | number | boolean | undefined): string | undefined {
  return typeof value === 'boolean' ? { true: 'on', false: 'off' }[`${value}`] : value?.toString();
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

/** What has been started, to be stopped in the opposite order. */
const started: { readonly close: () => Promise<void> }[] = [];

/** Starts everything, and says so in one line. */
async function serve(given: Given): Promise<void> {
  const storage = await storageOf(given);
  const context = await openContext({ ...given, GRAPH_MOCK_STORAGE: storage });
  started.push(context.store, { close: () => settleJournals(context) });
  const host = await startHost({ dispatch, context, host: given.HOST, port: given.PORT });
  started.push(host);
  await sowFile(context, given.GRAPH_MOCK_PUBLIC_URL ?? host.url);
  // Good for a decade: whoever pastes the line tomorrow shall not wonder.
  const exp = Math.floor(Date.now() / 1000) + 315_360_000;
  const token = given.GRAPH_MOCK_AUTH === 'scopes' ? tokenOf({ exp }, new Date()) : 'any';
  process.stdout.write(
    `Ready on ${host.url} - try: curl -s -X POST ${host.url}/v1.0/me/drive/root/createLink -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '{"type":"view","scope":"organization"}'\n`,
  );
}

/** Hands over to Core Tools, and ends when they do. */
async function serveWithCoreTools(given: Given, written: Written): Promise<void> {
  const file = findCoreTools();
  const storage = await storageOf(given);
  const tools = startCoreTools(file, given.PORT, { ...written, GRAPH_MOCK_STORAGE: storage });
  onSignal = tools.pass;
  await stop(await tools.ended);
}

/** Where to store things: embedded Azurite is started if that is what the settings ask for. */
async function storageOf({ GRAPH_MOCK_STORAGE, GRAPH_MOCK_DATA }: Given): Promise<string> {
  if (GRAPH_MOCK_STORAGE !== 'azurite') return GRAPH_MOCK_STORAGE;
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
  process.stderr.write(`graph-sharing-mock: ${message}\n`);
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
