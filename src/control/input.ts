import type * as z from 'zod';

import { type ErrorDetail, GraphError } from '../errors.ts';

/** `match.method`, `users[0].id` */
export const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/** Something wrong, at a place in what was given. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What is wrong, in a sentence that names the place; `where` may say more of it, such as a line. */
export function detailOf({ path, message }: Problem, where = ''): ErrorDetail {
  const target = pathText(path);
  return { code: 'invalidRequest', message: `${where}${target ? `${target}: ` : ''}${message}`, target };
}

/** All that is wrong at once. The first stands in the message. */
export const refusal = (details: readonly ErrorDetail[]): GraphError =>
  new GraphError('controlRefused', { values: { problem: details[0]?.message ?? 'Invalid request' }, details });

/** The value as its schema has it. @throws GraphError `controlRefused` that names every fault */
export function checked<Value>(schema: z.ZodType<Value>, given: unknown): Value {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refusal(parsed.error.issues.map((issue) => detailOf(issue)));
}
