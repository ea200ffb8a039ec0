import * as z from 'zod';

import { registrations } from './identity/registration.ts';

export const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');

/** The origin of an http URL that is nothing but one, as URLs have it: in lower case, without the port that goes without saying. */
function originOf(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@\s]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

/** Where telemetry is sent: any http URL. */
const otlpEndpoint = z
  .string()
  .refine((text) => /^https?:\/\/[^/]/i.test(text) && URL.canParse(text), 'must be a URL such as http://localhost:4318')
  .optional();

const isHttpsOrigin = (text: string): boolean => originOf(text)?.startsWith('https:') ?? false;

/** How much a tenant may keep. */
const quota = z
  .string()
  .refine((text) => text === 'none' || /^\d{1,15}$/.test(text), 'must be a whole number, or none')
  .transform((text) => (text === 'none' ? undefined : Number(text)))
  .optional();

/**
 * Every setting, under the name of its environment variable. The command line takes the same ones as flags
 * (`src/local/cli.ts`); a deployed app has its application settings in the environment.
 */
export const settingsSchema = z.object({
  /** `memory`, `azurite` (embedded; the local host only), a Storage connection string, or the https URL of a table endpoint. */
  GRAPH_MOCK_STORAGE: z
    .string()
    .refine(
      (value) => ['memory', 'azurite'].includes(value) || isHttpsOrigin(value) || isConnectionString(value),
      'must be azurite, memory, a Storage connection string or https://<account>.table.core.windows.net',
    )
    .default('azurite'),
  /** The origin that webUrl and every other absolute URL of an answer begins with; else that of the request. */
  GRAPH_MOCK_PUBLIC_URL: z
    .string()
    .refine((value) => originOf(value) !== undefined, 'must be an origin such as https://mock.example.com')
    .transform((value) => originOf(value) ?? value)
    .optional(),
  /**
   * `bearer`: any token; `scopes`: a JWT whose scopes are enforced (F14); `entra`: the same, and it has to be one that
   * Entra ID has issued; `none`: no token needed.
   */
  GRAPH_MOCK_AUTH: z
    .enum(['bearer', 'scopes', 'entra', 'none'], 'must be bearer, scopes, entra or none')
    .default('bearer'),
  /** For `entra`: the tenant whose tokens are taken. */
  GRAPH_MOCK_ENTRA_TENANT: z.guid('must be the GUID of a tenant').toLowerCase().optional(),
  /** For `entra`: what a token may be meant for, separated by commas: client ids and application ID URIs. */
  GRAPH_MOCK_ENTRA_AUDIENCE: z
    .string()
    .transform((text) => text.split(',').flatMap((each) => each.trim() || []))
    .refine((audiences) => audiences.length > 0, 'must be client ids or application ID URIs, separated by commas')
    .optional(),
  /** For `entra`: who issues the tokens. Another one for a national cloud; on loopback it may go without TLS, for tests. */
  GRAPH_MOCK_ENTRA_AUTHORITY: z
    .string()
    .refine(
      (value) => isHttpsOrigin(value) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/.test(value),
      'must be an https origin such as https://login.microsoftonline.com',
    )
    .transform((value) => value.replace(/\/$/, ''))
    .default('https://login.microsoftonline.com'),
  /** `create`: an unknown item id becomes a file on first use; `reject`: it is 404 itemNotFound. */
  GRAPH_MOCK_UNKNOWN_ITEMS: z.enum(['reject', 'create'], 'must be reject or create').default('reject'),
  /** `on`: the three routes of 2015 answer as their page says (F2.7); `off`: like every other address. */
  GRAPH_MOCK_HISTORIC_CONTRACT: onOff.default(true),
  /** The apps that may sign in, as JSON; without any, every client id may. */
  GRAPH_MOCK_APPS: registrations.optional(),
  /** Opens `/_mock/*` to whoever sends it as `x-mock-key`. */
  GRAPH_MOCK_CONTROL_KEY: z.string().min(16, 'must have 16 characters or more').optional(),
  /** Which requests have a line in the log: none, those that failed by the mock's own fault or its store's, all. */
  GRAPH_MOCK_LOG: z.enum(['off', 'error', 'info'], 'must be off, error or info').default('error'),
  /** A file in JSON or YAML with what is there at the start (`control/seed.ts`). */
  GRAPH_MOCK_SEED: z.string().optional(),
  /** The most that a tenant keeps: permissions, files and folders, and bytes of files; 507 beyond. Any number without. */
  GRAPH_MOCK_QUOTA_LINKS: quota,
  GRAPH_MOCK_QUOTA_ITEMS: quota,
  GRAPH_MOCK_QUOTA_BYTES: quota,
  /** A tenant that nobody uses for so many days is removed; none is with 0. */
  GRAPH_MOCK_RETENTION_DAYS: z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text), 'must be a whole number of days, or 0 to keep everything')
    .transform(Number)
    .default(7),
  /**
   * Where counters are sent, by OTLP over HTTP; nowhere without. These have OpenTelemetry's names, and mean what they mean
   * there: the first is for all kinds of telemetry, and gets `/v1/metrics`. What else there is of them, its SDK reads.
   * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
   */
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: otlpEndpoint,
  /** What is sent along, `name=value`, separated by commas: a key, as a rule. */
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  /** Without `otlp` among them none are sent, whatever endpoint there is for other kinds of telemetry. */
  OTEL_METRICS_EXPORTER: z.string().default('otlp'),
  /** How often, in milliseconds. */
  OTEL_METRIC_EXPORT_INTERVAL: z
    .string()
    .refine((text) => /^[1-9]\d{0,8}$/.test(text), 'must be a whole number of milliseconds')
    .transform(Number)
    .default(60_000),
});

