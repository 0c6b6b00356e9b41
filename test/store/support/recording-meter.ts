// A meter that remembers: counters summed, gauges as last set.
import type { Meter, MetricSpec } from '../../../src/model/meter.ts';

export interface RecordingMeter extends Meter {
  values(): Readonly<Record<string, number>>;
}

export function recordingMeter(): RecordingMeter {
  const values = new Map<string, number>();
  const counter = ({ name }: MetricSpec) => ({ add: (amount: number) => values.set(name, (values.get(name) ?? 0) + amount) });
  const gauge = ({ name }: MetricSpec) => ({ set: (value: number) => values.set(name, value) });
  return { counter, gauge, histogram: () => ({ observe: () => {} }), values: () => Object.fromEntries(values) };
}
