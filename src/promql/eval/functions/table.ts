// The one table of what functions do. What they take and return is syntax/signatures.ts.
import type { Call } from '../../syntax/ast.ts';
import type { EvalSettings } from '../settings.ts';
import type { Step } from '../step.ts';
import { scalarOf, timeOf, vectorOf } from './convert.ts';
import { mapRange, mapVector, mapVectorWithScalar } from './map.ts';
import { lastOverTime, overTime } from './over-time.ts';
import { delta, increase, irate, rate } from './rate.ts';

/** What a call stands in: its place for annotations, and what the steps may ask. */
export interface CallContext {
  readonly node: Call;
  readonly settings: EvalSettings;
}

/** Called once per place in an expression, with the arguments that the function's signature promises. */
export type FunctionBuild = (args: readonly Step[], context: CallContext) => Step;

const TABLE: Readonly<Record<string, FunctionBuild>> = {
  abs: mapVector(Math.abs),
  avg_over_time: mapRange(overTime('avg')),
  clamp_max: mapVectorWithScalar(smaller),
  clamp_min: mapVectorWithScalar(larger),
  count_over_time: mapRange(overTime('count')),
  delta: mapRange(delta),
  increase: increase,
  irate: mapRange(irate),
  last_over_time: lastOverTime,
  max_over_time: mapRange(overTime('max')),
  min_over_time: mapRange(overTime('min')),
  rate: rate,
  scalar: scalarOf,
  sum_over_time: mapRange(overTime('sum')),
  time: timeOf,
  vector: vectorOf,
};

/** By name, as `rate`. */
export const FUNCTIONS: ReadonlyMap<string, FunctionBuild> = new Map(Object.entries(TABLE));

// As Go's math.Min and math.Max, for which an infinity at its own end decides even beside NaN; ECMAScript's say NaN.
function smaller(left: number, right: number): number {
  return left === Number.NEGATIVE_INFINITY || right === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(left, right);
}

function larger(left: number, right: number): number {
  return left === Number.POSITIVE_INFINITY || right === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(left, right);
}
