import { text } from 'node:stream/consumers';

import { startCollector } from '../kit/collector.ts';
import { ids, tokenOf } from '../kit/graph.ts';
import { startHostProcess } from '../kit/hostProcess.ts';
import { startPackaged } from '../kit/packaged.ts';

type Collector = Awaited<ReturnType<typeof startCollector>>;

let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(() => collector.close());

const path = `/v1.0/drives/${ids.drive}`;
const headers = { authorization: 'Bearer any' };

/** A host in a process of its own, that has been asked so often for a drive. */
async function startAsked(environment: Readonly<Record<string, string>>, count = 20) {
  const host = await startHostProcess({ flags: ['--storage', 'memory'], environment, stderr: 'pipe' });
  const complaints = host.child.stderr ? text(host.child.stderr) : Promise.resolve('');
  for (let n = 0; n < count; n += 1) await (await fetch(host.url + path, { headers })).arrayBuffer();
  return { ...host, complaints };
}

describe('the command line', () => {
  test('sends its counters where OTEL_EXPORTER_OTLP_ENDPOINT says, the last ones when it closes', async () => {
    const host = await startAsked({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=of-the-team',
    });
    await host.end('SIGTERM');
    expect(await host.complaints).toBe('');
    expect(collector.exports).toEqual([
      {
        path: '/v1/metrics',
        headers: expect.objectContaining({ 'content-type': 'application/x-protobuf', 'x-api-key': 'of-the-team' }),
        resource: expect.objectContaining({
          'service.name': 'graph-sharing-mock',
          'service.instance.id': expect.stringMatching(/^[\da-f-]{36}$/),
        }),
        requests: { 'getDrive GET 200': 20 },
        timed: 20,
      },
    ]);
  });

  test('sends them to an endpoint for metrics alone, under a name of one’s own, as often as it is told', async () => {
    const host = await startAsked({
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${collector.url}/own/path?team=a`,
      OTEL_METRIC_EXPORT_INTERVAL: '50',
      OTEL_SERVICE_NAME: 'mock-of-the-team',
    });
    // Two, so that not all of it is the host's closing.
    await collector.next();
    const last = await collector.next();
    await host.end('SIGTERM');
    expect(last).toMatchObject({
      path: '/own/path?team=a',
      resource: { 'service.name': 'mock-of-the-team' },
      requests: { 'getDrive GET 200': expect.any(Number) },
    });
    expect(collector.exports.at(-1)?.requests).toEqual({ 'getDrive GET 200': 20 });
  });

  test.each([
    [
      'OTEL_METRICS_EXPORTER is none',
      () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRICS_EXPORTER: 'none' }),
    ],
    ['nothing names an endpoint', () => ({ OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: '' })],
  ])('sends nothing where %s', async (_, environment) => {
    const host = await startAsked(environment());
    expect(await host.end('SIGTERM')).toBe(0);
    expect(collector.exports).toEqual([]);
  });

  test('answers on where the endpoint refuses them, and says so', async () => {
    const deaf = await startCollector(400);
    const host = await startAsked({ OTEL_EXPORTER_OTLP_ENDPOINT: deaf.url, OTEL_METRIC_EXPORT_INTERVAL: '50' }, 1);
    await deaf.next();
    expect((await fetch(host.url + path, { headers })).status).toBe(200);
    expect(await host.end('SIGTERM')).toBe(0);
    await deaf.close();
    expect(await host.complaints).toMatch(/^Error: The counters could not be sent: Bad Request$/m);
  });

  test.each([
    ['never answers', 'silent'],
    ['asks to come again later', 503],
  ] as const)('ends all the same where the endpoint %s', async (_, status) => {
    const busy = await startCollector(status);
    const host = await startAsked({ OTEL_EXPORTER_OTLP_ENDPOINT: busy.url });
    expect(await host.end('SIGTERM')).toBe(0);
    await busy.close();
    expect(busy.exports).not.toEqual([]);
    expect(await host.complaints).toMatch(/^Error: The counters could not be sent: Operation timed out/m);
  });
});

const ask = {
  method: 'GET',
  url: `https://mock.example.com${path}`,
  params: { version: 'v1.0', driveId: ids.drive },
  headers: { authorization: `Bearer ${tokenOf({ scp: 'Files.Read' })}` },
};

test('the package does so too, in a worker, and its SDK is read with the first call', async () => {
  const packaged = await startPackaged({ GRAPH_MOCK_STORAGE: 'memory', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  expect(await packaged.loaded()).not.toContain('opentelemetry.cjs');
  for (let n = 0; n < 20; n += 1) await packaged.invoke('getDrive-anyDrive', ask);
  expect(await packaged.loaded()).toContain('opentelemetry.cjs');
  await packaged.close();
  expect(collector.exports).toMatchObject([{ path: '/v1/metrics', requests: { 'getDrive GET 200': 20 }, timed: 20 }]);
});

test('the package reads nothing of OpenTelemetry’s where no endpoint is set', async () => {
  const packaged = await startPackaged({ GRAPH_MOCK_STORAGE: 'memory' });
  expect((await packaged.invoke('getDrive-anyDrive', ask)).status).toBe(200);
  const loaded = await packaged.loaded();
  await packaged.close();
  expect(loaded).toContain('functions.cjs');
  expect(loaded).not.toContain('opentelemetry.cjs');
});
