// A range query: the same plan at every step, the values put together by series.

import { setImmediate } from 'node:timers/promises';
import { floatAt } from '../lib/columns.ts';
import { type Labels, labelsKey } from '../model/labels.ts';
import { QueryError, type RangeRequest, type RangeSeries } from '../model/query-engine.ts';
import { remember } from './eval/remember.ts';
import type { Usage } from './eval/run.ts';
import type { Scratch } from './eval/scratch.ts';
import type { SeriesList } from './eval/series-list.ts';
import type { VectorStep } from './eval/step.ts';
import { isPresent, type Vector } from './eval/vector.ts';

/** Prometheus's own limit of points per series. */
const MOST_STEPS = 11_000;

/** Lets other work in between steps, so that a long query delays no scrape and can be aborted. */
export async function runRange(
  plan: VectorStep,
  request: RangeRequest,
  { usage, scratch }: { readonly usage: Usage; readonly scratch: Scratch },
): Promise<readonly RangeSeries[]> {
  const steps = countSteps(request);
  const collected = new Map<string, Growing>();
  const add = collector(collected);
  for (let step = 0; step < steps; step += 1) {
    await setImmediate();
    usage.checkTime();
    const timeMs = request.startMs + step * request.stepMs;
    scratch.reset();
    add(plan({ timeMs, usage, scratch }), timeMs);
  }
  return [...collected.values()].map(finished);
}

function countSteps({ startMs, endMs, stepMs }: RangeRequest): number {
  if (!(stepMs > 0)) throw badRange(`the step is ${stepMs} ms; ask for a step above zero`);
  if (!(endMs >= startMs)) throw badRange('the end is before the start; swap them');
  const steps = Math.floor((endMs - startMs) / stepMs) + 1;
  if (steps > MOST_STEPS) throw badRange(`it has ${steps} steps and the limit is ${MOST_STEPS}; ask for a longer step or a shorter range`);
  return steps;
}

function badRange(problem: string): QueryError {
  return new QueryError('bad-expression', `cannot evaluate the range: ${problem}`);
}

interface Growing {
  readonly labels: Labels;
  readonly timesMs: number[];
  readonly values: number[];
  newestMs: number;
}

/** Adds the values of one instant; a key is made only for series of a list not seen at the step before. */
function collector(collected: Map<string, Growing>): (vector: Vector, timeMs: number) => void {
  const seriesOf = (labels: Labels): Growing => {
    const key = labelsKey(labels);
    const growing = collected.get(key) ?? { labels, timesMs: [], values: [], newestMs: Number.NEGATIVE_INFINITY };
    collected.set(key, growing);
    return growing;
  };
  const known = remember((_list: SeriesList): (Growing | undefined)[] => []);
  return (vector, timeMs) => {
    const slots = known(vector.list);
    for (let position = 0; position < vector.list.size; position += 1) {
      if (!isPresent(vector, position)) continue;
      const growing = slots[position] ?? seriesOf(vector.list.labels(position));
      slots[position] = growing;
      growing.timesMs.push(timeMs);
      growing.values.push(floatAt(vector.values, position));
      growing.newestMs = Math.max(growing.newestMs, floatAt(vector.newestMs, position));
    }
  };
}

function finished({ newestMs, ...series }: Growing): RangeSeries {
  return Number.isFinite(newestMs) ? { ...series, newestMs } : series;
}
