import { type Attributes, metrics } from '@opentelemetry/api';

import { openMetrics } from '../../src/metrics.ts';
import { settingsOf } from '../../src/settings.ts';
import { ids, startGraph } from '../kit/graph.ts';

afterEach(() => metrics.disable());

/** So much of an SDK as a test needs: it keeps what is recorded. */
function registerSdk() {
  const recorded: { name: string; value: number; attributes?: Attributes }[] = [];
  const record = (name: string) => (value: number, attributes?: Attributes) =>
    void recorded.push({ name, value, ...(attributes && { attributes }) });
  const idle = metrics.getMeter('idle'); // the API's own, which does nothing, for all that is not needed here
  const meter = Object.assign(Object.create(idle), {
    createCounter: (name: string) => ({ add: record(name) }),
    createHistogram: (name: string) => ({ record: record(name) }),
  });
  metrics.setGlobalMeterProvider({ getMeter: () => meter });
  return recorded;
}

test('without an SDK nothing is counted', async () => {
  expect(await openMetrics(settingsOf({}), () => {})).toBeUndefined();
});

test('with an SDK each request is counted by operation, method and status, and its time is measured', async () => {
  const recorded = registerSdk();
  const graph = await startGraph();
  const attributes = (operation: string, method: string, status: number) => ({
    operation,
    'http.request.method': method,
    'http.response.status_code': status,
  });
  await graph.post(`/v1.0/drives/${ids.drive}/items/${ids.report}/createLink`, { type: 'view', scope: 'anonymous' });
  await graph.get('/v1.0/nonsense');
  await graph.get('/v1.0/$metadata');
  await graph.close();
  expect(recorded).toEqual([
    { name: 'graph_mock.requests', value: 1, attributes: attributes('createLink', 'POST', 201) },
    {
      name: 'graph_mock.request.duration',
      value: expect.any(Number),
      attributes: attributes('createLink', 'POST', 201),
    },
    { name: 'graph_mock.requests', value: 1, attributes: attributes('none', 'GET', 400) },
    { name: 'graph_mock.request.duration', value: expect.any(Number), attributes: attributes('none', 'GET', 400) },
    { name: 'graph_mock.requests', value: 1, attributes: attributes('metadata', 'GET', 200) },
    { name: 'graph_mock.request.duration', value: expect.any(Number), attributes: attributes('metadata', 'GET', 200) },
  ]);
});
