// What answers below /api/plimsoll, handed what it needs.
import { arch, version as nodeVersion, platform } from 'node:process';
import type { Registry } from 'prom-client';
import { redact } from '../config/redact.ts';
import type { PlimsollRoute } from '../explain/app.ts';
import { bundleRoute } from '../explain/bundle-route.ts';
import { explainRoute } from '../explain/explain-route.ts';
import type { HealthChecks } from '../exporter/health.ts';
import { formatValue, joinSeries, writeLabel } from '../exposition/write.ts';
import type { Clock } from '../lib/clock.ts';
import { formatQuantity } from '../metrics-api/quantity.ts';
import { resourcesWith } from '../metrics-api/resources.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { Plimsoll } from './wire.ts';

export interface RoutesOptions extends HealthChecks {
  readonly plimsoll: Plimsoll;
  readonly clock: Clock;
  readonly registry: Registry;
  /** Plimsoll's own. */
  readonly version: string;
  /** What the process wrote last, line by line. */
  readonly lastLog: () => readonly string[];
  /** What others answer. */
  readonly others?: readonly PlimsollRoute[];
}

export function plimsollRoutes(options: RoutesOptions): readonly PlimsollRoute[] {
  const { plimsoll, clock, registry, version, lastLog, live, ready, others = [] } = options;
  const { signals, inventory, evidence, book, config, engineName } = plimsoll;
  const startedMs = clock.nowMs();
  const explain = explainRoute({
    signals,
    inventory,
    evidence,
    book,
    engine: engineName,
    resources: [...resourcesWith(config().kubernetes.owners).values()],
    limits: () => config().limits,
    clock,
    quantityOf: formatQuantity,
    writeLine,
    redact,
  });
  const routes = [explain, ...others];
  const bundle = bundleRoute({
    process: () => ({ version, node: nodeVersion, platform, arch, uptimeSeconds: Math.round((clock.nowMs() - startedMs) / 1000) }),
    config,
    book,
    live,
    ready,
    metrics: () => registry.metrics(),
    signals: signals.list,
    log: lastLog,
    routes,
    clock,
    redact,
  });
  return [...routes, bundle];
}

/** A line of an exposition, without a value where that is not known. */
function writeLine(labels: Labels, value: number | undefined): string {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).map(([name, text]) => writeLabel(name, text));
  const series = joinSeries(labels.get(METRIC_NAME) ?? '', pairs);
  return value === undefined ? series : `${series} ${formatValue(value)}`;
}
