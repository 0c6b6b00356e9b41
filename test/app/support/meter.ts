// A meter that remembers every value under `name{label values}`.
import type { Meter } from '../../../src/model/meter.ts';

export function recordingMeter(metrics: Map<string, number>): Meter {
  const keyOf = (name: string, labels: Readonly<Record<string, string>> = {}): string => `${name}{${Object.values(labels).join(',')}}`;
  return {
    counter: ({ name }) => ({
      add: (amount, labels) => void metrics.set(keyOf(name, labels), (metrics.get(keyOf(name, labels)) ?? 0) + amount),
    }),
    gauge: ({ name }) => ({ set: (value, labels) => void metrics.set(keyOf(name, labels), value) }),
    histogram: () => ({ observe: () => {} }),
  };
}
