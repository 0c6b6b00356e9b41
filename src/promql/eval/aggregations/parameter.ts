// What aggregations ask of the number that they take first. Prometheus judges all steps of a query together, and so does this.
import { QueryError } from '../../../model/query-engine.ts';
import type { Aggregation } from '../../syntax/ast.ts';
import { type Annotation, type Place, warning } from '../annotations.ts';
import { printShortest } from '../labels/go-text.ts';
import type { Run } from '../running/run.ts';
import type { EvalSettings } from '../settings.ts';
import type { ScalarStep } from '../step.ts';
import type { Scalar } from '../vector.ts';

export interface Parameter {
  /** Where it stands in the expression. */
  readonly at: number;
  /** Of the aggregation, as in a Place. */
  readonly rank: number;
  readonly run: ScalarStep;
}

/** The smallest and the largest that steps have had: NaN when one of them was. */
interface Extremes {
  min: number;
  max: number;
}

export interface ParameterReader {
  /** The parameter at this step. */
  read(run: Run): Scalar;
  /**
   * Called when the argument has been evaluated, whose failures come first. False where the parameter cannot be used: then the query fails
   * when all steps have been run, so that the argument may fail at a later one. Throws a QueryError where there is one step.
   */
  judge(value: number, run: Run): boolean;
}

/** What a parameter gives cause to say is said when the query is done. */
export function parameterReader(node: Aggregation, parameter: Parameter, settings: EvalSettings): ParameterReader {
  const key = {};
  const judge = JUDGES[node.operator];
  return {
    read: parameter.run,
    judge: (value, { usage, query, grid }) => {
      const known = query.once.get(key) as Extremes | undefined;
      const extremes = known ?? { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
      const place = { expr: settings.expr, at: parameter.at, rank: parameter.rank };
      if (known === undefined) {
        query.once.set(key, extremes);
        usage.annotateLast(() => judge?.(extremes, place) ?? []);
      }
      extremes.min = Math.min(extremes.min, value);
      extremes.max = Math.max(extremes.max, value);
      if (grid.count === 1) judge?.(extremes, place);
      return isUsable(node, value);
    },
  };
}

type Judge = (extremes: Extremes, place: Place) => readonly Annotation[];

const JUDGES: Partial<Record<Aggregation['operator'], Judge>> = {
  topk: judgeCount,
  bottomk: judgeCount,
  limitk: judgeCount,
  limit_ratio: judgeRatio,
  quantile: judgeQuantile,
};

/** The integers of 64 bits that a double can stand for without leaving them: as in promql/engine.go. */
const LARGEST_COUNT = 2 ** 63 - 1024;
const SMALLEST_COUNT = -(2 ** 63);

function isUsable({ operator }: Aggregation, value: number): boolean {
  if (operator === 'quantile') return true;
  return operator === 'limit_ratio' ? !Number.isNaN(value) : value < LARGEST_COUNT;
}

function judgeCount({ min, max }: Extremes): readonly Annotation[] {
  // When nothing is asked for at any step nothing is looked at either.
  if (max < 1) return [];
  if (Number.isNaN(max)) throw new QueryError('execution', 'Parameter value is NaN');
  if (min <= SMALLEST_COUNT) throw new QueryError('execution', `Scalar value ${printShortest(min)} underflows int64`);
  if (max >= LARGEST_COUNT) throw new QueryError('execution', `Scalar value ${printShortest(max)} overflows int64`);
  return [];
}

function judgeRatio({ min, max }: Extremes, place: Place): readonly Annotation[] {
  if (Number.isNaN(max)) throw new QueryError('execution', 'Ratio value is NaN');
  const said: Annotation[] = [];
  if (max > 1) said.push(badRatio(max, { to: 1, place }));
  if (min < -1) said.push(badRatio(min, { to: -1, place }));
  return said;
}

function badRatio(ratio: number, { to, place }: { readonly to: number; readonly place: Place }): Annotation {
  return warning(`ratio value should be between -1 and 1, got ${printShortest(ratio)}, capping to ${to}`, place);
}

function judgeQuantile({ min, max }: Extremes, place: Place): readonly Annotation[] {
  const said: Annotation[] = [];
  if (Number.isNaN(max)) said.push(badQuantile(max, place));
  if (max > 1) said.push(badQuantile(max, place));
  if (min < 0) said.push(badQuantile(min, place));
  return said;
}

function badQuantile(quantile: number, place: Place): Annotation {
  return warning(`quantile value should be between 0 and 1, got ${printShortest(quantile)}`, place);
}
