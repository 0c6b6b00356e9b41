// One series' samples in a range to one value.
import { floatAt } from '../../../lib/columns.ts';
import type { SampleWindow } from '../../../model/sample-source.ts';
import { ACCUMULATORS, type AccumulatorName } from '../accumulator.ts';
import { type RangeReduce, rangeArgument, type Step } from '../step.ts';

export function overTime(name: AccumulatorName): RangeReduce {
  const accumulator = ACCUMULATORS[name]();
  const general = ({ values, length }: SampleWindow): number => {
    accumulator.reset();
    for (let index = 0; index < length; index += 1) accumulator.add(floatAt(values, index));
    return accumulator.result();
  };
  return name === 'avg' ? (window) => meanOf(window) ?? general(window) : general;
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

/** Keeps the metric's name: the value is the series' own. */
export function lastOverTime(args: readonly Step[]): Step {
  const range = rangeArgument(args, 0);
  return { type: 'vector', run: (run) => range.reduce(run, ({ values, length }) => floatAt(values, length - 1)) };
}
