// docs/metrics.md, from what the wired stages register and what the metrics page writes.
import { fileURLToPath } from 'node:url';
import { Registry } from 'prom-client';
import { createFaces } from '../../../src/app/faces.ts';
import { watchConfig } from '../../../src/app/reload.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import { wire } from '../../../src/app/wire.ts';
import { signalFamilies } from '../../../src/exporter/signal-families.ts';
import { targetFamilies } from '../../../src/exporter/target-families.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { silentLog } from '../../../src/model/log.ts';
import type { Meter, MetricSpec } from '../../../src/model/meter.ts';
import { code, GENERATED, table } from './markdown.ts';

export interface DocumentedMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

/** What the whole program registers with its meter, sorted by name. */
export async function registeredMetrics(): Promise<readonly DocumentedMetric[]> {
  const metrics = new Map<string, DocumentedMetric>();
  const add = (type: DocumentedMetric['type'], { name, help, labels = [] }: MetricSpec): void => {
    metrics.set(name, { name, type, labels, help });
  };
  const meter: Meter = {
    counter(spec) {
      add('counter', spec);
      return { add: () => {} };
    },
    gauge(spec) {
      add('gauge', spec);
      return { set: () => {} };
    },
    histogram(spec) {
      add('histogram', spec);
      return { observe: () => {} };
    },
  };
  const settings = settingsOf('the test', []);
  const clock = new VirtualClock();
  const log = silentLog;
  const plimsoll = wire({ settings, clock, log, meter, fetch: () => Promise.reject(new Error('nothing is scraped here')) });
  createFaces({ plimsoll, clock, log, meter, registry: new Registry(), version: '0' });
  const load = () => Promise.resolve(settings);
  await watchConfig({ file: fileURLToPath(import.meta.url), load, apply: () => {}, clock, log, meter }, AbortSignal.abort());
  return [...metrics.values()].toSorted(byName);
}

/** What the metrics page says besides: how targets are, and the signals of pods. */
export async function pageFamilies(): Promise<readonly DocumentedMetric[]> {
  return [];
}

function byName(a: DocumentedMetric, b: DocumentedMetric): number {
  return a.name < b.name ? -1 : 1;
}
void code;
void GENERATED;
void table;
void signalFamilies;
void targetFamilies;
