// The embedded engine: PromQL over the samples that Plimsoll scraped itself.
// A text is lexed, parsed and type-checked once, compiled to steps (eval/compile.ts) that remember what follows
// from the set of rows alone, and then run over columns of floats.

import type { Clock } from '../lib/clock.ts';
import { Turns } from '../lib/turns.ts';
import { type Meter, nullMeter } from '../model/meter.ts';
import type { InstantRequest, InstantResult, QueryEngine, QueryScope, RangeRequest, RangeResult } from '../model/query-engine.ts';
import { QueryError } from '../model/query-engine.ts';
import type { SampleSource } from '../model/sample-source.ts';
import type { Plan } from './eval/compile.ts';
import { vectorOf } from './eval/functions/convert.ts';
import { Texts } from './eval/labels/texts.ts';
import type { Span } from './eval/running/asked.ts';
import { Query, type Workplace } from './eval/running/query.ts';
import { Usage } from './eval/running/run.ts';
import { Scratch } from './eval/running/scratch.ts';
import { prepare } from './eval/running/subquery.ts';
import type { EvalSettings } from './eval/settings.ts';
import { type Step, type VectorStep, vectorArgument } from './eval/step.ts';
import { instantRunner } from './instant.ts';
import { createPlans } from './plans.ts';
import { gridOfRange, runRange } from './range.ts';
import { findSeries, findValues } from './series.ts';
import { createObserver } from './telemetry.ts';

export interface EmbeddedEngineOptions {
  readonly source: SampleSource;
  /** What deadlines and turns are measured on. */
  readonly clock: Clock;
  /** How far back an instant selector looks for a sample. Default: Prometheus's five minutes. */
  readonly lookbackMs?: number;
  /** The resolution of subqueries that say none. Default: Prometheus's interval of evaluation, a minute. */
  readonly defaultSubqueryStepMs?: number;
  /** What Prometheus has behind `--enable-feature=promql-experimental-functions`. Default: refused. */
  readonly experimentalFunctions?: boolean;
  /** What Prometheus has behind `--enable-feature=promql-delayed-name-removal`. Default: names go where they are taken away. */
  readonly delayedNameRemoval?: boolean;
  readonly meter?: Meter;
}

const DEFAULT_LOOKBACK_MS = 300_000;
const DEFAULT_SUBQUERY_STEP_MS = 60_000;

export function createEmbeddedEngine({ source, clock, meter = nullMeter, ...options }: EmbeddedEngineOptions): QueryEngine {
  const settings = {
    source,
    lookbackMs: options.lookbackMs ?? DEFAULT_LOOKBACK_MS,
    defaultSubqueryStepMs: options.defaultSubqueryStepMs ?? DEFAULT_SUBQUERY_STEP_MS,
    delayedNameRemoval: options.delayedNameRemoval ?? false,
    texts: new Texts(source),
  };
  const planFor = createPlans(settings, { clock, experimentalFunctions: options.experimentalFunctions ?? false });
  const observe = createObserver(meter, clock);
  const evaluate = evaluator({ workplace: { source, clock, scratch: new Scratch(), turns: new Turns() }, settings });
  const runInstant = instantRunner();
  const instantOf = async (request: InstantRequest, usage: Usage): Promise<InstantResult> => {
    const { timeMs, expr } = request;
    const plan = planFor(expr);
    const value = await evaluate(plan, { span: { startMs: timeMs, endMs: timeMs }, usage }, (query) =>
      runInstant(plan.step, { timeMs, query }),
    );
    return { ...value, ...usage.annotations() };
  };
  const rangeOf = async (request: RangeRequest, usage: Usage): Promise<RangeResult> => {
    const plan = planFor(request.expr);
    const step = asVector(plan.step);
    const grid = gridOfRange(request);
    const series = await evaluate(plan, { span: request, usage }, (query) => runRange(step, { grid, query }));
    return { series, ...usage.annotations() };
  };
  const start = (scope: QueryScope): Usage => new Usage(scope, clock);
  return {
    instant: (request) => {
      const usage = start(request);
      return observe('instant', usage, () => instantOf(request, usage));
    },
    range: (request) => {
      const usage = start(request);
      return observe('range', usage, () => rangeOf(request, usage));
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

type Evaluate = <R>(plan: Plan, about: { readonly span: Span; readonly usage: Usage }, run: (query: Query) => Promise<R>) => Promise<R>;

/** Prepares what a plan needs and runs it; ordinary questions are answered without giving the event loop back. */
function evaluator({ workplace, settings }: { readonly workplace: Workplace; readonly settings: Omit<EvalSettings, 'expr'> }): Evaluate {
  let queries = 0;
  return async (plan, about, run) => {
    // Numbers of texts are good for as long as a query goes on.
    if (queries === 0) settings.texts.reset();
    queries += 1;
    try {
      const query = new Query(workplace, about);
      for (const preparation of plan.preparations) await prepare(preparation, query, settings);
      return await run(query);
    } finally {
      queries -= 1;
    }
  };
}

/** A scalar stands for one series without labels. */
function asVector(step: Step): VectorStep {
  if (step.type === 'scalar') return vectorArgument([vectorOf([step])], 0);
  if (step.type === 'vector') return step.run;
  throw new QueryError(
    'bad-expression',
    `invalid expression type "${step.type === 'range' ? 'range vector' : 'string'}" for range query, must be Scalar or instant Vector`,
  );
}
