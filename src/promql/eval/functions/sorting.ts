// Vectors in order. It shows in the answer to an instant question; a range has an order of its own.
import { floatAt, intAt } from '../../../lib/columns.ts';
import { comparePairs, inLabelOrder } from '../label-order.ts';
import { remember } from '../remember.ts';
import type { Run } from '../run.ts';
import { listAt, type SeriesList } from '../series-list.ts';
import { type Step, vectorArgument } from '../step.ts';
import { isPresent, rawVector, type Vector } from '../vector.ts';
import { type FunctionBuild, textArguments } from './call.ts';
import { compareNaturally } from './natural-order.ts';

/** NaN is last, whatever the direction. */
export const sortByValue = (direction: 1 | -1): FunctionBuild => {
  return (args) =>
    sorted(args, ({ values }) => (one, other) => {
      const left = floatAt(values, one);
      const right = floatAt(values, other);
      if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      if (left === right) return 0;
      return left < right ? -direction : direction;
    });
};

/** By some labels, the first that differs deciding, then by all. */
export const sortByLabel = (direction: 1 | -1): FunctionBuild => {
  return (args) => {
    const names = textArguments(args, 1);
    const ranksOf = remember((list: SeriesList) => ranksIn(list, names));
    return sorted(args, ({ list }) => {
      const ranks = ranksOf(list);
      return (one, other) => direction * (intAt(ranks, one) - intAt(ranks, other));
    });
  };
};

/** Per series its place among all, which no value moves. */
function ranksIn(list: SeriesList, names: readonly string[]): Int32Array {
  const series = Array.from({ length: list.size }, (_, position) => {
    const labels = list.labels(position);
    return { position, values: names.map((name) => labels.get(name) ?? ''), pairs: inLabelOrder(labels) };
  });
  series.sort((one, other) => {
    for (const [at, value] of one.values.entries()) {
      const beside = other.values[at] ?? '';
      if (value !== beside) return compareNaturally(value, beside);
    }
    return comparePairs(one.pairs, other.pairs);
  });
  const ranks = new Int32Array(list.size);
  for (const [rank, { position }] of series.entries()) ranks[position] = rank;
  return ranks;
}

type Order = (one: number, other: number) => number;

function sorted(args: readonly Step[], orderOf: (vector: Vector) => Order): Step {
  const argument = vectorArgument(args, 0);
  const listOf = steadyLists();
  return {
    type: 'vector',
    run: (run) => {
      const vector = argument(run);
      const present: number[] = [];
      for (let position = 0; position < vector.list.size; position += 1) if (isPresent(vector, position)) present.push(position);
      const positions = Int32Array.from(present.sort(orderOf(vector)));
      return picked(vector, { positions, list: listOf(vector.list, positions), run });
    },
  };
}

interface Picked {
  readonly positions: Int32Array;
  readonly list: SeriesList;
  readonly run: Run;
}

function picked({ values, newestMs }: Vector, { positions, list, run }: Picked): Vector {
  const result = rawVector(list, run);
  for (const [at, position] of positions.entries()) {
    result.values[at] = floatAt(values, position);
    result.newestMs[at] = floatAt(newestMs, position);
  }
  return result;
}

/** The list given last time for the same series in the same order, so that labels made for it serve again. */
function steadyLists(): (list: SeriesList, positions: Int32Array) => SeriesList {
  let last: { readonly list: SeriesList; readonly positions: Int32Array; readonly result: SeriesList } | undefined;
  return (list, positions) => {
    const isSame =
      last?.list === list && last.positions.length === positions.length && last.positions.every((at, index) => at === positions[index]);
    if (last === undefined || !isSame) last = { list, positions, result: listAt(list, positions) };
    return last.result;
  };
}
