// Functions that change each series by itself; all drop the metric's name.
import { nameDropper } from './distinct.ts';
import { type RangeReduce, rangeArgument, type Step, scalarArgument, vectorArgument } from './step.ts';
import { mapValues } from './vector.ts';

export function mapVector(change: (value: number) => number): (args: readonly Step[]) => Step {
  return (args) => {
    const vector = vectorArgument(args, 0);
    const dropName = nameDropper();
    return { type: 'vector', run: (run) => dropName(mapValues(vector(run), change)) };
  };
}

/** The scalar's own samples date the result too. */
export function mapVectorWithScalar(change: (value: number, constant: number) => number): (args: readonly Step[]) => Step {
  return (args) => {
    const vector = vectorArgument(args, 0);
    const scalar = scalarArgument(args, 1);
    const dropName = nameDropper();
    return {
      type: 'vector',
      run: (run) => {
        const constant = scalar(run);
        const changed = mapValues(vector(run), (value) => change(value, constant.value));
        return dropName({ ...changed, newestMs: changed.newestMs.map((timeMs) => Math.max(timeMs, constant.newestMs)) });
      },
    };
  };
}

export function mapRange(reduce: RangeReduce): (args: readonly Step[]) => Step {
  return (args) => {
    const range = rangeArgument(args, 0);
    const dropName = nameDropper();
    return { type: 'vector', run: (run) => dropName(range(run, reduce)) };
  };
}
