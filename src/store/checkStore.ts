import type { Kind, Store } from './store.ts';

/** A table that nobody writes to. */
const probe: Kind<object> = { table: 'probe', json: [] };

/** Ends when the store has answered, be it that there is nothing. @throws GraphError `storeUnavailable` when it has not */
export async function checkStore(store: Store): Promise<void> {
  await store.rows(probe).get({ partition: 'probe', row: 'probe' });
}
