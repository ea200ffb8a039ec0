import type { Access } from '../access.ts';
import { GraphError } from '../errors.ts';
import { oneOf } from '../schema.ts';
import type { ConflictBehavior } from './change.ts';

/** What to do when a name is taken: `@microsoft.graph.conflictBehavior` (F7). */
export const conflictBehavior = oneOf(['fail', 'rename', 'replace']);

const names = new Set(['@microsoft.graph.conflictbehavior', '@name.conflictbehavior']);

/** What the query says of it: names compare without regard to case, as those of the other options do (F1.3). */
export function behaviorIn(query: URLSearchParams): ConflictBehavior | undefined {
  const [, given] = [...query].find(([name]) => names.has(name.toLowerCase())) ?? [];
  if (given === undefined) return undefined;
  const parsed = conflictBehavior.safeParse(given);
  if (!parsed.success) throw new GraphError('invalidRequest');
  return parsed.data;
}

/** To replace what is there is to change it: who may but add to a folder replaces nothing in it. */
export const behaviorWithin = (folder: Access, asked: ConflictBehavior): ConflictBehavior =>
  asked === 'replace' && !folder.rights.has('write') ? 'fail' : asked;
