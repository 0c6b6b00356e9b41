// and, or, unless: which series of two vectors are kept.
import { floatAt, intAt } from '../../../lib/columns.ts';
import type { Binary } from '../../syntax/ast.ts';
import { unionMarker } from '../labels/late-names.ts';
import { noIds, type SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { VectorStep } from '../step.ts';
import { ABSENT, rawVector, type Vector } from '../vector.ts';
import { type MatchNumbers, matchingOf, matchNumbers } from './matching.ts';

interface Sets {
  readonly left: Vector;
  readonly right: Vector;
  readonly numbers: MatchNumbers;
  readonly run: Run;
}

type Combine = (sets: Sets) => Vector;

interface Operands {
  readonly left: VectorStep;
  readonly right: VectorStep;
  readonly settings: EvalSettings;
}

export function combineSets(node: Binary, { left, right, settings }: Operands): VectorStep {
  const numbersOf = matchNumbers(matchingOf(node));
  const combine = combinerOf(node.operator, settings);
  return (run) => {
    const a = left(run);
    const mark = run.scratch.mark();
    const b = right(run);
    const result = combine({ left: a, right: b, numbers: numbersOf(a.list, b.list), run });
    if (result === a) run.scratch.release(mark);
    return result;
  };
}

function combinerOf(operator: string, settings: EvalSettings): Combine {
  if (operator === 'and') return intersection;
  return operator === 'unless' ? difference : union(settings);
}

/** A series on the left that is kept has been vouched for by a match, whose newest sample counts too. */
function intersection({ left, right, numbers, run }: Sets): Vector {
  const { newestMs } = left;
  const { rightOf } = numbers;
  if (rightOf !== undefined) {
    for (let position = 0; position < left.list.size; position += 1) {
      newestMs[position] = Math.max(floatAt(newestMs, position), floatAt(right.newestMs, intAt(rightOf, position)));
    }
    return left;
  }
  const newest = newestByNumber(right, { numbers: numbers.right, size: numbers.size, run });
  for (let position = 0; position < left.list.size; position += 1) {
    newestMs[position] = Math.max(floatAt(newestMs, position), floatAt(newest, intAt(numbers.left, position)));
  }
  return left;
}

function difference({ left, right, numbers, run }: Sets): Vector {
  const newest = newestByNumber(right, { numbers: numbers.right, size: numbers.size, run });
  for (let position = 0; position < left.list.size; position += 1) {
    if (!Number.isNaN(newest[intAt(numbers.left, position)])) left.newestMs[position] = ABSENT;
  }
  return left;
}

function union(settings: EvalSettings): Combine {
  const mark = unionMarker(settings);
  const concatenate = remember(concatenated);
  return ({ left, right, numbers, run }) => {
    const list = concatenate(left.list, right.list);
    const both = rawVector(list, run);
    both.values.set(left.values.subarray(0, left.list.size));
    both.newestMs.set(left.newestMs.subarray(0, left.list.size));
    const taken = newestByNumber(left, { numbers: numbers.left, size: numbers.size, run });
    for (let position = 0; position < right.list.size; position += 1) {
      const isTaken = !Number.isNaN(taken[intAt(numbers.right, position)]);
      both.values[left.list.size + position] = floatAt(right.values, position);
      both.newestMs[left.list.size + position] = isTaken ? ABSENT : floatAt(right.newestMs, position);
    }
    return mark(both, run);
  };
}

function concatenated(left: SeriesList, right: SeriesList): SeriesList {
  const isLeft = (position: number): boolean => position < left.size;
  return {
    size: left.size + right.size,
    namesDiffer: true,
    losesName: (position) => (isLeft(position) ? left.losesName(position) : right.losesName(position - left.size)),
    labels: (position) => (isLeft(position) ? left.labels(position) : right.labels(position - left.size)),
    labelNames: () => new Set([...left.labelNames(), ...right.labelNames()]),
    labelIds: (name) => {
      const ids = noIds(left.size + right.size);
      ids.set(left.labelIds(name));
      ids.set(right.labelIds(name), left.size);
      return ids;
    },
  };
}

interface Numbered {
  readonly numbers: Int32Array;
  readonly size: number;
  readonly run: Run;
}

/** Per match number the newest contribution of its present series, ABSENT without one. */
function newestByNumber({ newestMs, list }: Vector, { numbers, size, run }: Numbered): Float64Array {
  const newest = run.scratch.column(size).fill(ABSENT, 0, size);
  for (let position = 0; position < list.size; position += 1) {
    const timeMs = floatAt(newestMs, position);
    const number = intAt(numbers, position);
    // True for the first one too: nothing is below ABSENT, a NaN.
    if (!Number.isNaN(timeMs) && !(floatAt(newest, number) >= timeMs)) newest[number] = timeMs;
  }
  return newest;
}
