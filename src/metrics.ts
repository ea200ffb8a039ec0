import type { Meter } from '@opentelemetry/api';

import type { Observer } from './observation.ts';
import { isExportWanted, openExport } from './otlp.ts';
import type { Settings } from './settings.ts';

/** Where OpenTelemetry's API keeps whatever SDK was registered before it. */
const registry = Symbol.for('opentelemetry.js.api.1');

/** Whether somebody has registered an SDK for metrics in this process (`node --import`), which knows where to send them. */
function isRegistered(): boolean {
  const registered: unknown = Reflect.get(globalThis, registry);
  return typeof registered === 'object' && registered !== null && 'metrics' in registered;
}

/**
 * Counts requests and measures how long they take: for the SDK that is registered, else to where the settings say. Where
 * there is neither, nothing is loaded and nothing counted.
 */
export async function openMetrics(
  settings: Settings,
  report: (failure: unknown) => void,
): Promise<Observer | undefined> {
  const name = 'graph-sharing-mock';
  if (isRegistered()) return observerOf((await import('@opentelemetry/api')).metrics.getMeter(name));
  return isExportWanted(settings) ? observerOf(await openExport(name, settings, report)) : undefined;
}

function observerOf(meter: Meter): Observer {
  const requests = meter.createCounter('graph_mock.requests', { description: 'Requests answered' });
  const duration = meter.createHistogram('graph_mock.request.duration', {
    description: 'From a request to its answer',
    unit: 'ms',
  });
  return ({ operation = 'none', method, status, ms }) => {
    // No tenant: each test has one of its own, and each would be a series.
    const attributes = { operation, 'http.request.method': method, 'http.response.status_code': status };
    requests.add(1, attributes);
    duration.record(ms, attributes);
  };
}
