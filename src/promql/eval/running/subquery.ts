// Subqueries: evaluated once per query over all their instants, before anything around them; functions then read windows of that.
import type { SampleWindow } from '../../../model/sample-source.ts';
import type { Subquery } from '../../syntax/ast.ts';
import { listOfLabels, type SeriesList } from '../labels/series-list.ts';
import { growthBetween } from '../reading/growth.ts';
import { boundsOf, momentOf } from '../reading/moment.ts';
import type { EvalSettings } from '../settings.ts';
import type { RangeBounds, RangeStep, VectorStep } from '../step.ts';
import { ABSENT, NO_SAMPLE, type Vector } from '../vector.ts';
import type { Asked, Grid, Span } from './asked.ts';
import { type CollectedSeries, Collector } from './collect.ts';
import type { Query } from './query.ts';
import type { Run } from './run.ts';

/** A subquery that has to be evaluated before the steps around it are run. */
export interface Preparation {
  readonly node: Subquery;
  /** The subqueries that it stands in, from the outermost one, and itself. */
  readonly path: readonly Subquery[];
  readonly inner: VectorStep;
}

type SubquerySettings = Pick<EvalSettings, 'texts' | 'defaultSubqueryStepMs'>;

interface Prepared {
  readonly list: SeriesList;
  readonly series: readonly CollectedSeries[];
}

/** Samples between two looks at the clock. */
const SAMPLES_PER_CHECK = 8192;

/** Evaluates a subquery at all its instants; those within it have been prepared. Throws a QueryError past a limit. */
export async function prepare(preparation: Preparation, query: Query, settings: SubquerySettings): Promise<void> {
  const collector = new Collector({ keepsDates: true });
  const { usage } = query;
  await query.eachStep(gridOf(preparation, { span: query.span, settings }), (run) => {
    const added = collector.add(preparation.inner(run), run);
    // What is kept costs as what is read does, and so do instants without anything: there may be any number of them.
    usage.countSamples(Math.max(1, added));
  });
  const series = collector.finish();
  const prepared: Prepared = {
    list: listOfLabels(
      series.map(({ labels }) => labels),
      settings.texts,
    ),
    series,
  };
  query.once.set(preparation.node, prepared);
}

/** Multiples of the step, after the beginning of the first window and up to the end of the last one. */
function gridOf({ path }: Preparation, { span, settings }: { readonly span: Span; readonly settings: SubquerySettings }): Grid {
  // Of what is around there are the ends alone to know.
  let grid: Grid = { firstMs: span.startMs, stepMs: Math.max(1, span.endMs - span.startMs), count: span.endMs > span.startMs ? 2 : 1 };
  for (const node of path) {
    const stepMs = node.stepMs ?? settings.defaultSubqueryStepMs;
    const afterMs = momentOf(node, { timeMs: grid.firstMs, span }) - node.rangeMs;
    const untilMs = momentOf(node, { timeMs: grid.firstMs + (grid.count - 1) * grid.stepMs, span });
    const firstMs = (Math.floor(afterMs / stepMs) + 1) * stepMs;
    grid = { firstMs, stepMs, count: grid.count === 0 ? 0 : Math.max(0, Math.floor((untilMs - firstMs) / stepMs) + 1) };
  }
  return grid;
}

/** Windows of what was prepared. */
export function subqueryRange(node: Subquery): RangeStep {
  return {
    reduce: (run, reduce) => {
      const { window } = run.scratch;
      return fillFrom(node, run, ({ bounds }) => (window.length === 0 ? undefined : reduce(window, bounds)));
    },
    grow: (run, finish) => {
      const { window, growth } = run.scratch;
      return fillFrom(node, run, ({ bounds, position, into }) => {
        if (window.length === 0) return undefined;
        growthBetween(window, { from: 0, to: window.length, at: 0, into: growth });
        growth.length = 1;
        finish(growth, { bounds, from: position, into });
        return Number.isNaN(into.newestMs[position]) ? undefined : into.values[position];
      });
    },
  };
}

interface Place {
  readonly bounds: RangeBounds;
  readonly position: number;
  readonly into: { readonly list: SeriesList; readonly values: Float64Array; readonly newestMs: Float64Array };
}

/** What `evaluate` makes of each series' window, which stands in the scratch's. */
function fillFrom(node: Subquery, run: Run, evaluate: (place: Place) => number | undefined): Vector {
  const { list, series } = preparedFor(node, run.query);
  const bounds = boundsOf(node, { timeMs: run.timeMs, span: run.query.span });
  const { window } = run.scratch;
  const vector = run.leaves.fill(node, {
    run,
    list,
    read: (into, { from, reach }) => {
      let unchecked = 0;
      for (let position = from; position < list.size; position += 1) {
        const newestMs = copyWindow(series[position], { bounds, window });
        run.usage.countRead(window.length);
        const value = evaluate({ bounds, position, into });
        if (value !== undefined) into.values[position] = value;
        into.newestMs[position] = value === undefined ? ABSENT : newestMs;
        unchecked += window.length + 1;
        if (unchecked < SAMPLES_PER_CHECK) continue;
        unchecked = 0;
        run.usage.checkTime();
        reach(position + 1);
      }
    },
  });
  return { ...vector, overSteps: run.query.once };
}

function preparedFor(node: Subquery, query: Asked): Prepared {
  const prepared = query.once.get(node);
  if (prepared === undefined) throw new Error('BUG: a subquery was read before it was prepared');
  return prepared as Prepared;
}

/** Returns the newest sample that went into what is in the window. */
function copyWindow(
  series: CollectedSeries | undefined,
  { bounds, window }: { readonly bounds: RangeBounds; readonly window: SampleWindow },
): number {
  const { timesMs, values, newestMs } = series ?? NONE;
  const from = firstAfter(timesMs, bounds.fromMs);
  const to = firstAfter(timesMs, bounds.toMs);
  const length = to - from;
  if (window.values.length < length) window.values = new Float64Array(length * 2);
  if (window.timesMs.length < length) window.timesMs = new Float64Array(length * 2);
  window.length = length;
  let newest = NO_SAMPLE;
  for (let at = 0; at < length; at += 1) {
    window.timesMs[at] = timesMs[from + at] ?? Number.NaN;
    window.values[at] = values[from + at] ?? Number.NaN;
    newest = Math.max(newest, newestMs[from + at] ?? NO_SAMPLE);
  }
  return newest;
}

const NONE: Pick<CollectedSeries, 'timesMs' | 'values' | 'newestMs'> = { timesMs: [], values: [], newestMs: [] };

/** Of ascending times: the position of the first one after a time. */
function firstAfter(timesMs: readonly number[], timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Number.POSITIVE_INFINITY) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
