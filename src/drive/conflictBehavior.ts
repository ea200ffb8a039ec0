import type { Access } from '../access.ts';
import { oneOf } from '../schema.ts';
import type { ConflictBehavior } from './change.ts';

/** What to do when a name is taken: `@microsoft.graph.conflictBehavior` (F7). */
export const conflictBehavior = oneOf(['fail', 'rename', 'replace']);

/** To replace what is there is to change it: who may but add to a folder replaces nothing in it. */
export const behaviorWithin = (folder: Access, asked: ConflictBehavior): ConflictBehavior =>
  asked === 'replace' && !folder.rights.has('write') ? 'fail' : asked;
