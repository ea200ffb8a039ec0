import { z } from 'zod';

const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');

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
        ['memory', 'azurite'].includes(value) || /^https:\/\/[^/?#]+\/?$/.test(value) || isConnectionString(value),
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
});

export type Settings = z.output<typeof settingsSchema>;

function isConnectionString(value: string): boolean {
  return value === 'UseDevelopmentStorage=true' || /(^|;)\s*(AccountName|TableEndpoint)=/i.test(value);
}

/** A setting that cannot be used. Its message is one line that names the setting. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The settings of an environment. @throws SettingsError naming the first one that is wrong. */
export function settingsOf(environment: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const result = settingsSchema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SettingsError(`${issue?.path.join('.')} ${issue?.message}`);
}
