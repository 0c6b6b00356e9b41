// and, or, unless: which series of two vectors are kept.
import type { Binary } from '../ast.ts';
import { numberAt } from './columns.ts';
import { type MatchNumbers, matchingOf, matchNumbers } from './matching.ts';
import { remember } from './remember.ts';
import { lazyList, type SeriesList } from './series-list.ts';
import type { VectorStep } from './step.ts';
import { ABSENT, isPresent, type Vector } from './vector.ts';

type Combine = (left: Vector, right: Vector, numbers: MatchNumbers) => Vector;

export function combineSets(node: Binary, { left, right }: { readonly left: VectorStep; readonly right: VectorStep }): VectorStep {
  const numbersOf = matchNumbers(matchingOf(node));
  const combine = combinerOf(node.operator);
  return (run) => {
    const a = left(run);
    const b = right(run);
    return combine(a, b, numbersOf(a.list, b.list));
  };
}

function combinerOf(operator: string): Combine {
  if (operator === 'and') return intersection;
  return operator === 'unless' ? difference : union();
}

/** A series on the left that is kept has been vouched for by a match, whose newest sample counts too. */
function intersection(left: Vector, right: Vector, numbers: MatchNumbers): Vector {
  const newestMs = newestByNumber(right, { numbers: numbers.right, size: numbers.size });
  return {
    ...left,
    newestMs: left.newestMs.map((timeMs, position) => Math.max(timeMs, numberAt(newestMs, numberAt(numbers.left, position)))),
  };
}

function difference(left: Vector, right: Vector, numbers: MatchNumbers): Vector {
  const newestMs = newestByNumber(right, { numbers: numbers.right, size: numbers.size });
  const isLeft = (position: number): boolean => Number.isNaN(numberAt(newestMs, numberAt(numbers.left, position)));
  return { ...left, newestMs: left.newestMs.map((timeMs, position) => (isLeft(position) ? timeMs : ABSENT)) };
}

function union(): Combine {
  const concatenate = remember(concatenated);
  const swap = ({ left, right, size }: MatchNumbers): MatchNumbers => ({ left: right, right: left, size });
  return (left, right, numbers) => {
    const added = difference(right, left, swap(numbers));
    const list = concatenate(left.list, right.list);
    return { list, values: joinColumns(left.values, added.values), newestMs: joinColumns(left.newestMs, added.newestMs) };
  };
}

function concatenated(left: SeriesList, right: SeriesList): SeriesList {
  const make = (position: number) => (position < left.size ? left.labels(position) : right.labels(position - left.size));
  return lazyList({ size: left.size + right.size, namesDiffer: true, make });
}

function joinColumns(first: Float64Array, second: Float64Array): Float64Array {
  const joined = new Float64Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** Per match number the newest contribution of its present series, ABSENT without one. */
function newestByNumber(vector: Vector, { numbers, size }: { readonly numbers: Int32Array; readonly size: number }): Float64Array {
  const newestMs = new Float64Array(size).fill(ABSENT);
  for (const [position, number] of numbers.entries()) {
    if (!isPresent(vector, position)) continue;
    const timeMs = numberAt(vector.newestMs, position);
    const known = numberAt(newestMs, number);
    newestMs[number] = Number.isNaN(known) ? timeMs : Math.max(known, timeMs);
  }
  return newestMs;
}
