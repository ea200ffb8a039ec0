import type { Store } from '../store/store.ts';

/**
 * A store that fails as the tenant's control state has failed to be read: whatever needs the store says so in the words
 * of its own protocol, and nothing goes to a generation that may not be the tenant's.
 */
export function unreachable(failure: unknown, { close, isShared }: Store): Store {
  const fail = (): never => {
    throw failure;
  };
  return { isShared, rows: fail, clear: async () => fail(), tally: async () => fail(), close };
}
