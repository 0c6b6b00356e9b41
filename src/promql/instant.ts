// An instant query: the plan at one instant, and its result as those who ask take it.
import { floatAt } from '../lib/columns.ts';
import type { Labels } from '../model/labels.ts';
import type { InstantSeries, InstantValue, RangeSeries } from '../model/query-engine.ts';
import type { SampleWindow } from '../model/sample-source.ts';
import { sortedByLabels } from './eval/labels/label-order.ts';
import type { SeriesList } from './eval/labels/series-list.ts';
import { remember } from './eval/remember.ts';
import type { Grid } from './eval/running/asked.ts';
import type { Query } from './eval/running/query.ts';
import type { Run } from './eval/running/run.ts';
import type { RangeStep, Step, VectorStep } from './eval/step.ts';
import { NO_SAMPLE, type Vector } from './eval/vector.ts';

/** Series put into a result between two looks at the clock: about a millisecond where their labels have to be made. */
const SERIES_PER_CHECK = 1024;

/** What the step gives at an instant. What it reads beforehand has been prepared. */
export type RunInstant = (step: Step, about: { readonly timeMs: number; readonly query: Query }) => Promise<InstantValue>;

/** Belongs to one engine: labels are made once for a list of series, so an asker who gets the same object knows the series again. */
export function instantRunner(): RunInstant {
  const labelsOf = remember((_list: SeriesList): (Labels | undefined)[] => []);
  return async (step, { timeMs, query }) => {
    const grid: Grid = { firstMs: timeMs, stepMs: 1, count: 1 };
    switch (step.type) {
      case 'string':
        return { kind: 'string', value: step.value };
      case 'scalar': {
        let value = Number.NaN;
        await query.eachStep(grid, (run) => {
          value = step.run(run).value;
        });
        return { kind: 'scalar', value };
      }
      case 'vector':
        return { kind: 'vector', series: await runVector(step.run, { grid, query, labelsOf }) };
      case 'range':
        return { kind: 'matrix', series: await runMatrix(step.range, { grid, query }) };
    }
  };
}

interface VectorRun {
  readonly grid: Grid;
  readonly query: Query;
  readonly labelsOf: (list: SeriesList) => (Labels | undefined)[];
}

/** What of a vector has been put into the result, however many runs it takes. */
interface Presented {
  readonly list: SeriesList;
  readonly series: InstantSeries[];
  reached: number;
}

async function runVector(step: VectorStep, { grid, query, labelsOf }: VectorRun): Promise<readonly InstantSeries[]> {
  let presented: Presented | undefined;
  await query.eachStep(grid, (run) => {
    const vector = step(run);
    if (presented?.list !== vector.list) presented = { list: vector.list, series: [], reached: 0 };
    present(vector, { presented, made: labelsOf(vector.list), run });
  });
  return presented?.series ?? [];
}

interface Presenting {
  readonly presented: Presented;
  readonly made: (Labels | undefined)[];
  readonly run: Run;
}

function present({ list, values, newestMs }: Vector, { presented, made, run }: Presenting): void {
  const { series } = presented;
  const { pace } = run.query;
  const startMs = pace.nowMs();
  const from = presented.reached;
  for (let position = from; position < list.size; position += 1) {
    presented.reached = position;
    if (position > from && position % SERIES_PER_CHECK === 0) run.leaves.yieldTo(pace, startMs);
    const timeMs = floatAt(newestMs, position);
    if (Number.isNaN(timeMs)) continue;
    const labels = made[position] ?? list.labels(position);
    made[position] = labels;
    const value = floatAt(values, position);
    series.push(timeMs === NO_SAMPLE ? { labels, value } : { labels, value, newestMs: timeMs });
  }
}

async function runMatrix(range: RangeStep, { grid, query }: Omit<VectorRun, 'labelsOf'>): Promise<readonly RangeSeries[]> {
  const copies: { readonly timesMs: readonly number[]; readonly values: readonly number[] }[] = [];
  const copy = ({ timesMs, values, length }: SampleWindow): number => {
    copies.push({ timesMs: Array.from(timesMs.subarray(0, length)), values: Array.from(values.subarray(0, length)) });
    return copies.length - 1;
  };
  let series: RangeSeries[] = [];
  await query.eachStep(grid, (run) => {
    series = [];
    const { list, values, newestMs } = range.reduce(run, copy);
    for (let position = 0; position < list.size; position += 1) {
      const timeMs = floatAt(newestMs, position);
      const samples = copies[floatAt(values, position)];
      if (Number.isNaN(timeMs) || samples === undefined) continue;
      const labels = list.labels(position);
      series.push(timeMs === NO_SAMPLE ? { labels, ...samples } : { labels, ...samples, newestMs: timeMs });
    }
  });
  return sortedByLabels(series);
}
