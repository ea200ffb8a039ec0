import { randomUUID } from 'node:crypto';

import type { Meter } from '@opentelemetry/api';

import type { Settings } from './settings.ts';

/** In milliseconds: who closes does not wait longer for somebody to take what is left. */
const patience = 3_000;

/** Sends what is left, of each export of this process. The process has one as a rule, since its environment asks for it. */
const open = new Set<() => Promise<void>>();

/** Whether the settings name somebody who takes counters. */
export const isExportWanted = (settings: Settings): boolean =>
  (settings.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined &&
  settings.OTEL_METRICS_EXPORTER.split(',').some((exporter) => exporter.trim() === 'otlp');

/**
 * What is counted with this meter is sent from time to time by OTLP over HTTP, in protobuf: OpenTelemetry's default, and
 * what every collector takes. The SDK, which reads endpoint and headers from the environment itself, is loaded here.
 */
export async function openExport(name: string, settings: Settings, report: (failure: unknown) => void): Promise<Meter> {
  const [{ MeterProvider, PeriodicExportingMetricReader }, { OTLPMetricExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-proto'),
    import('@opentelemetry/resources'),
  ]);
  const failed = (failure: unknown): void =>
    report(
      new Error(`The counters could not be sent: ${failure instanceof Error ? failure.message : String(failure)}`),
    );
  const exporter = new OTLPMetricExporter();
  const reader = new PeriodicExportingMetricReader({
    exporter: {
      export: (metrics, done) =>
        exporter.export(metrics, (result) => {
          // The SDK keeps it to itself.
          if (result.error) failed(result.error);
          done(result);
        }),
      forceFlush: () => exporter.forceFlush(),
      selectAggregation: (type) => exporter.selectAggregation(type),
      selectAggregationTemporality: (type) => exporter.selectAggregationTemporality(type),
      shutdown: () => exporter.shutdown(),
    },
    exportIntervalMillis: settings.OTEL_METRIC_EXPORT_INTERVAL,
  });
  // Each instance of a deployment counts for itself; the environment may say more, and otherwise.
  const own = resources.resourceFromAttributes({ 'service.name': name, 'service.instance.id': randomUUID() });
  const resource = own.merge(resources.detectResources({ detectors: [resources.envDetector] }));
  const provider = new MeterProvider({ resource, readers: [reader] });
  open.add(() => provider.shutdown({ timeoutMillis: patience }).catch(failed));
  return provider.getMeter(name);
}

/** Sends what has been counted and not been sent yet, for whoever ends this process. */
export async function settleExports(): Promise<void> {
  const settled = [...open].map((settle) => settle());
  open.clear();
  await Promise.all(settled);
}
