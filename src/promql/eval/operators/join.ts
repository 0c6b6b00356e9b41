// Arithmetic and comparison between two vectors, one-to-one or many-to-one.
import { floatAt, intAt } from '../../../lib/columns.ts';
import type { Binary, Matching } from '../../syntax/ast.ts';
import { narrowedBy } from '../reading/narrow.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { VectorStep } from '../step.ts';
import { ABSENT, isPresent, type Vector } from '../vector.ts';
import { joinLabeller } from './join-labels.ts';
import { type MatchNumbers, manyToMany, matchingOf, matchNumbers, severalUngrouped, uniquePositions } from './matching.ts';
import { type Operation, operationOf } from './operation.ts';

interface Operands {
  readonly left: VectorStep;
  readonly right: VectorStep;
  readonly settings: EvalSettings;
}

export function joinVectors(node: Binary, { left, right, settings }: Operands): VectorStep {
  const matching = matchingOf(node);
  const operation = operationOf(node, 'left');
  const numbersOf = matchNumbers(matching);
  const label = joinLabeller(node, { operation, settings });
  const isSwapped = matching.group?.many === 'right';
  const rightFor = narrowedBy(node, right);
  return (run) => {
    const a = left(run);
    const mark = run.scratch.mark();
    const b = rightFor(a.list)(run);
    const numbers = numbersOf(a.list, b.list);
    const join = { node, matching, operation, isSwapped, many: isSwapped ? b : a, one: isSwapped ? a : b, numbers, run };
    const partners = partnersOf(join);
    const labelled = label({ vector: join.many, one: join.one, partners, numbers: isSwapped ? numbers.right : numbers.left, run });
    combine(join, partners);
    if (!isSwapped) run.scratch.release(mark);
    return labelled();
  };
}

interface Join {
  readonly node: Binary;
  readonly matching: Matching;
  readonly operation: Operation;
  /** True when the many side stands on the right of the operator. */
  readonly isSwapped: boolean;
  readonly many: Vector;
  /** The side that must have one series per match number. */
  readonly one: Vector;
  readonly numbers: MatchNumbers;
  readonly run: Run;
}

/** Puts the results in place of the many side's values. Partners are positions on the other side, -1 for none. */
function combine({ operation, isSwapped, many, one }: Join, partners: Int32Array): void {
  for (let position = 0; position < many.list.size; position += 1) {
    const partner = intAt(partners, position);
    const own = floatAt(many.values, position);
    const other = floatAt(one.values, partner);
    const left = isSwapped ? other : own;
    const right = isSwapped ? own : other;
    many.values[position] = operation.value(left, right);
    many.newestMs[position] =
      partner >= 0 && operation.holds(left, right) ? Math.max(floatAt(many.newestMs, position), floatAt(one.newestMs, partner)) : ABSENT;
  }
}

/** Where no two series of either side can have one match, which are present makes no difference. */
function partnersOf(join: Join): Int32Array {
  const { matching, isSwapped, many, numbers } = join;
  const known = isSwapped ? numbers.leftOf : numbers.rightOf;
  const isOneToOne = (isSwapped ? numbers.rightOf : numbers.leftOf) !== undefined;
  if (known !== undefined && (isOneToOne || matching.group !== undefined)) return known;
  // As in Prometheus, with an empty side nothing can match, and what the other side repeats does not matter.
  return isEmpty(many) ? new Int32Array(many.list.size).fill(-1) : presentPartners(join);
}

function presentPartners({ node, matching, isSwapped, many, one, numbers }: Join): Int32Array {
  const ofMany = isSwapped ? numbers.right : numbers.left;
  const positions = uniquePositions(
    { vector: one, numbers: isSwapped ? numbers.left : numbers.right, size: numbers.size },
    (first, second) =>
      manyToMany(node, { side: isSwapped ? 'left' : 'right', first: one.list.labels(first), second: one.list.labels(second) }),
  );
  const taken = new Uint8Array(numbers.size);
  const partners = new Int32Array(many.list.size).fill(-1);
  for (let position = 0; position < many.list.size; position += 1) {
    const number = intAt(ofMany, position);
    const partner = intAt(positions, number);
    if (partner < 0 || !isPresent(many, position)) continue;
    // Whether the comparison holds makes no difference here.
    if (taken[number] === 1 && matching.group === undefined) throw severalUngrouped(node, many.list.labels(position));
    taken[number] = 1;
    partners[position] = partner;
  }
  return partners;
}

function isEmpty(vector: Vector): boolean {
  for (let position = 0; position < vector.list.size; position += 1) if (isPresent(vector, position)) return false;
  return true;
}
