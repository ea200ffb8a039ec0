import { randomBytes, randomUUID } from 'node:crypto';

import type { Context } from './operation.ts';
import type { Settings } from './settings.ts';
import { sharing } from './sharing/sharing.ts';
import { openStore } from './store/openStore.ts';
import { openTenants } from './tenants/openTenants.ts';

/** A context with the real clock, ids and store, but for what `replaced` brings along. */
export async function openContext(settings: Settings, replaced: Partial<Context> = {}): Promise<Context> {
  const context: Omit<Context, 'tenants'> = {
    settings,
    store: replaced.store ?? (await openStore(settings.GRAPH_MOCK_STORAGE)),
    sharing,
    clock: () => new Date(),
    newId: () => randomUUID(),
    newSecret: (bytes) => randomBytes(bytes),
    // oxlint-disable-next-line no-console -- the console is the log of a Functions app
    report: (failure) => console.error(failure),
    ...replaced,
  };
  return { ...context, tenants: replaced.tenants ?? openTenants(context) };
}
