// prom-client behind the model's `Meter`.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter, MetricSpec } from '../model/meter.ts';

export interface RegistryMeter {
  readonly meter: Meter;
  /** Holds what the meter counts and what Node says of its process. */
  readonly registry: Registry;
}

/**
 * A meter with a registry of its own. Asking twice for a name gives the same metric, so that a stage may be made anew after a reload;
 * asking for it as another type throws.
 */
export function createRegistryMeter(): RegistryMeter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const meter: Meter = {
    counter(spec) {
      const known = registry.getSingleMetric(spec.name);
      const counter = known instanceof Counter ? known : new Counter(settingsOf(spec, registry));
      return { add: (amount, labels = {}) => counter.inc(labels, amount) };
    },
    gauge(spec) {
      const known = registry.getSingleMetric(spec.name);
      const gauge = known instanceof Gauge ? known : new Gauge(settingsOf(spec, registry));
      return { set: (value, labels = {}) => gauge.set(labels, value) };
    },
    histogram(spec) {
      const known = registry.getSingleMetric(spec.name);
      const histogram = known instanceof Histogram ? known : new Histogram({ ...settingsOf(spec, registry), buckets: [...spec.buckets] });
      return { observe: (value, labels = {}) => histogram.observe(labels, value) };
    },
  };
  return { meter, registry };
}

interface MetricSettings {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

function settingsOf({ name, help, labels = [] }: MetricSpec, registry: Registry): MetricSettings {
  return { name, help, labelNames: [...labels], registers: [registry] };
}
