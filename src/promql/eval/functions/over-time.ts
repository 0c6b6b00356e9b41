// One series' samples in a range to one value: sums, extremes, spread, the first and the last.
import { floatAt } from '../../../lib/columns.ts';
import type { SampleWindow } from '../../../model/sample-source.ts';
import { ACCUMULATORS, type AccumulatorName, CompensatedSum } from '../aggregations/accumulator.ts';
import { type RangeReduce, rangeArgument, type Step } from '../step.ts';

/** Those that drop the metric's name. */
export const OVER_TIME: Readonly<Record<string, RangeReduce>> = {
  avg_over_time: averageOf(),
  count_over_time: ({ length }) => length,
  max_over_time: maxOf,
  min_over_time: minOf,
  present_over_time: () => 1,
  stddev_over_time: (window) => Math.sqrt(varianceOf(window)),
  stdvar_over_time: varianceOf,
  sum_over_time: accumulate('sum'),
  ts_of_first_over_time: ({ timesMs }) => floatAt(timesMs, 0) / 1000,
  ts_of_last_over_time: ({ timesMs, length }) => floatAt(timesMs, length - 1) / 1000,
  ts_of_max_over_time: (window) => timeOfExtreme(window, (value, best) => value >= best),
  ts_of_min_over_time: (window) => timeOfExtreme(window, (value, best) => value <= best),
};

function accumulate(name: AccumulatorName): RangeReduce {
  const accumulator = ACCUMULATORS[name]();
  return ({ values, length }) => {
    accumulator.reset();
    for (let index = 0; index < length; index += 1) accumulator.add(floatAt(values, index));
    return accumulator.result();
  };
}

function averageOf(): RangeReduce {
  const general = accumulate('avg');
  return (window, bounds) => meanOf(window) ?? general(window, bounds);
}

/**
 * What the accumulator comes to, without a call for each sample: the mean of the pending gauge is asked for every row of every server.
 * Undefined when a sum is not finite, where the accumulator goes on in another way.
 */
function meanOf({ values, length }: SampleWindow): number | undefined {
  let sum = 0;
  let compensation = 0;
  for (let index = 0; index < length; index += 1) {
    const value = floatAt(values, index);
    const total = sum + value;
    compensation += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    sum = total;
  }
  return Number.isFinite(sum) ? sum / length + compensation / length : undefined;
}

/** As the accumulator has it, without a call for each sample. NaN gives way to any number, and beats none. */
function maxOf({ values, length }: SampleWindow): number {
  let best = floatAt(values, 0);
  let index = 1;
  for (; Number.isNaN(best) && index < length; index += 1) best = floatAt(values, index);
  for (; index < length; index += 1) {
    const value = floatAt(values, index);
    if (value > best) best = value;
  }
  return best;
}

/** As maxOf. */
function minOf({ values, length }: SampleWindow): number {
  let best = floatAt(values, 0);
  let index = 1;
  for (; Number.isNaN(best) && index < length; index += 1) best = floatAt(values, index);
  for (; index < length; index += 1) {
    const value = floatAt(values, index);
    if (value < best) best = value;
  }
  return best;
}

/** Of the population, by Welford's method (https://doi.org/10.1080/00401706.1962.10490022) with both sums compensated. */
function varianceOf({ values, length }: SampleWindow): number {
  const mean = new CompensatedSum(0, 0);
  const squares = new CompensatedSum(0, 0);
  for (let index = 0; index < length; index += 1) {
    const value = floatAt(values, index);
    const distance = value - (mean.sum + mean.compensation);
    mean.add(distance / (index + 1));
    squares.add(distance * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / length;
}

/** In seconds: of the last of equal ones. NaN gives way to any number. */
function timeOfExtreme({ timesMs, values, length }: SampleWindow, beats: (value: number, best: number) => boolean): number {
  let best = floatAt(values, 0);
  let timeMs = floatAt(timesMs, 0);
  for (let index = 1; index < length; index += 1) {
    const value = floatAt(values, index);
    if (!beats(value, best) && !Number.isNaN(best)) continue;
    best = value;
    timeMs = floatAt(timesMs, index);
  }
  return timeMs / 1000;
}

/** Keeps the metric's name: the value is the series' own. */
export function firstOverTime(args: readonly Step[]): Step {
  const range = rangeArgument(args, 0);
  return { type: 'vector', run: (run) => range.reduce(run, ({ values }) => floatAt(values, 0)) };
}

/** Keeps the metric's name: the value is the series' own. */
export function lastOverTime(args: readonly Step[]): Step {
  const range = rangeArgument(args, 0);
  return { type: 'vector', run: (run) => range.reduce(run, ({ values, length }) => floatAt(values, length - 1)) };
}