export type Settings = z.output<typeof settingsSchema>;

/** What the SDK wants in a connection string: one of these sets. */
const connectionStrings = [
  ['usedevelopmentstorage'],
  ['defaultendpointsprotocol', 'accountname', 'accountkey'],
  ['tableendpoint', 'sharedaccesssignature'],
];

function isConnectionString(value: string): boolean {
  const parts = value.split(';').map((part) => /^\s*(\w+)=(.+)$/.exec(part) ?? []);
  const given = new Map(parts.map(([, name = '', text = '']) => [name.toLowerCase(), text.trim()]));
  const [protocol = 'https', endpoint, key = ''] = ['defaultendpointsprotocol', 'tableendpoint', 'accountkey'].map(
    (name) => given.get(name),
  );
  const isUsable =
    /^https?$/i.test(protocol) &&
    (endpoint === undefined || (/^https?:/i.test(endpoint) && URL.canParse(endpoint))) &&
    /^[a-z\d+/]*={0,2}$/i.test(key);
  return isUsable && connectionStrings.some((names) => names.every((name) => given.has(name)));
}

/** A setting that cannot be used. Its message is one line that names the setting, and never its value, which may be secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly setting: string;
  readonly problem: string;

  constructor(setting: string, problem: string) {
    super(`${setting} ${problem}`);
    this.setting = setting;
    this.problem = problem;
  }
}

/** Settings that a value of another one asks for. */
const demands = [
  {
    setting: 'GRAPH_MOCK_AUTH',
    value: 'entra',
    needs: ['GRAPH_MOCK_ENTRA_TENANT', 'GRAPH_MOCK_ENTRA_AUDIENCE'],
  },
];

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of an environment. @throws SettingsError naming the first one that is wrong. */
export const settingsOf = (environment: Environment): Settings => readSettings(settingsSchema, environment);

/** What a deployed app, which is open to more than one's own tests, has for settings that are not there. */
const deployedDefaults: Environment = {
  GRAPH_MOCK_QUOTA_LINKS: '10000',
  GRAPH_MOCK_QUOTA_ITEMS: '10000',
  GRAPH_MOCK_QUOTA_BYTES: '1073741824',
};

/** As `settingsOf`, for an app that the Functions host runs. */
export const deployedSettingsOf = (environment: Environment): Settings =>
  readSettings(settingsSchema, environment, deployedDefaults);

/** As `settingsOf`, for a schema with more settings. An empty variable counts as absent. */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment,
  defaults: Environment = {},
): z.output<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = environment[name] || defaults[name];
      return value ? [[name, value]] : [];
    }),
  );
  const result = schema.safeParse(given);
  for (const { setting, value, needs } of demands)
    for (const name of given[setting] === value ? needs : [])
      if (!given[name]) throw new SettingsError(name, `is needed where ${setting} is ${value}`);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SettingsError(issue?.path.join('.') ?? '', issue?.message ?? 'cannot be used');
}
