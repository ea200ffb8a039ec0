import type { Step, Stored } from './store.ts';

/** Whether a step of a transaction is refused where this is what stands in its row. */
export function isRefused<T>(step: Step<T>, stored: Stored<T> | undefined): boolean {
  if (step.do === 'insert') return stored !== undefined;
  return stored === undefined || (step.do === 'replace' && step.etag !== '*' && step.etag !== stored.etag);
}
