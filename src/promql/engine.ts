// The embedded engine: PromQL over the samples that Plimsoll scraped itself.
// A text is lexed, parsed and type-checked once, compiled to steps (eval/compile.ts) that remember what follows
// from the set of rows alone, and then run over columns of floats.
import type { Clock } from '../lib/clock.ts';
import { quote } from '../lib/quote.ts';
import { type Meter, nullMeter } from '../model/meter.ts';
import type { InstantRequest, InstantResult, InstantSeries, QueryEngine, QueryScope } from '../model/query-engine.ts';
import { QueryError } from '../model/query-engine.ts';
import type { SampleSource } from '../model/sample-source.ts';
import { numberAt } from './eval/columns.ts';
import { vectorOf } from './eval/convert.ts';
import { Usage } from './eval/run.ts';
import { type Step, type VectorStep, vectorArgument } from './eval/step.ts';
import { isPresent, NO_SAMPLE, type Vector } from './eval/vector.ts';
import { createPlans } from './plans.ts';
import { runRange } from './range.ts';
import { findSeries, valuesOf } from './series.ts';
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
  const planFor = createPlans({ source, lookbackMs });
  const observe = createObserver(meter, clock);
  const start = (scope: QueryScope): Usage => new Usage(scope, clock);
  return {
    instant: (request) => {
      const usage = start(request);
      return observe('instant', usage, async () => runInstant(planFor(request.expr), request, usage));
    },
    range: (request) => {
      const usage = start(request);
      return observe('range', usage, async () => {
        const plan = asVector(planFor(request.expr), request.expr);
        return { series: await runRange(plan, request, usage), warnings: [] };
      });
    },
    series: (request) => {
      const usage = start(request);
      return observe('series', usage, async () => ({ series: findSeries(request, { source, usage }), warnings: [] }));
    },
    labelValues: (request) => {
      const usage = start(request);
      return observe('label_values', usage, async () => ({
        values: valuesOf(request.label, findSeries(request, { source, usage })),
        warnings: [],
      }));
    },
  };
}

function runInstant(plan: Step, { expr, timeMs }: InstantRequest, usage: Usage): InstantResult {
  const run = { timeMs, usage };
  if (plan.type === 'scalar') return { kind: 'scalar', value: plan.run(run).value, warnings: [] };
  return { kind: 'vector', series: presentSeries(asVector(plan, expr)(run)), warnings: [] };
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

function presentSeries(vector: Vector): readonly InstantSeries[] {
  const series: InstantSeries[] = [];
  for (let position = 0; position < vector.list.size; position += 1) {
    if (!isPresent(vector, position)) continue;
    const newestMs = numberAt(vector.newestMs, position);
    const labelled = { labels: vector.list.labels(position), value: numberAt(vector.values, position) };
    series.push(newestMs === NO_SAMPLE ? labelled : { ...labelled, newestMs });
  }
  return series;
}
