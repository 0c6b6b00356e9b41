// Aggregations that leave some series of each group as they are: topk, bottomk, limitk, limit_ratio.
import { floatAt, intAt } from '../../../lib/columns.ts';
import type { Aggregation, AggregationName } from '../../syntax/ast.ts';
import { hashShare } from '../labels/label-hash.ts';
import { picked, steadyList } from '../labels/picked.ts';
import type { SeriesList } from '../labels/series-list.ts';
import { remember } from '../remember.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { VectorStep } from '../step.ts';
import { ABSENT, isPresent, type Vector } from '../vector.ts';
import { type Groups, groupSeries } from './aggregate.ts';
import { BestHeap } from './best-heap.ts';
import { type Parameter, parameterReader } from './parameter.ts';

interface Choice {
  readonly argument: VectorStep;
  readonly parameter: Parameter;
  readonly settings: EvalSettings;
}

type Choose = (input: Vector, about: { readonly groups: Groups; readonly parameter: number; readonly run: Run }) => Vector;

const CHOICES: Partial<Record<AggregationName, () => Choose>> = {
  topk: () => best(isLess),
  bottomk: () => best((value, other) => value > other),
  limitk: () => firstOf(),
  limit_ratio: () => shareOf(),
};

export function isChoice(operator: AggregationName): boolean {
  return CHOICES[operator] !== undefined;
}

export function chooseSeries(node: Aggregation, { argument, parameter, settings }: Choice): VectorStep {
  const groupsOf = remember((list: SeriesList) => groupSeries(list, node.grouping));
  const { read, judge } = parameterReader(node, parameter, settings);
  const choose = CHOICES[node.operator]?.();
  if (choose === undefined) throw new Error(`BUG: ${node.operator} chooses nothing`);
  return (run) => {
    const { value, newestMs } = read(run);
    const input = argument(run);
    const chosen = judge(value, run) ? choose(input, { groups: groupsOf(input.list), parameter: value, run }) : nothingOf(input);
    for (let position = 0; position < chosen.list.size; position += 1) {
      // Math.max keeps ABSENT.
      chosen.newestMs[position] = Math.max(floatAt(chosen.newestMs, position), newestMs);
    }
    return chosen;
  };
}

function best(isWorse: (value: number, other: number) => boolean): Choose {
  const steady = steadyList();
  return (input, { groups, parameter, run }) => {
    const limit = Math.min(Math.trunc(parameter), input.list.size);
    if (limit < 1) return nothingOf(input);
    const heaps = heapsOf(input, { groups, limit, isWorse });
    return picked(input, { positions: Int32Array.from(heaps.flatMap((heap) => heap.ranked())), steady, run });
  };
}

interface Heaping {
  readonly groups: Groups;
  /** Of each heap. */
  readonly limit: number;
  readonly isWorse: (value: number, other: number) => boolean;
}

/** One for each group that has a value, in the order of their first ones. */
function heapsOf(input: Vector, { groups, limit, isWorse }: Heaping): readonly BestHeap[] {
  const heaps: (BestHeap | undefined)[] = [];
  const order: BestHeap[] = [];
  for (let position = 0; position < input.list.size; position += 1) {
    if (!isPresent(input, position)) continue;
    const group = intAt(groups.groupOf, position);
    let heap = heaps[group];
    if (heap === undefined) {
      heap = new BestHeap(input.values, { limit, isWorse });
      heaps[group] = heap;
      order.push(heap);
    }
    heap.offer(position);
  }
  return order;
}

function isLess(value: number, other: number): boolean {
  return value < other;
}

function nothingOf(input: Vector): Vector {
  input.newestMs.fill(ABSENT, 0, input.list.size);
  return input;
}

/** The first ones of each group. */
function firstOf(): Choose {
  const order = heapOrder();
  return (input, { groups, parameter, run }) => {
    const limit = Math.trunc(parameter);
    const taken = new Int32Array(groups.groups.size);
    for (let position = 0; position < input.list.size; position += 1) {
      if (!isPresent(input, position)) continue;
      const group = intAt(groups.groupOf, position);
      const count = intAt(taken, group);
      if (count >= limit) input.newestMs[position] = ABSENT;
      taken[group] = count + 1;
    }
    return order(input, { groups, run });
  };
}

/** The same series at every step, and those that the ratio leaves are those that ratio − 1 takes. */
function shareOf(): Choose {
  const order = heapOrder();
  const sharesOf = remember((list: SeriesList) =>
    Float64Array.from({ length: list.size }, (_, position) => hashShare(list.labels(position))),
  );
  return (input, { groups, parameter, run }) => {
    const ratio = Math.max(-1, Math.min(1, parameter));
    const shares = sharesOf(input.list);
    for (let position = 0; position < input.list.size; position += 1) {
      const share = floatAt(shares, position);
      const isTaken = ratio >= 0 ? share < ratio : share >= 1 + ratio;
      if (!isTaken) input.newestMs[position] = ABSENT;
    }
    return order(input, { groups, run });
  };
}

/** At an instant Prometheus hands on what it took as it lies in its heaps, the smallest value first; over a range in no order. */
function heapOrder(): (input: Vector, about: { readonly groups: Groups; readonly run: Run }) => Vector {
  const steady = steadyList();
  return (input, { groups, run }) => {
    if (run.grid.count > 1) return input;
    const heaps = heapsOf(input, { groups, limit: input.list.size, isWorse: isLess });
    return picked(input, { positions: Int32Array.from(heaps.flatMap((heap) => heap.held())), steady, run });
  };
}
