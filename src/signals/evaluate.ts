// One signal for some pods: the engine asked about live targets only, every pod judged.
import type { Pod } from '../model/pod.ts';
import { type InstantRequest, type InstantSeries, type QueryEngine, QueryError } from '../model/query-engine.ts';
import type { Arranged, Arrangement, Arrangements } from './arrangement.ts';
import { outcomeOf, type PodOutcome, readOutcome } from './outcome.ts';
import type { TargetViews } from './target-view.ts';

export interface EvaluationRequest extends Omit<Arranged, 'view'> {
  readonly atMs: number;
  /** Deadline, budget and abort signal of each query. */
  readonly scope: Pick<InstantRequest, 'deadlineMs' | 'sampleBudget' | 'abortSignal'>;
}

export interface Evaluation {
  /** One for each pod, in the order asked. */
  readonly outcomes: readonly PodOutcome[];
  /** Range that was read; undefined for an instantaneous signal. */
  readonly windowMs: number | undefined;
  readonly warnings: readonly string[];
  /** What was asked, of whom. */
  readonly arrangement: Arrangement;
}

interface Answered {
  readonly series: readonly InstantSeries[];
  readonly warnings: readonly string[];
}

const NOTHING: Answered = { series: [], warnings: [] };

export interface EvaluationSources {
  readonly engine: QueryEngine;
  readonly views: TargetViews;
  readonly arrangements: Arrangements;
}

/** Rejects with a QueryError alone. */
export async function evaluate(sources: EvaluationSources, request: EvaluationRequest): Promise<Evaluation> {
  const { pods, atMs } = request;
  const view = sources.views.at(atMs);
  const arrangement = sources.arrangements.of({ ...request, view });
  const scope = { ...request.scope, timeMs: atMs, liveTargets: view.liveIds, podSet: arrangement.podSet };
  const ask = async (expr: string | undefined): Promise<Answered> =>
    expr === undefined ? NOTHING : await askEngine(sources.engine, { ...scope, expr });
  const [expr, per, owners] = await Promise.all([ask(arrangement.expr), ask(arrangement.per), ask(arrangement.owners)]);
  const { placement } = arrangement;
  const readings = placement.readings(expr.series, per.series);
  const devices = placement.devices(owners.series);
  // Asked only when a pod has no GPU.
  const isBare = (_pod: Pod, at: number): boolean => devices[at] === undefined;
  const candidates = await ask(pods.some(isBare) ? arrangement.candidates : undefined);
  const ambiguities = placement.ambiguities(candidates.series);
  const outcomes = pods.map((pod, at) => {
    const said = { readings: readings[at], devices: devices[at], ambiguity: ambiguities.get(at) };
    return isClear(arrangement, { at, atMs }) && said.readings !== undefined
      ? readOutcome({ pod, row: request.row, readings: said.readings })
      : outcomeOf(pod, said, { ...request, view, windowMs: arrangement.windowMs });
  });
  return { outcomes, windowMs: arrangement.readRangeMs, warnings: allWarnings([expr, per, owners], arrangement.warnings), arrangement };
}

/** True when the pod's own servers are live and known for long enough: no look at them is needed. */
function isClear({ clearFromMs }: Arrangement, { at, atMs }: { readonly at: number; readonly atMs: number }): boolean {
  return atMs >= (clearFromMs[at] ?? Number.POSITIVE_INFINITY);
}

function allWarnings(answers: readonly Answered[], others: readonly string[]): readonly string[] {
  if (answers.every(({ warnings }) => warnings.length === 0)) return others;
  return [...new Set([...answers.flatMap(({ warnings }) => warnings), ...others])];
}

async function askEngine(engine: QueryEngine, request: InstantRequest): Promise<Answered> {
  const result = await engine.instant(request);
  if (result.kind === 'vector') return result;
  throw new QueryError('execution', `BUG: a signal's expression gives a number without labels: ${request.expr}`);
}
