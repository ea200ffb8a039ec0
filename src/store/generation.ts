import type { Store } from './store.ts';

/** The partition's name in this generation of its tenant. Another tenant's partition keeps its own. */
function renaming(tenant: string, generation: string): (partition: string) => string {
  const own = `${tenant}|`;
  return (partition) =>
    partition === tenant || partition.startsWith(own)
      ? `${tenant}!${generation}${partition.slice(tenant.length)}`
      : partition;
}

/**
 * The store as one generation of a tenant sees it. To reset a tenant is to give it another generation: whatever a call
 * that is still under way writes goes to the old one, where nobody looks any more (decision record 30).
 */
export function inGeneration(store: Store, tenant: string, generation: string): Store {
  const renamed = renaming(tenant, generation);
  return {
    isShared: store.isShared,
    rows(kind) {
      const rows = store.rows(kind);
      return {
        insert: ({ partition, row }, value) => rows.insert({ partition: renamed(partition), row }, value),
        get: ({ partition, row }) => rows.get({ partition: renamed(partition), row }),
        list: (partition, prefix) => rows.list(renamed(partition), prefix),
        replace: ({ partition, row }, value, etag) => rows.replace({ partition: renamed(partition), row }, value, etag),
        remove: ({ partition, row }, etag) => rows.remove({ partition: renamed(partition), row }, etag),
        transact: (partition, steps) => rows.transact(renamed(partition), steps),
      };
    },
    clear: (kinds, prefix, goOn) => store.clear(kinds, renamed(prefix), goOn),
    tally: (kind, { partition, row }, column) => store.tally(kind, { partition: renamed(partition), row }, column),
    close: () => store.close(),
  };
}
