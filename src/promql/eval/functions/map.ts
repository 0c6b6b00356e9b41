// Functions that change each series by itself; all drop the metric's name.
import { floatAt } from '../../../lib/columns.ts';
import { nameDropper } from '../labels/distinct.ts';
import type { Run } from '../running/run.ts';
import { type RangeReduce, rangeArgument, type Step, vectorArgument } from '../step.ts';
import { ABSENT, NO_SAMPLE, type Vector } from '../vector.ts';
import { type CallContext, type Constants, constantsOf, type FunctionBuild } from './call.ts';

type Change = (value: number) => number;

export function mapVector(change: Change): (args: readonly Step[], context: Pick<CallContext, 'settings'>) => Step {
  return (args, { settings }) => {
    const argument = vectorArgument(args, 0);
    const dropName = nameDropper(settings);
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

/** `bind` says at each instant what the scalar arguments make of a value, or that no series has a result. Their own samples date it too. */
export function mapVectorWith(bind: (...constants: readonly number[]) => Change | undefined): FunctionBuild {
  return (args, { settings }) => {
    const argument = vectorArgument(args, 0);
    const constantsAt = constantsOf(args);
    const dropName = nameDropper(settings);
    return {
      type: 'vector',
      run: (run) => {
        const constants = constantsAt(run);
        const vector = argument(run);
        const change = bind(...constants.values);
        if (change === undefined) vector.newestMs.fill(ABSENT, 0, vector.list.size);
        else for (let at = 0; at < vector.list.size; at += 1) vector.values[at] = change(floatAt(vector.values, at));
        dateToo(vector, constants);
        return dropName(vector);
      },
    };
  };
}

export function mapRange(reduce: RangeReduce): FunctionBuild {
  return (args, { settings }) => {
    const range = rangeArgument(args, 0);
    const dropName = nameDropper(settings);
    return { type: 'vector', run: (run) => dropName(range.reduce(run, reduce)) };
  };
}

/** Makes the reduction of one instant from the scalar arguments; asked for at most once an instant, when there is a series with samples. */
export type BindRange = (constants: readonly number[], about: { readonly run: Run; readonly context: CallContext }) => RangeReduce;

/** `rangeAt` is the place of the range among the arguments. The scalars' own samples date the result too. */
export function mapRangeWith(rangeAt: number, bind: BindRange): FunctionBuild {
  return (args, context) => {
    const range = rangeArgument(args, rangeAt);
    const constantsAt = constantsOf(args);
    const dropName = nameDropper(context.settings);
    return {
      type: 'vector',
      run: (run) => {
        const constants = constantsAt(run);
        let bound: RangeReduce | undefined;
        const vector = range.reduce(run, (window, bounds) => {
          bound ??= bind(constants.values, { run, context });
          return bound(window, bounds);
        });
        dateToo(vector, constants);
        return dropName(vector);
      },
    };
  };
}

function dateToo({ list, newestMs }: Vector, constants: Constants): void {
  if (constants.newestMs === NO_SAMPLE) return;
  for (let at = 0; at < list.size; at += 1) newestMs[at] = Math.max(floatAt(newestMs, at), constants.newestMs);
}
