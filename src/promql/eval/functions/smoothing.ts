// double_exponential_smoothing: a moving average that follows a trend too (Holt's linear method).
import { floatAt } from '../../../lib/columns.ts';
import { QueryError } from '../../../model/query-engine.ts';
import type { BindRange } from './map.ts';
import { printFixed } from './print-number.ts';

/** Absent with fewer than two samples. Throws a QueryError for factors that are not between 0 and 1. */
export const doubleExponentialSmoothing: BindRange = ([smoothing = Number.NaN, trending = Number.NaN]) => {
  requireFactor(smoothing, { name: 'smoothing', symbol: 'sf' });
  requireFactor(trending, { name: 'trend', symbol: 'tf' });
  return ({ values, length }) => {
    if (length < 2) return undefined;
    let before = 0;
    let smoothed = floatAt(values, 0);
    let trend = floatAt(values, 1) - floatAt(values, 0);
    for (let index = 1; index < length; index += 1) {
      // The first step takes the first difference for the trend.
      if (index > 1) trend = trending * (smoothed - before) + (1 - trending) * trend;
      before = smoothed;
      smoothed = smoothing * floatAt(values, index) + (1 - smoothing) * (smoothed + trend);
    }
    return smoothed;
  };
};

function requireFactor(factor: number, { name, symbol }: { readonly name: string; readonly symbol: string }): void {
  if (!(factor <= 0 || factor >= 1)) return;
  throw new QueryError('execution', `invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${printFixed(factor)}`);
}
