import * as z from 'zod';

import { IdentityError } from './errors.ts';

/** What came in a query or a form; empty counts as absent. */
export type Parameters = Readonly<Record<string, string>>;

export const needed = z.string();
export const optional = z.string().exactOptional();

/** The parameters as a schema of `needed` and `optional` ones has them. @throws IdentityError `missingParameter` */
export function read<Schema extends z.ZodObject>(schema: Schema, parameters: Parameters): z.output<Schema> {
  const result = schema.safeParse(parameters);
  if (result.success) return result.data;
  throw new IdentityError('missingParameter', { values: { name: String(result.error.issues[0]?.path[0] ?? '') } });
}

export const parametersOf = (text: URLSearchParams): Parameters =>
  Object.fromEntries([...text].filter(([, value]) => value !== ''));
