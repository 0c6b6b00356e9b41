// The one table of functions: what each takes, returns and does.
import type { ValueType } from '../ast.ts';
import { scalarOf, timeOf, vectorOf } from './convert.ts';
import { mapRange, mapVector, mapVectorWithScalar } from './map.ts';
import { lastOverTime, overTime } from './over-time.ts';
import { delta, increase, irate, rate } from './rate.ts';
import type { Step } from './step.ts';

export interface FunctionSpec {
  readonly args: readonly ValueType[];
  readonly returns: ValueType;
  /** Called once per place in an expression, with the arguments that `args` promises. */
  readonly build: (args: readonly Step[]) => Step;
}

const TABLE: Readonly<Record<string, FunctionSpec>> = {
  abs: { args: ['vector'], returns: 'vector', build: mapVector(Math.abs) },
  avg_over_time: { args: ['range'], returns: 'vector', build: mapRange(overTime('avg')) },
  clamp_max: { args: ['vector', 'scalar'], returns: 'vector', build: mapVectorWithScalar(smaller) },
  clamp_min: { args: ['vector', 'scalar'], returns: 'vector', build: mapVectorWithScalar(larger) },
  count_over_time: { args: ['range'], returns: 'vector', build: mapRange(overTime('count')) },
  delta: { args: ['range'], returns: 'vector', build: mapRange(delta) },
  increase: { args: ['range'], returns: 'vector', build: increase },
  irate: { args: ['range'], returns: 'vector', build: mapRange(irate) },
  last_over_time: { args: ['range'], returns: 'vector', build: lastOverTime },
  max_over_time: { args: ['range'], returns: 'vector', build: mapRange(overTime('max')) },
  min_over_time: { args: ['range'], returns: 'vector', build: mapRange(overTime('min')) },
  rate: { args: ['range'], returns: 'vector', build: rate },
  scalar: { args: ['vector'], returns: 'scalar', build: scalarOf },
  sum_over_time: { args: ['range'], returns: 'vector', build: mapRange(overTime('sum')) },
  time: { args: [], returns: 'scalar', build: timeOf },
  vector: { args: ['scalar'], returns: 'vector', build: vectorOf },
};

/** By name, as `rate`; names are case-sensitive. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map(Object.entries(TABLE));

// As Go's math.Min and math.Max, for which an infinity at its own end decides even beside NaN; ECMAScript's say NaN.
function smaller(left: number, right: number): number {
  return left === Number.NEGATIVE_INFINITY || right === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(left, right);
}

function larger(left: number, right: number): number {
  return left === Number.POSITIVE_INFINITY || right === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(left, right);
}
