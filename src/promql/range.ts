// A range query: the same plan at every step, the values put together by series.
import { QueryError, type RangeRequest, type RangeSeries } from '../model/query-engine.ts';
import { sortedByLabels } from './eval/labels/label-order.ts';
import type { Grid } from './eval/running/asked.ts';
import { type CollectedSeries, Collector } from './eval/running/collect.ts';
import type { Query } from './eval/running/query.ts';
import type { VectorStep } from './eval/step.ts';
import { NO_SAMPLE } from './eval/vector.ts';

/** Prometheus's own limit of points per series, in the words in which it counts: the first one comes beside them. */
const MOST_STEPS = 11_000;

/** By labels in order. What the step reads beforehand has been prepared. */
export async function runRange(
  step: VectorStep,
  { grid, query }: { readonly grid: Grid; readonly query: Query },
): Promise<readonly RangeSeries[]> {
  const collector = new Collector({ keepsDates: false });
  await query.eachStep(grid, (run) => collector.add(step(run), run));
  return sortedByLabels(collector.finish()).map(finished);
}

/** The instants of a request; throws a QueryError when there are none or too many. */
export function gridOfRange({ startMs, endMs, stepMs }: RangeRequest): Grid {
  if (!(stepMs > 0)) throw badRange('zero or negative query resolution step widths are not accepted. Try a positive integer');
  if (!(endMs >= startMs)) throw badRange('end timestamp must not be before start time');
  const steps = Math.floor((endMs - startMs) / stepMs);
  if (steps > MOST_STEPS)
    throw badRange('exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)');
  return { firstMs: startMs, stepMs, count: steps + 1 };
}

function badRange(problem: string): QueryError {
  return new QueryError('bad-expression', problem);
}

function finished({ labels, timesMs, values, newest }: CollectedSeries): RangeSeries {
  return newest === NO_SAMPLE ? { labels, timesMs, values } : { labels, timesMs, values, newestMs: newest };
}
