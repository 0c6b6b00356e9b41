// One signal for some pods: templates filled, the engine asked about live targets only, every pod judged.
import type { LabelSelector } from '../model/label-selector.ts';
import { type Pod, podKey, podSetOf } from '../model/pod.ts';
import { type InstantRequest, type InstantSeries, type QueryEngine, QueryError } from '../model/query-engine.ts';
import type { TargetBook, TargetStatus } from '../model/target.ts';
import { QUIRKS, type SignalRow } from './catalogue.ts';
import { labelMatchers } from './matchers.ts';
import { outcomeOf, type PodOutcome } from './outcome.ts';
import { ambiguitiesByPod, devicesByPod, readingsByPod } from './readings.ts';
import { type TargetView, type ViewMemory, viewTargets } from './target-view.ts';
import { renderTemplate } from './template.ts';
import { windowsFor } from './windows.ts';

export interface EvaluationRequest {
  readonly row: SignalRow;
  readonly pods: readonly Pod[];
  readonly metricSelector: LabelSelector;
  readonly atMs: number;
  /** The setting `signals.window`. */
  readonly configuredWindowMs: number | undefined;
  /** When Plimsoll started. */
  readonly startedMs: number;
  /** Deadline, budget and abort signal of each query. */
  readonly scope: Pick<InstantRequest, 'deadlineMs' | 'sampleBudget' | 'abortSignal'>;
}

export interface Evaluation {
  /** One for each pod, in the order asked. */
  readonly outcomes: readonly PodOutcome[];
  /** Range that was read; undefined for an instantaneous signal. */
  readonly windowMs: number | undefined;
  readonly warnings: readonly string[];
}

const OWNERS = 'max by (<<.GroupBy>>, uuid, mig_id) (gpu_owner{<<.LabelMatchers>>})';

/** Asked only when a pod has no GPU. */
const CANDIDATES = 'max by (<<.GroupBy>>, why) (gpu_owner_candidate{<<.LabelMatchers>>})';

interface Answered {
  readonly series: readonly InstantSeries[];
  readonly warnings: readonly string[];
}

const NOTHING: Answered = { series: [], warnings: [] };

export interface EvaluationSources {
  readonly engine: QueryEngine;
  readonly book: TargetBook;
  readonly memory: ViewMemory;
}

/** Rejects with a QueryError alone. */
export async function evaluate(sources: EvaluationSources, request: EvaluationRequest): Promise<Evaluation> {
  const { row, pods, startedMs } = request;
  const view = viewTargets(sources.book, { source: row.source, atMs: request.atMs, memory: sources.memory });
  const targets = concerned(row, pods, view);
  const windows = windowsFor(targets, request.configuredWindowMs);
  const values = { labelMatchers: labelMatchers(row, request.metricSelector), ...windows };
  const scope = { ...request.scope, timeMs: request.atMs, liveTargets: view.liveIds, podSet: podSetOf(pods) };
  // Tritons speak of their GPUs too.
  const isAnyLive = row.source === 'dcgm' ? view.liveIds.size > 0 : targets.some(({ target }) => view.liveIds.has(target.id));
  const ask = async (template: string | undefined): Promise<Answered> => {
    if (template === undefined || !isAnyLive) return NOTHING;
    return await askEngine(sources.engine, { ...scope, expr: renderTemplate(template, values) });
  };
  const [expr, per, owners] = await Promise.all([
    ask(templateFor(row, targets)),
    ask(row.per),
    ask(row.source === 'dcgm' ? OWNERS : undefined),
  ]);
  const devices = devicesByPod(row, owners.series);
  const hasBare = row.source === 'dcgm' && pods.some((pod) => !devices.has(podKey(pod)));
  const candidates = await ask(hasBare ? CANDIDATES : undefined);
  const evidence = {
    row,
    view,
    readings: readingsByPod(row, { expr: expr.series, per: per.series }),
    devices,
    ambiguities: ambiguitiesByPod(candidates.series),
    servers: hasBare ? viewTargets(sources.book, { source: 'triton', atMs: request.atMs, memory: sources.memory }) : undefined,
    windowMs: windows.windowMs,
    startedMs,
    isSelective: request.metricSelector.length > 0,
  };
  const readRangeMs = { rate: windows.windowMs, live: windows.liveWindowMs, none: undefined };
  return {
    outcomes: pods.map((pod) => outcomeOf(pod, evidence)),
    windowMs: readRangeMs[row.window],
    warnings: [...new Set([...expr.warnings, ...per.warnings, ...owners.warnings, ...warningsAbout(row, targets)])],
  };
}

/** Targets whose intervals decide the windows: those of the pods, where pods have their own. */
function concerned(row: SignalRow, pods: readonly Pod[], view: TargetView): readonly TargetStatus[] {
  return row.source === 'triton' ? pods.flatMap((pod) => view.ofPod(pod)) : view.ofSource;
}

function templateFor(row: SignalRow, targets: readonly TargetStatus[]): string {
  if (row.careful === undefined) return row.expr;
  return targets.some(({ warnings }) => warnings.some(({ code }) => QUIRKS.has(code))) ? row.careful : row.expr;
}

/** Of a thousand servers with the same trouble a few are enough. */
const SHOWN_WARNINGS = 3;

/** What people should know about a number from these servers: how its pending requests came about, and which models it may lack or count twice. */
function warningsAbout(row: SignalRow, targets: readonly TargetStatus[]): readonly string[] {
  if (row.source !== 'triton') return [];
  const messages = new Set<string>();
  for (const { warnings } of targets) {
    for (const { code, message } of warnings) {
      if (QUIRKS.has(code) ? row.careful !== undefined : row.gaps.includes(code) || code === 'model-kinds-unknown') messages.add(message);
    }
    if (messages.size >= SHOWN_WARNINGS) break;
  }
  return [...messages];
}

async function askEngine(engine: QueryEngine, request: InstantRequest): Promise<Answered> {
  const result = await engine.instant(request);
  if (result.kind === 'vector') return result;
  throw new QueryError('execution', `BUG: a signal's expression gives a number without labels: ${request.expr}`);
}
