import type { Context } from '../operation.ts';
import { sweep } from '../tenants/sweep.ts';

/** As the timer of `functions/sweep.ts` does it, in milliseconds. The first comes after that time: whoever is back from a holiday finds their tenant. */
const every = 3_600_000;

/** Sweeps from time to time, until it is closed. It keeps no process alive. */
export function startSweeping(context: Context): { readonly close: () => Promise<void> } {
  let isOpen = true;
  let last: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    last = sweep(context, () => isOpen).catch(context.report);
  }, every).unref();
  return {
    async close() {
      isOpen = false;
      clearInterval(timer);
      await last;
    },
  };
}
