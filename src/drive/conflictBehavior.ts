import { oneOf } from '../schema.ts';

/** What to do when a name is taken: `@microsoft.graph.conflictBehavior` (F7). */
export const conflictBehavior = oneOf(['fail', 'rename', 'replace']);
