import type { Context } from './operation.ts';

/**
 * Clears away what nobody can reach any more. The change that it was for is done, or refused, by then: where storage
 * fails now, waste is left, and the call is none the worse.
 */
export async function tidyUp({ report }: Pick<Context, 'report'>, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (failure) {
    report(failure);
  }
}
