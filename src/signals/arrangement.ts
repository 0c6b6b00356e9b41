// What a question comes down to before any number is read: expressions, windows, and which pods' servers can be believed.
// It follows from the pods and the targets, which stay the same from one question to the next.
import type { LabelSelector } from '../model/label-selector.ts';
import { type Pod, type PodSet, podSetOf } from '../model/pod.ts';
import type { TargetStatus } from '../model/target.ts';
import { QUIRKS, type SignalRow } from './catalogue.ts';
import { labelMatchers } from './matchers.ts';
import { speakersOf } from './outcome.ts';
import { Placement } from './readings.ts';
import type { TargetView } from './target-view.ts';
import { renderTemplate } from './template.ts';
import { warmFromMs } from './warm-up.ts';
import { type Windows, windowsFor } from './windows.ts';

export interface Arranged {
  readonly row: SignalRow;
  readonly pods: readonly Pod[];
  readonly metricSelector: LabelSelector;
  readonly view: TargetView;
  /** The setting `signals.window`. */
  readonly configuredWindowMs: number | undefined;
  /** When Plimsoll started. */
  readonly startedMs: number;
  /** When the careful templates are taken. */
  readonly careful: 'where-warned' | 'always';
}

export interface Arrangement {
  readonly view: TargetView;
  readonly configuredWindowMs: number | undefined;
  /** The same object for all signals about these pods. */
  readonly podSet: PodSet;
  readonly windowMs: number;
  /** Range that is read; undefined for an instantaneous signal. */
  readonly readRangeMs: number | undefined;
  /** Undefined where no target is live that could say anything. */
  readonly expr: string | undefined;
  readonly per: string | undefined;
  readonly owners: string | undefined;
  readonly candidates: string | undefined;
  readonly warnings: readonly string[];
  /** By pod: from then on all its servers are live and their rates can be trusted, as they may be before; Infinity while one cannot be read, it has none, or it is starting. */
  readonly clearFromMs: Float64Array;
  readonly placement: Placement;
}

const OWNERS = 'max by (<<.GroupBy>>, uuid, mig_id) (gpu_owner{<<.LabelMatchers>>})';
const CANDIDATES = 'max by (<<.GroupBy>>, why) (gpu_owner_candidate{<<.LabelMatchers>>})';

/** Selectors are the askers' own: past this many for the same pods all are forgotten. */
const MOST_PER_PODS = 100;

/** Arrangements, kept for as long as somebody holds the list of pods that they are for. */
export class Arrangements {
  readonly #byPods = new WeakMap<readonly Pod[], { readonly podSet: PodSet; readonly bySignal: Map<string, Arrangement> }>();

  /** Throws a QueryError for a selector on a label that the signal does not have. */
  of(arranged: Arranged): Arrangement {
    const { row, pods, metricSelector, view, configuredWindowMs } = arranged;
    const matchers = labelMatchers(row, metricSelector);
    const known = this.#byPods.get(pods) ?? { podSet: podSetOf(pods), bySignal: new Map<string, Arrangement>() };
    this.#byPods.set(pods, known);
    const key = `${row.name}{${matchers}}`;
    const kept = known.bySignal.get(key);
    if (kept !== undefined && kept.view === view && kept.configuredWindowMs === configuredWindowMs) return kept;
    if (known.bySignal.size >= MOST_PER_PODS) known.bySignal.clear();
    const made = arrange(arranged, { matchers, podSet: known.podSet });
    known.bySignal.set(key, made);
    return made;
  }
}

function arrange(arranged: Arranged, { matchers, podSet }: { readonly matchers: string; readonly podSet: PodSet }): Arrangement {
  const { row, pods, view, configuredWindowMs, careful } = arranged;
  const servers = row.source === 'dcgm' ? [] : pods.map((pod) => speakersOf(pod, { row, view }));
  // Those whose intervals decide the windows: the ones that speak of the pods, where that is known.
  const targets = row.source === 'dcgm' ? view.ofSource('dcgm') : servers.flat();
  const windows = windowsFor(targets, configuredWindowMs);
  // Tritons speak of their GPUs too.
  const isAnyLive = row.source === 'dcgm' ? view.liveIds.size > 0 : targets.some(({ target }) => view.liveIds.has(target.id));
  const render = (template: string | undefined): string | undefined =>
    template === undefined || !isAnyLive ? undefined : renderTemplate(template, { labelMatchers: matchers, ...windows });
  return {
    view,
    configuredWindowMs,
    podSet,
    windowMs: windows.windowMs,
    readRangeMs: rangeOf(row, windows),
    expr: render(careful === 'always' ? (row.careful ?? row.expr) : templateFor(row, targets)),
    per: render(row.per),
    owners: row.source === 'dcgm' ? render(OWNERS) : undefined,
    candidates: row.source === 'dcgm' ? render(CANDIDATES) : undefined,
    warnings: warningsAbout(row, targets),
    clearFromMs: clearTimes(servers, { ...arranged, windowMs: windows.windowMs }),
    placement: new Placement(row, pods),
  };
}

function rangeOf({ window }: SignalRow, { windowMs, liveWindowMs }: Windows): number | undefined {
  return { rate: windowMs, statistics: windowMs, live: liveWindowMs, pair: undefined, none: undefined }[window];
}

function clearTimes(servers: readonly (readonly TargetStatus[])[], about: Arranged & { readonly windowMs: number }): Float64Array {
  const { row, pods, view, windowMs, startedMs } = about;
  const clearFrom = new Float64Array(pods.length).fill(Number.POSITIVE_INFINITY);
  for (const [at, targets] of servers.entries()) {
    const pod = pods[at];
    if (pod === undefined || pod.starting === true || targets.length === 0 || !targets.every(({ target }) => view.liveIds.has(target.id)))
      continue;
    clearFrom[at] = Math.max(...targets.map((status) => warmFromMs(status, { row, pod, windowMs, startedMs })));
  }
  return clearFrom;
}

function templateFor(row: SignalRow, targets: readonly TargetStatus[]): string {
  if (row.careful === undefined) return row.expr;
  return targets.some(({ warnings }) => warnings.some(({ code }) => QUIRKS.has(code))) ? row.careful : row.expr;
}

/** Of a thousand servers with the same trouble a few are enough. */
const SHOWN_WARNINGS = 3;

/** What people should know about a number from these servers: how its pending requests came about, and what it may lack or count twice. */
function warningsAbout(row: SignalRow, targets: readonly TargetStatus[]): readonly string[] {
  if (row.source === 'dcgm') return [];
  const messages = new Set<string>();
  for (const { warnings } of targets) {
    for (const { code, message } of warnings) {
      if (QUIRKS.has(code) ? row.careful !== undefined : row.gaps.includes(code) || code === 'model-kinds-unknown') messages.add(message);
    }
    if (messages.size >= SHOWN_WARNINGS) break;
  }
  return [...messages];
}
