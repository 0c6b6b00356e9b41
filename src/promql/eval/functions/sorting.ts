// Vectors in order. It shows in the answer to an instant question; a range has an order of its own.
import { floatAt } from '../../../lib/columns.ts';
import { sortedAsGo } from '../go-sort.ts';
import { comparePairs, inLabelOrder, type LabelPairs } from '../labels/label-order.ts';
import { listAt, type SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import { type Step, vectorArgument } from '../step.ts';
import { isPresent, rawVector, type Vector } from '../vector.ts';
import { type FunctionBuild, textArguments } from './call.ts';
import { compareNaturally } from './natural-order.ts';

/** NaN is last, whatever the direction. */
export const sortByValue = (direction: 1 | -1): FunctionBuild => {
  return (args) =>
    sorted(args, ({ values }, positions) =>
      positions.sort((one, other) => {
        const left = floatAt(values, one);
        const right = floatAt(values, other);
        if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
        if (left === right) return 0;
        return left < right ? -direction : direction;
      }),
    );
};

/** By some labels, the first that differs deciding, then by all. */
export const sortByLabel = (direction: 1 | -1): FunctionBuild => {
  return (args) => {
    const names = textArguments(args, 1);
    const keysOf = remember((list: SeriesList) => sortKeys(list, names));
    return sorted(args, ({ list }, positions) => {
      const keys = keysOf(list);
      return sortedAsGo(positions, {
        comesBefore: (one, other) => direction * compareKeys(keys[one], keys[other], compareAsPrometheus) < 0,
        compare: (one, other) => direction * compareKeys(keys[one], keys[other], compareNaturally),
      });
    });
  };
};

interface SortKey {
  readonly values: readonly string[];
  readonly pairs: LabelPairs;
}

function sortKeys(list: SeriesList, names: readonly string[]): readonly SortKey[] {
  return Array.from({ length: list.size }, (_, position) => {
    const labels = list.labels(position);
    return { values: names.map((name) => labels.get(name) ?? ''), pairs: inLabelOrder(labels) };
  });
}

type CompareValues = (one: string, other: string) => number;

/** As Prometheus compares: an empty text comes before none, and none before it. */
const compareAsPrometheus: CompareValues = (one, other) => (one === '' ? 1 : compareNaturally(one, other));

function compareKeys(one: SortKey | undefined, other: SortKey | undefined, compare: CompareValues): number {
  if (one === undefined || other === undefined) return 0;
  for (const [at, value] of one.values.entries()) {
    const beside = other.values[at] ?? '';
    if (value !== beside) return compare(value, beside);
  }
  return comparePairs(one.pairs, other.pairs);
}

type Sort = (vector: Vector, positions: number[]) => readonly number[];

function sorted(args: readonly Step[], sort: Sort): Step {
  const argument = vectorArgument(args, 0);
  const listOf = steadyLists();
  return {
    type: 'vector',
    run: (run) => {
      const vector = argument(run);
      const present: number[] = [];
      for (let position = 0; position < vector.list.size; position += 1) if (isPresent(vector, position)) present.push(position);
      const positions = Int32Array.from(sort(vector, present));
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
