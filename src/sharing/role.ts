import { GraphError } from '../errors.ts';

/** What can be given to people (F5.1), weakest first. */
const roles = ['read', 'write'] as const;

/**
 * The role that is meant by `roles`, in any case: of several the strongest.
 *
 * @throws GraphError `invalidRequest` for none, or one that cannot be given
 */
export function roleIn(given: readonly string[]): (typeof roles)[number] {
  const words = new Set(given.map((word) => roles.find((role) => role === word.toLowerCase())));
  const strongest = roles.findLast((role) => words.has(role));
  if (!strongest || words.has(undefined)) throw new GraphError('invalidRequest');
  return strongest;
}
