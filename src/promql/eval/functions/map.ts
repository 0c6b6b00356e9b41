// Functions that change each series by itself; all drop the metric's name.
import { floatAt } from '../../../lib/columns.ts';
import { nameDropper } from '../distinct.ts';
import { type RangeReduce, rangeArgument, type Step, scalarArgument, vectorArgument } from '../step.ts';

export function mapVector(change: (value: number) => number): (args: readonly Step[]) => Step {
  return (args) => {
    const argument = vectorArgument(args, 0);
    const dropName = nameDropper();
    return {
      type: 'vector',
      run: (run) => {
        const vector = argument(run);
        const { values } = vector;
        for (let position = 0; position < vector.list.size; position += 1) values[position] = change(floatAt(values, position));
        return dropName(vector);
      },
    };
  };
}

/** The scalar's own samples date the result too. */
export function mapVectorWithScalar(change: (value: number, constant: number) => number): (args: readonly Step[]) => Step {
  return (args) => {
    const argument = vectorArgument(args, 0);
    const scalar = scalarArgument(args, 1);
    const dropName = nameDropper();
    return {
      type: 'vector',
      run: (run) => {
        const constant = scalar(run);
        const vector = argument(run);
        const { values, newestMs } = vector;
        for (let position = 0; position < vector.list.size; position += 1) {
          values[position] = change(floatAt(values, position), constant.value);
          newestMs[position] = Math.max(floatAt(newestMs, position), constant.newestMs);
        }
        return dropName(vector);
      },
    };
  };
}

export function mapRange(reduce: RangeReduce): (args: readonly Step[]) => Step {
  return (args) => {
    const range = rangeArgument(args, 0);
    const dropName = nameDropper();
    return { type: 'vector', run: (run) => dropName(range.reduce(run, reduce)) };
  };
}
