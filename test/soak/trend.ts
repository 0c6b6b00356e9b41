// How much something grew, by the straight line that fits best.

export interface Point {
  /** Any unit of time. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  readonly mean: number;
  /** Of the line from the first point to the last, as a share of the mean. */
  readonly growth: number;
}

/** NaN where there are fewer than two points. */
export function trendOf(points: readonly Point[]): Trend {
  const [meanAt, mean] = [meanOf(points.map(({ at }) => at)), meanOf(points.map(({ value }) => value))];
  let covariance = 0;
  let variance = 0;
  for (const { at, value } of points) {
    covariance += (at - meanAt) * (value - mean);
    variance += (at - meanAt) ** 2;
  }
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  return { mean, growth: (covariance / variance) * (span / mean) };
}

function meanOf(numbers: readonly number[]): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum / numbers.length;
}
