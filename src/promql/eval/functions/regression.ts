// Straight lines through samples, by least squares: deriv and predict_linear.
import { floatAt } from '../../../lib/columns.ts';
import type { SampleWindow } from '../../../model/sample-source.ts';
import { CompensatedSum } from '../aggregations/accumulator.ts';
import type { RangeReduce } from '../step.ts';
import type { BindRange } from './map.ts';

interface Line {
  /** Per second. */
  readonly slope: number;
  /** At the instant that the regression was asked about. */
  readonly intercept: number;
}

/** Slope per second. Absent with fewer than two samples. */
export function deriv(window: SampleWindow): number | undefined {
  // Any time close to the samples will do: differences of large times are inexact.
  return window.length < 2 ? undefined : lineThrough(window, floatAt(window.timesMs, 0)).slope;
}

/** The value so many seconds after the instant asked about. */
export const predictLinear: BindRange = ([seconds = Number.NaN], { run }): RangeReduce => {
  return (window) => {
    if (window.length < 2) return undefined;
    const { slope, intercept } = lineThrough(window, run.timeMs);
    return slope * seconds + intercept;
  };
};

function lineThrough(window: SampleWindow, atMs: number): Line {
  const { timesMs, values, length } = window;
  if (isLevel(window)) {
    const level = floatAt(values, 0);
    return Math.abs(level) === Number.POSITIVE_INFINITY ? { slope: Number.NaN, intercept: Number.NaN } : { slope: 0, intercept: level };
  }
  const x = new CompensatedSum(0, 0);
  const y = new CompensatedSum(0, 0);
  const xy = new CompensatedSum(0, 0);
  const xx = new CompensatedSum(0, 0);
  for (let index = 0; index < length; index += 1) {
    const seconds = (floatAt(timesMs, index) - atMs) / 1000;
    const value = floatAt(values, index);
    x.add(seconds);
    y.add(value);
    xy.add(seconds * value);
    xx.add(seconds * seconds);
  }
  const sumX = x.sum + x.compensation;
  const sumY = y.sum + y.compensation;
  const covariance = xy.sum + xy.compensation - (sumX * sumY) / length;
  const variance = xx.sum + xx.compensation - (sumX * sumX) / length;
  const slope = covariance / variance;
  return { slope, intercept: sumY / length - (slope * sumX) / length };
}

/** All values equal, so that no rounding makes a slope. */
function isLevel({ values, length }: SampleWindow): boolean {
  for (let index = 1; index < length; index += 1) if (values[index] !== values[0]) return false;
  return true;
}
