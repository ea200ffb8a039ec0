import { z } from 'zod';

const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');

/**
 * Every setting, under the name of its environment variable. The command line takes the same ones as flags
 * (`src/local/cli.ts`); a deployed app has its application settings in the environment.
 */
export const settingsSchema = z.object({
  /** `memory`, `azurite` (embedded; the local host only), a Storage connection string, or the https URL of a table endpoint. */
  GRAPH_MOCK_STORAGE: z
    .string()
    .refine(
      (value) =>
        ['memory', 'azurite'].includes(value) || /^https:\/\/[^/?#\s]+\/?$/.test(value) || isConnectionString(value),
      'must be azurite, memory, a Storage connection string or https://<account>.table.core.windows.net',
    )
    .default('azurite'),
  /** The origin that webUrl and every other absolute URL of an answer begins with; else that of the request. */
  GRAPH_MOCK_PUBLIC_URL: z
    .string()
    .refine((value) => /^https?:\/\/[^/?#\s]+\/?$/.test(value), 'must be an origin such as https://mock.example.com')
    .transform((value) => value.replace(/\/$/, ''))
    .optional(),
  /** `bearer`: any token; `scopes`: a JWT whose scopes are enforced (F14); `none`: no token needed. */
  GRAPH_MOCK_AUTH: z.enum(['bearer', 'scopes', 'none'], 'must be bearer, scopes or none').default('bearer'),
  /** `create`: an unknown item id becomes a file on first use; `reject`: it is 404 itemNotFound. */
  GRAPH_MOCK_UNKNOWN_ITEMS: z.enum(['reject', 'create'], 'must be reject or create').default('reject'),
  /** `on`: the three routes of 2015 answer as their page says (F2.7); `off`: like every other address. */
  GRAPH_MOCK_HISTORIC_CONTRACT: onOff.default(true),
  /** A file in JSON or YAML with what is there at the start (`control/seed.ts`). */
  GRAPH_MOCK_SEED: z.string().optional(),
});

export type Settings = z.output<typeof settingsSchema>;

/** What the SDK wants in a connection string: one of these sets. */
const connectionStrings = [
  ['usedevelopmentstorage'],
  ['defaultendpointsprotocol', 'accountname', 'accountkey'],
  ['tableendpoint', 'sharedaccesssignature'],
];

function isConnectionString(value: string): boolean {
  const given = new Set(value.split(';').map((part) => /^\s*(\w+)=./.exec(part)?.[1]?.toLowerCase()));
  return connectionStrings.some((names) => names.every((name) => given.has(name)));
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

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of an environment. @throws SettingsError naming the first one that is wrong. */
export const settingsOf = (environment: Environment): Settings => readSettings(settingsSchema, environment);

/** As `settingsOf`, for a schema with more settings. An empty variable counts as absent. */
export function readSettings<Schema extends z.ZodObject>(schema: Schema, environment: Environment): z.output<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SettingsError(issue?.path.join('.') ?? '', issue?.message ?? 'cannot be used');
}
