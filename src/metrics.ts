import type { Observer } from './observation.ts';

/** Where OpenTelemetry's API keeps whatever SDK was registered before it. */
const registry = Symbol.for('opentelemetry.js.api.1');

/**
 * Counts requests and measures how long they take, where somebody has registered an OpenTelemetry SDK in this process
 * (`node --import`), which knows where to send it. Where nobody has, nothing is loaded and nothing counted.
 */
export async function openMetrics(): Promise<Observer | undefined> {
  if (!(registry in globalThis)) return undefined;
  const { metrics } = await import('@opentelemetry/api');
  const meter = metrics.getMeter('graph-sharing-mock');
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
