// Arithmetic and comparison between two vectors, one-to-one or many-to-one.
import type { Binary, Matching } from '../ast.ts';
import { numberAt } from './columns.ts';
import { joinLabeller } from './join-labels.ts';
import { manyToMany, matchingOf, matchNumbers, severalUngrouped, uniquePositions } from './matching.ts';
import { type Operation, operationOf } from './operation.ts';
import type { VectorStep } from './step.ts';
import { absentVector, isPresent, type Vector } from './vector.ts';

export function joinVectors(node: Binary, { left, right }: { readonly left: VectorStep; readonly right: VectorStep }): VectorStep {
  const matching = matchingOf(node);
  const operation = operationOf(node, 'left');
  const numbersOf = matchNumbers(matching);
  const label = joinLabeller(node, operation);
  const isSwapped = matching.group?.many === 'right';
  return (run) => {
    const a = left(run);
    const b = right(run);
    const numbers = numbersOf(a.list, b.list);
    const many = { vector: isSwapped ? b : a, numbers: isSwapped ? numbers.right : numbers.left };
    const one = { vector: isSwapped ? a : b, numbers: isSwapped ? numbers.left : numbers.right };
    const joined = combine({ node, matching, operation, many, one, size: numbers.size });
    return label({ ...joined, one: one.vector.list });
  };
}

interface Side {
  readonly vector: Vector;
  readonly numbers: Int32Array;
}

interface Join {
  readonly node: Binary;
  readonly matching: Matching;
  readonly operation: Operation;
  readonly many: Side;
  /** The side that must have one series per match number. */
  readonly one: Side;
  readonly size: number;
}

interface Joined {
  /** Beside the series of the many side. */
  readonly vector: Vector;
  /** Per series of the many side: the position of its match, -1 without a result. */
  readonly partners: Int32Array;
}

function combine({ node, matching, operation, many, one, size }: Join): Joined {
  const isSwapped = matching.group?.many === 'right';
  const vector = absentVector(many.vector.list);
  const partners = new Int32Array(vector.list.size).fill(-1);
  // As in Prometheus, with an empty side nothing can match, and what the other side repeats does not matter.
  if (isEmpty(many.vector)) return { vector, partners };
  const { list } = one.vector;
  const positions = uniquePositions({ ...one, size }, (first, second) =>
    manyToMany(node, { side: isSwapped ? 'left' : 'right', first: list.labels(first), second: list.labels(second) }),
  );
  const taken = new Uint8Array(size);
  for (const [position, number] of many.numbers.entries()) {
    const partner = numberAt(positions, number);
    if (partner < 0 || !isPresent(many.vector, position)) continue;
    const own = numberAt(many.vector.values, position);
    const other = numberAt(one.vector.values, partner);
    const left = isSwapped ? other : own;
    const right = isSwapped ? own : other;
    if (!operation.holds(left, right)) continue;
    if (taken[number] === 1 && matching.group === undefined) throw severalUngrouped(node, vector.list.labels(position));
    taken[number] = 1;
    vector.values[position] = operation.value(left, right);
    vector.newestMs[position] = Math.max(numberAt(many.vector.newestMs, position), numberAt(one.vector.newestMs, partner));
    partners[position] = partner;
  }
  return { vector, partners };
}

function isEmpty({ newestMs }: Vector): boolean {
  return newestMs.every((timeMs) => Number.isNaN(timeMs));
}
