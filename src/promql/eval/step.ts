// A compiled expression: functions that a run goes through, typed as PromQL types them.
import type { GrowthColumns, SampleWindow, TimeRange } from '../../model/sample-source.ts';
import type { Run } from './running/run.ts';
import type { Scalar, Vector } from './vector.ts';

export type VectorStep = (run: Run) => Vector;
export type ScalarStep = (run: Run) => Scalar;

/** Samples of a range, for a function that makes one value of each series' own. */
export interface RangeStep {
  /** Reads each series' samples and keeps what `reduce` makes of them. */
  reduce(run: Run, reduce: RangeReduce): Vector;
  /** The same by what rates need, some series at a time and without a look at each sample. */
  grow(run: Run, finish: GrowthReduce): Vector;
}

/** `seconds` is the range's length as the expression says it. */
export interface RangeBounds extends TimeRange {
  readonly seconds: number;
}

/** Values for the series from position `from` on, as many as `columns` has. `columns` are valid during the call only. */
export type GrowthReduce = (
  columns: GrowthColumns,
  about: { readonly bounds: RangeBounds; readonly from: number; readonly into: Vector },
) => void;

/** One value from at least one sample, or undefined when they do not make one. `window` is valid during the call only. */
export type RangeReduce = (window: SampleWindow, bounds: RangeBounds) => number | undefined;

export type Step =
  | { readonly type: 'scalar'; readonly run: ScalarStep }
  | { readonly type: 'vector'; readonly run: VectorStep }
  | { readonly type: 'range'; readonly range: RangeStep }
  | { readonly type: 'string'; readonly value: string };

/** The argument at `index` as a vector; the type checker has seen to it that it is one. */
export function vectorArgument(args: readonly Step[], index: number): VectorStep {
  const step = args[index];
  if (step?.type !== 'vector') throw wrongType('vector', step);
  return step.run;
}

export function scalarArgument(args: readonly Step[], index: number): ScalarStep {
  const step = args[index];
  if (step?.type !== 'scalar') throw wrongType('scalar', step);
  return step.run;
}

export function rangeArgument(args: readonly Step[], index: number): RangeStep {
  const step = args[index];
  if (step?.type !== 'range') throw wrongType('range', step);
  return step.range;
}

function wrongType(expected: Step['type'], step: Step | undefined): Error {
  return new Error(`BUG: the type checker let a ${step?.type} through where a ${expected} belongs`);
}
