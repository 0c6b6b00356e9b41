// The embedded engine: PromQL over the samples that Plimsoll scraped itself.
// A text is lexed, parsed and type-checked once, compiled to steps (eval/compile.ts) that remember what follows
// from the set of rows alone, and then run over columns of floats.

import type { Clock } from '../lib/clock.ts';
import { floatAt } from '../lib/columns.ts';
import { quote } from '../lib/quote.ts';
import type { Labels } from '../model/labels.ts';
import { type Meter, nullMeter } from '../model/meter.ts';
import type { InstantRequest, InstantResult, InstantSeries, QueryEngine, QueryScope } from '../model/query-engine.ts';
import { QueryError } from '../model/query-engine.ts';
import type { SampleSource } from '../model/sample-source.ts';
import { vectorOf } from './eval/functions/convert.ts';
import { remember } from './eval/remember.ts';
import { Usage } from './eval/run.ts';
import { Scratch } from './eval/scratch.ts';
import type { SeriesList } from './eval/series-list.ts';
import { type Step, type VectorStep, vectorArgument } from './eval/step.ts';
import { Texts } from './eval/texts.ts';
import { NO_SAMPLE, type Vector } from './eval/vector.ts';
import { createPlans } from './plans.ts';
import { runRange } from './range.ts';
import { findSeries, findValues } from './series.ts';
import { createObserver } from './telemetry.ts';

export interface EmbeddedEngineOptions {
  readonly source: SampleSource;
  /** What deadlines are measured on. */
  readonly clock: Clock;
  /** How far back an instant selector looks for a sample. Default: Prometheus's five minutes. */
  readonly lookbackMs?: number;
  readonly meter?: Meter;
}

const DEFAULT_LOOKBACK_MS = 300_000;

export function createEmbeddedEngine({
  source,
  clock,
  lookbackMs = DEFAULT_LOOKBACK_MS,
  meter = nullMeter,
}: EmbeddedEngineOptions): QueryEngine {
  const texts = new Texts(source);
  const planFor = createPlans({ source, lookbackMs, texts }, clock);
  const observe = createObserver(meter, clock);
  const scratch = new Scratch();
  const present = presenter();
  const start = (scope: QueryScope): Usage => new Usage(scope, clock);
  return {
    instant: (request) => {
      const usage = start(request);
      return observe('instant', usage, async () => runInstant(planFor(request.expr), { request, usage, scratch, present }));
    },
    range: (request) => {
      const usage = start(request);
      return observe('range', usage, async () => {
        const plan = asVector(planFor(request.expr), request.expr);
        return { series: await runRange(plan, request, { usage, scratch }), ...usage.annotations() };
      });
    },
    series: (request) => {
      const usage = start(request);
      return observe('series', usage, async () => ({ series: await findSeries(request, { source, usage }), warnings: [] }));
    },
    labelValues: (request) => {
      const usage = start(request);
      return observe('label_values', usage, async () => ({
        values: await findValues(request, { source, usage }),
        warnings: [],
      }));
    },
  };
}

interface InstantRun {
  readonly request: InstantRequest;
  readonly usage: Usage;
  readonly scratch: Scratch;
  readonly present: (vector: Vector) => readonly InstantSeries[];
}

function runInstant(plan: Step, { request, usage, scratch, present }: InstantRun): InstantResult {
  scratch.reset();
  const run = { timeMs: request.timeMs, usage, scratch };
  if (plan.type === 'scalar') return { kind: 'scalar', value: plan.run(run).value, ...usage.annotations() };
  const series = present(asVector(plan, request.expr)(run));
  return { kind: 'vector', series, ...usage.annotations() };
}

/** A scalar stands for one series without labels. */
function asVector(plan: Step, expr: string): VectorStep {
  if (plan.type === 'scalar') return vectorArgument([vectorOf([plan])], 0);
  if (plan.type === 'vector') return plan.run;
  throw new QueryError(
    'bad-expression',
    `cannot evaluate ${quote(expr)}: expected a scalar or an instant vector, got a ${plan.type === 'range' ? 'range vector; put a function such as rate() around it' : 'string; ask for a metric'}`,
  );
}

/** Labels are made once for a list of series: an asker who gets the same object knows the series again. */
function presenter(): (vector: Vector) => readonly InstantSeries[] {
  const labelsOf = remember((_list: SeriesList): (Labels | undefined)[] => []);
  return ({ list, values, newestMs }) => {
    const made = labelsOf(list);
    const series: InstantSeries[] = [];
    for (let position = 0; position < list.size; position += 1) {
      const timeMs = floatAt(newestMs, position);
      if (Number.isNaN(timeMs)) continue;
      const labels = made[position] ?? list.labels(position);
      made[position] = labels;
      const value = floatAt(values, position);
      series.push(timeMs === NO_SAMPLE ? { labels, value } : { labels, value, newestMs: timeMs });
    }
    return series;
  };
}
