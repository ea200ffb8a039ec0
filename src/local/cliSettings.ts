import { isIP } from 'node:net';

import * as z from 'zod';

import { onOff, settingsSchema } from '../settings.ts';
import { certsFolder } from './https.ts';

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535, 'must be a number from 0 to 65535')
  .transform(Number);

/** The settings, and those that only this machine knows. */
export const schema = settingsSchema.extend({
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
export type Given = z.output<typeof schema>;

function isHostname(name: string): boolean {
  return (
    (isIP(name) > 0 && !name.includes('%')) ||
    /^(?=.{1,253}$)[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i.test(name)
  );
}
