// One series' samples in a range to one value.
import { floatAt } from '../../lib/columns.ts';
import type { AggregationName } from '../ast.ts';
import { ACCUMULATORS } from './accumulator.ts';
import { type RangeReduce, rangeArgument, type Step } from './step.ts';

export function overTime(name: AggregationName): RangeReduce {
  const accumulator = ACCUMULATORS[name]();
  return ({ values, length }) => {
    accumulator.reset();
    for (let index = 0; index < length; index += 1) accumulator.add(floatAt(values, index));
    return accumulator.result();
  };
}

/** Keeps the metric's name: the value is the series' own. */
export function lastOverTime(args: readonly Step[]): Step {
  const range = rangeArgument(args, 0);
  return { type: 'vector', run: (run) => range.reduce(run, ({ values, length }) => floatAt(values, length - 1)) };
}
