// Between scalars and vectors: scalar(), vector(), time(), pi().
import { floatAt } from '../../../lib/columns.ts';
import { unlabelled } from '../labels/series-list.ts';
import { type Step, scalarArgument, vectorArgument } from '../step.ts';
import { isPresent, NO_SAMPLE, type Scalar, type Vector } from '../vector.ts';

/** The value of a vector's one series; NaN when it has none or several. */
export function scalarOf(args: readonly Step[]): Step {
  const vector = vectorArgument(args, 0);
  return { type: 'scalar', run: (run) => onlyValue(vector(run)) };
}

function onlyValue(vector: Vector): Scalar {
  let value = Number.NaN;
  let newestMs = NO_SAMPLE;
  let count = 0;
  for (let position = 0; position < vector.list.size; position += 1) {
    if (!isPresent(vector, position)) continue;
    count += 1;
    value = floatAt(vector.values, position);
    newestMs = Math.max(newestMs, floatAt(vector.newestMs, position));
  }
  return { value: count === 1 ? value : Number.NaN, newestMs };
}

export function vectorOf(args: readonly Step[]): Step {
  const scalar = scalarArgument(args, 0);
  const list = unlabelled();
  const wrap = ({ value, newestMs }: Scalar): Vector => ({ list, values: Float64Array.of(value), newestMs: Float64Array.of(newestMs) });
  return { type: 'vector', run: (run) => wrap(scalar(run)) };
}

/** The instant asked about, in seconds. */
export function timeOf(): Step {
  return { type: 'scalar', run: ({ timeMs }) => ({ value: timeMs / 1000, newestMs: NO_SAMPLE }) };
}

export function pi(): Step {
  return { type: 'scalar', run: () => ({ value: Math.PI, newestMs: NO_SAMPLE }) };
}
