// How fast counters and gauges change: rate, increase, delta, irate.
import type { SampleWindow } from '../../model/sample-source.ts';
import { numberAt } from './columns.ts';
import type { RangeBounds } from './step.ts';

export function rate(window: SampleWindow, bounds: RangeBounds): number | undefined {
  return extrapolate(window, { bounds, growth: counterGrowth(window), isCounter: true, perSeconds: bounds.seconds });
}

export function increase(window: SampleWindow, bounds: RangeBounds): number | undefined {
  return extrapolate(window, { bounds, growth: counterGrowth(window), isCounter: true, perSeconds: 1 });
}

export function delta(window: SampleWindow, bounds: RangeBounds): number | undefined {
  const growth = numberAt(window.values, window.length - 1) - numberAt(window.values, 0);
  return extrapolate(window, { bounds, growth, isCounter: false, perSeconds: 1 });
}

/** Per second between the last two samples; after a restart all that the counter shows is new. */
export function irate({ timesMs, values, length }: SampleWindow): number | undefined {
  if (length < 2) return undefined;
  const seconds = (numberAt(timesMs, length - 1) - numberAt(timesMs, length - 2)) / 1000;
  const previous = numberAt(values, length - 2);
  const last = numberAt(values, length - 1);
  return (last < previous ? last : last - previous) / seconds;
}

/** A sample below its predecessor means a restart from zero: what was counted before is added back. */
function counterGrowth({ values, length }: SampleWindow): number {
  let previous = numberAt(values, 0);
  let growth = numberAt(values, length - 1) - previous;
  for (let index = 1; index < length; index += 1) {
    const value = numberAt(values, index);
    if (value < previous) growth += previous;
    previous = value;
  }
  return growth;
}

interface Change {
  readonly bounds: RangeBounds;
  /** From the first sample to the last. */
  readonly growth: number;
  readonly isCounter: boolean;
  readonly perSeconds: number;
}

/**
 * From the span that the samples cover to the whole window, as `extrapolatedRate` of Prometheus 3 (promql/functions.go):
 * a gap at an end of less than 1.1 mean intervals is filled, of a larger one half an interval,
 * and a counter is never continued back past zero. Undefined with fewer than two samples.
 */
function extrapolate({ timesMs, values, length }: SampleWindow, change: Change): number | undefined {
  if (length < 2) return undefined;
  const { bounds, growth, isCounter, perSeconds } = change;
  const firstMs = numberAt(timesMs, 0);
  const lastMs = numberAt(timesMs, length - 1);
  const covered = (lastMs - firstMs) / 1000;
  const interval = covered / (length - 1);
  const filled = (gap: number): number => (gap >= interval * 1.1 ? interval / 2 : gap);
  let before = filled((firstMs - bounds.fromMs) / 1000);
  const after = filled((bounds.toMs - lastMs) / 1000);
  const first = numberAt(values, 0);
  if (isCounter && growth > 0 && first >= 0) {
    const sinceZero = covered * (first / growth);
    if (sinceZero < before) before = sinceZero;
  }
  const factor = (covered + before + after) / covered;
  return growth * (factor / perSeconds);
}
