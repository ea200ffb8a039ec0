import { GraphError } from './errors.ts';
import type { Context } from './operation.ts';
import { Overtaken, Staging } from './store/staging.ts';

// A request may make more than it asks for: a special folder (F1.1), or an item of an id that was not known. It finds
// these as if they were there, and they are kept once it has not been refused. The sample that a tenant begins with is
// another matter: it is there from the start, and who first looks has it written down, refused or not.

/** The context in which to write down the sample: no write of the request's, so that nothing staged is kept for it. */
export const givenIn = (context: Context): Context => (context.kept ? { ...context, store: context.kept } : context);

/** The context in which to make what nobody has asked for. */
export const unaskedIn = (context: Context): Context =>
  context.unasked ? { ...context, store: context.unasked } : context;

/**
 * The context of one attempt. Every request has one made, so each property stands here by its name: to copy them all at
 * once takes V8 over a microsecond (bench/README.md).
 */
function contextWithin(context: Context, { store, unasked }: Staging): Context {
  const { base = context } = context;
  const within: { readonly [Name in keyof Required<Context>]: Context[Name] } = {
    store,
    unasked,
    kept: context.store,
    base,
    settings: context.settings,
    tenants: context.tenants,
    sharing: context.sharing,
    clock: context.clock,
    policy: context.policy,
    isSeeded: context.isSeeded,
    newId: context.newId,
    newSecret: context.newSecret,
    report: context.report,
    observers: context.observers,
    closing: context.closing,
    inBatch: context.inBatch,
    batchArrived: context.batchArrived,
    isLocal: context.isLocal,
  };
  return within;
}

/** So often others may be faster: each time they have made what is needed here. */
const mostAttempts = 5;

/** Does something of which nothing is left when it throws before its first own write. Done again where others have come between. */
export async function unlessRefused<T>(context: Context, act: (context: Context) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const staging = new Staging(context.store, attempt > 0);
    try {
      const done = await act(contextWithin(context, staging));
      const settling = staging.settle();
      if (settling) await settling;
      return done;
    } catch (thrown) {
      if (!(thrown instanceof Overtaken)) throw thrown;
    }
  }
  throw new GraphError('editConflict');
}
