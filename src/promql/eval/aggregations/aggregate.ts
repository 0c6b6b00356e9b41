// Aggregations over series.
import { floatAt, intAt } from '../../../lib/columns.ts';

import { METRIC_NAME } from '../../../model/labels.ts';
import type { Aggregation, AggregationName, Grouping } from '../../syntax/ast.ts';
import { unsupported } from '../../syntax/failure.ts';
import { groupMarker } from '../labels/late-names.ts';
import { numberSeries } from '../labels/numbering.ts';
import { picked, steadyList } from '../labels/picked.ts';
import { listAt, listOfOnly, listWithout, type SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { VectorStep } from '../step.ts';
import { absentVector, isPresent, movedDown, NO_SAMPLE, type Vector } from '../vector.ts';
import { ACCUMULATORS, type Accumulator, type AccumulatorName } from './accumulator.ts';
import { type Parameter, parameterReader } from './parameter.ts';
import { quantileOf } from './quantiles.ts';

interface Aggregated {
  readonly argument: VectorStep;
  /** The φ of quantile. */
  readonly parameter: Parameter | undefined;
  readonly settings: EvalSettings;
}

/** One value for each group of series. */
export function aggregate(node: Aggregation, { argument, parameter, settings }: Aggregated): VectorStep {
  const groupsOf = remember((list: SeriesList) => groupSeries(list, node.grouping));
  const markLost = groupMarker(settings);
  const reader = parameter === undefined ? undefined : parameterReader(node, parameter, settings);
  const reduce = node.operator === 'sum' ? addUp : node.operator === 'quantile' ? takeQuantiles : accumulate(node.operator);
  const steady = steadyList();
  return (run) => {
    const share = reader?.read(run);
    const mark = run.scratch.mark();
    const input = argument(run);
    if (share !== undefined) reader?.judge(share.value, run);
    const groups = groupsOf(input.list);
    const { groupOf } = groups;
    const output = absentVector(markLost(input, groups), run);
    const isInOrder = noteNewest(input, { groupOf, newestMs: output.newestMs, atLeast: share?.newestMs ?? NO_SAMPLE });
    reduce(input, { groupOf, output, run, share: share?.value ?? Number.NaN });
    const ordered = isInOrder || run.grid.count > 1 ? output : inOrderOf(input, { groupOf, output, steady, run });
    return movedDown(ordered, { mark, run });
  };
}

export interface Groups {
  /** Per series the number of its group. */
  readonly groupOf: Int32Array;
  readonly groups: SeriesList;
}

interface Reduction {
  readonly groupOf: Int32Array;
  readonly output: Vector;
  readonly run: Run;
  /** Of quantile. */
  readonly share: number;
}

interface Dated {
  readonly groupOf: Int32Array;
  readonly newestMs: Float64Array;
  /** Of the sample that the parameter comes from. */
  readonly atLeast: number;
}

/** True when the groups have their first values in the order of their numbers. */
function noteNewest(input: Vector, { groupOf, newestMs, atLeast }: Dated): boolean {
  let last = -1;
  let isInOrder = true;
  for (let position = 0; position < input.list.size; position += 1) {
    const timeMs = floatAt(input.newestMs, position);
    const group = intAt(groupOf, position);
    // True for the first one too: nothing is below ABSENT, a NaN.
    if (Number.isNaN(timeMs) || floatAt(newestMs, group) >= timeMs) continue;
    if (Number.isNaN(newestMs[group])) {
      if (group < last) isInOrder = false;
      last = group;
    }
    newestMs[group] = Math.max(timeMs, atLeast);
  }
  return isInOrder;
}

interface Ordering {
  readonly groupOf: Int32Array;
  readonly output: Vector;
  readonly steady: ReturnType<typeof steadyList>;
  readonly run: Run;
}

/** At an instant Prometheus has the groups in the order of the first series that has a value: what is made of them next depends on it. */
function inOrderOf(input: Vector, { groupOf, output, steady, run }: Ordering): Vector {
  const order = new Set<number>();
  for (let position = 0; position < input.list.size; position += 1) if (isPresent(input, position)) order.add(intAt(groupOf, position));
  return picked(output, { positions: Int32Array.from(order), steady, run });
}

/** Neumaier's compensated sums, as the accumulator adds, in two columns. */
function addUp(input: Vector, { groupOf, output, run }: Reduction): void {
  const sums = output.values.fill(0, 0, output.list.size);
  const compensations = run.scratch.column(output.list.size).fill(0, 0, output.list.size);
  for (let position = 0; position < input.list.size; position += 1) {
    if (Number.isNaN(floatAt(input.newestMs, position))) continue;
    const value = floatAt(input.values, position);
    const group = intAt(groupOf, position);
    const sum = floatAt(sums, group);
    const total = sum + value;
    if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) compensations[group] = 0;
    else {
      const lost = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
      compensations[group] = floatAt(compensations, group) + lost;
    }
    sums[group] = total;
  }
  for (let group = 0; group < output.list.size; group += 1) sums[group] = floatAt(sums, group) + floatAt(compensations, group);
}

/** The values of each group together, in one column. */
function takeQuantiles(input: Vector, { groupOf, output, run, share }: Reduction): void {
  const groups = output.list.size;
  const ends = new Int32Array(groups + 1);
  for (let position = 0; position < input.list.size; position += 1) {
    if (isPresent(input, position)) ends[intAt(groupOf, position) + 1] = intAt(ends, intAt(groupOf, position) + 1) + 1;
  }
  for (let group = 0; group < groups; group += 1) ends[group + 1] = intAt(ends, group + 1) + intAt(ends, group);
  const starts = ends.slice();
  const sorted = run.scratch.column(input.list.size);
  for (let position = 0; position < input.list.size; position += 1) {
    if (!isPresent(input, position)) continue;
    const group = intAt(groupOf, position);
    const at = intAt(starts, group);
    sorted[at] = floatAt(input.values, position);
    starts[group] = at + 1;
  }
  for (let group = 0; group < groups; group += 1) {
    output.values[group] = quantileOf(sorted.subarray(intAt(ends, group), intAt(ends, group + 1)), share);
  }
}

function accumulate(operator: AggregationName): (input: Vector, reduction: Reduction) => void {
  const start = ACCUMULATORS[operator as AccumulatorName];
  if (start === undefined) throw unsupported({ what: 'aggregation', name: operator, instead: 'write it in another way' });
  const accumulators: Accumulator[] = [];
  return (input, { groupOf, output }) => {
    while (accumulators.length < output.list.size) accumulators.push(start());
    for (let group = 0; group < output.list.size; group += 1) accumulators[group]?.reset();
    for (let position = 0; position < input.list.size; position += 1) {
      if (isPresent(input, position)) accumulators[intAt(groupOf, position)]?.add(floatAt(input.values, position));
    }
    for (let group = 0; group < output.list.size; group += 1) output.values[group] = accumulators[group]?.result() ?? Number.NaN;
  };
}

export function groupSeries(list: SeriesList, { without, labels }: Grouping): Groups {
  const { numbers, size } = numberSeries([list], without ? { allBut: labels } : { only: labels });
  const [groupOf = new Int32Array()] = numbers;
  const firsts = new Int32Array(size).fill(-1);
  for (let position = 0; position < list.size; position += 1) {
    const group = intAt(groupOf, position);
    if (firsts[group] === -1) firsts[group] = position;
  }
  const kept = without ? listWithout(list, [...labels, METRIC_NAME], { namesDiffer: false }) : listOfOnly(list, labels);
  return { groupOf, groups: listAt(kept, firsts) };
}
