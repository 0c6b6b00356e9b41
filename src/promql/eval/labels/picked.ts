// Some series of a vector, in another order.
import { floatAt } from '../../../lib/columns.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import { rawVector, type Vector } from '../vector.ts';
import { listAt, type SeriesList } from './series-list.ts';

/** The series at some positions, in their order. */
export function picked(
  input: Vector,
  { positions, steady, run }: { readonly positions: Int32Array; readonly steady: ReturnType<typeof steadyList>; readonly run: Run },
): Vector {
  const output = rawVector(steady(input.list, positions), run);
  for (const [at, position] of positions.entries()) {
    output.values[at] = floatAt(input.values, position);
    output.newestMs[at] = floatAt(input.newestMs, position);
  }
  return output;
}

/** The list given last time where the same series of the same list are picked again, so that what is known of it serves again. */
export function steadyList(): (list: SeriesList, positions: Int32Array) => SeriesList {
  const lastOf = remember((_list: SeriesList): { positions: Int32Array; picked: SeriesList | undefined } => ({
    positions: new Int32Array(),
    picked: undefined,
  }));
  return (list, positions) => {
    const last = lastOf(list);
    const isSame = last.positions.length === positions.length && last.positions.every((position, at) => position === positions[at]);
    if (last.picked === undefined || !isSame) {
      last.positions = positions;
      last.picked = listAt(list, positions);
    }
    return last.picked;
  };
}
