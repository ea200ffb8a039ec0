import { randomUUID } from 'node:crypto';

import { openMetrics } from './metrics.ts';
import type { Context } from './operation.ts';
import { newSecret } from './secret.ts';
import type { Settings } from './settings.ts';
import { usualPolicy } from './sharing/policy.ts';
import { sharing } from './sharing/sharing.ts';
import { openStore } from './store/openStore.ts';
import { openTenants } from './tenants/openTenants.ts';

/** A context with the real clock, ids and store, but for what `replaced` brings along. */
export async function openContext(settings: Settings, replaced: Partial<Context> = {}): Promise<Context> {
  // oxlint-disable-next-line no-console -- the console is the log of a Functions app
  const { report = (failure: unknown) => console.error(failure) } = replaced;
  const metrics = await openMetrics(settings, report);
  const context: Omit<Context, 'tenants'> = {
    settings,
    store: replaced.store ?? (await openStore(settings.GRAPH_MOCK_STORAGE)),
    sharing,
    clock: () => new Date(),
    policy: { ...usualPolicy, historicContract: settings.GRAPH_MOCK_HISTORIC_CONTRACT },
    newId: () => randomUUID(),
    newSecret,
    report,
    observers: metrics ? [metrics] : [],
    ...replaced,
  };
  return { ...context, tenants: replaced.tenants ?? openTenants(context) };
}
