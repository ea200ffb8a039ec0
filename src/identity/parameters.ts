import * as z from 'zod';

import { IdentityError } from './errors.ts';

/** What came in a query or a form; empty counts as absent. */
export type Parameters = Readonly<Record<string, string>>;

export const needed = z.string();
/** Of what is written down. [guess] on the length. */
export const short = z.string().max(4096);
export const optional = z.string().exactOptional();

/** The parameters as a schema of `needed`, `short` and `optional` ones has them. @throws IdentityError `missingParameter`, `malformed` */
export function read<Schema extends z.ZodObject>(schema: Schema, parameters: Parameters): z.output<Schema> {
  const result = schema.safeParse(parameters);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'too_big') throw new IdentityError('malformed');
  throw new IdentityError('missingParameter', { values: { name: String(issue?.path[0] ?? '') } });
}

export const parametersOf = (text: URLSearchParams): Parameters =>
  Object.fromEntries([...text].filter(([, value]) => value !== ''));
