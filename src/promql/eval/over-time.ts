// One series' samples in a range to one value.
import type { AggregationName } from '../ast.ts';
import { ACCUMULATORS } from './accumulator.ts';
import { numberAt } from './columns.ts';
import { type RangeReduce, rangeArgument, type Step } from './step.ts';

export function overTime(name: AggregationName): RangeReduce {
  const start = ACCUMULATORS[name];
  return ({ values, length }) => {
    const accumulator = start();
    for (let index = 0; index < length; index += 1) accumulator.add(numberAt(values, index));
    return accumulator.result();
  };
}

/** Keeps the metric's name: the value is the series' own. */
export function lastOverTime(args: readonly Step[]): Step {
  const range = rangeArgument(args, 0);
  return { type: 'vector', run: (run) => range(run, ({ values, length }) => numberAt(values, length - 1)) };
}
