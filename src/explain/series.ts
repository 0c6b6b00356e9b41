// The series behind the pods that are told in detail: their samples, and what each was said as.
import { keyOf } from '../lib/key.ts';
import type { EvidenceSource, SampleRun, SeriesEvidence, SeriesOrigin, TimedValue } from '../model/evidence.ts';
import type { Findings, ReadSeries } from '../model/explanation.ts';
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import { podKey, podSetOf } from '../model/pod.ts';
import type { QueryScope } from '../model/query-engine.ts';
import { leftOutOf } from './left-out.ts';
import { isoTime } from './targets.ts';

export interface SampleDocument {
  /** Null for NaN and infinities, which JSON has no words for. */
  readonly value: number | null;
  readonly time: string;
}

export interface SeriesDocument {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Id of the target that says it. */
  readonly target: string;
  /** Left out for a series that is stale now. */
  readonly newest?: SampleDocument;
  /** What a range selector reads. */
  readonly range?: {
    readonly seconds: number;
    /** The function that takes it: `rate`. */
    readonly through: string;
    readonly samples: number;
    readonly first: SampleDocument;
    readonly last: SampleDocument;
    /** Growth between the two, for functions that take counters; `rate` continues it to the ends of its window. */
    readonly perSecond?: number;
  };
  /** The line that the target says. */
  readonly said?: {
    readonly line: string;
    readonly type: string;
    /** The line's value is multiplied and divided by these, where another number is kept. */
    readonly times?: number;
    readonly dividedBy?: number;
    /** `blank`: values that stand for "not known" are left out; `converted`: the value depends on earlier ones. */
    readonly guards: readonly string[];
  };
  /** What a series of Plimsoll's own follows from. */
  readonly fact?: string;
  /** Why it does not count, though it is read. */
  readonly leftOut?: string;
}

export interface SeriesOfPods {
  /** By `namespace/name`. */
  readonly byPod: ReadonlyMap<string, readonly SeriesDocument[]>;
  /** By the same: how many more there are. */
  readonly more: ReadonlyMap<string, number>;
}

export interface SeriesSources {
  readonly evidence: EvidenceSource;
  /** Deadline, budget and abort signal. */
  readonly scope: Pick<QueryScope, 'deadlineMs' | 'sampleBudget' | 'abortSignal'>;
  /** A line of an exposition from its labels and value. */
  readonly writeLine: (labels: Labels, value: number | undefined) => string;
}

/** Of one selector; ten pods with four models, each on GPUs, have 80. */
const MOST_PER_READ = 200;
const MOST_PER_POD = 60;

/** Rejects with a QueryError alone. */
export async function seriesOfPods(findings: Findings, sources: SeriesSources): Promise<SeriesOfPods> {
  const placed = new Placed(findings);
  const asking = { findings, placed, sources };
  const leftOut = await leftOutOf(findings, (matchers) =>
    sources.evidence.series(requestFor({ matchers, ofPods: true, rangeMs: undefined, through: undefined }, asking)),
  );
  const reads = findings.expressions.flatMap(({ reads: each }) => each);
  const seen = new Set<string>();
  // What is said of the pods themselves names the devices by which all else belongs to them.
  for (const read of [...reads.filter(({ ofPods }) => ofPods), ...reads.filter(({ ofPods }) => !ofPods)]) {
    const key = keyOf([
      read.through ?? '',
      String(read.rangeMs),
      ...read.matchers.flatMap(({ name, operator, value }) => [name, operator, value]),
    ]);
    if (seen.has(key)) continue;
    seen.add(key);
    const { series } = await sources.evidence.series(requestFor(read, asking));
    for (const one of series) placed.add(one, documentOf(one, { read, writeLine: sources.writeLine, leftOut: leftOut(one.labels) }));
  }
  return placed;
}

interface Asking {
  readonly findings: Findings;
  readonly placed: Placed;
  readonly sources: SeriesSources;
}

function requestFor({ matchers, ofPods, rangeMs }: ReadSeries, { findings, placed, sources }: Asking) {
  const { atMs, liveTargets, deviceLabels } = findings;
  return {
    matchers,
    scope: { ...sources.scope, liveTargets, podSet: podSetOf(findings.pods.map(({ pod }) => pod)) },
    range: rangeMs === undefined ? undefined : { fromMs: atMs - rangeMs, toMs: atMs },
    atMs,
    ...(ofPods ? {} : { only: { labels: deviceLabels, keys: placed.devices } }),
    most: MOST_PER_READ,
  };
}

/** Which series belong to which pod: by their labels, or by the device that they are about. */
class Placed implements SeriesOfPods {
  readonly byPod = new Map<string, SeriesDocument[]>();
  readonly more = new Map<string, number>();
  readonly #deviceLabels: readonly string[];
  readonly #podsByDevice = new Map<string, Set<string>>();
  readonly #given = new Set<string>();

  constructor({ pods, deviceLabels }: Findings) {
    this.#deviceLabels = deviceLabels;
    for (const { pod } of pods) this.byPod.set(podKey(pod), []);
  }

  get devices(): ReadonlySet<string> {
    return new Set(this.#podsByDevice.keys());
  }

  add({ labels }: SeriesEvidence, document: SeriesDocument): void {
    const pod = podKey({ namespace: labels.get('namespace') ?? '', name: labels.get('pod') ?? '' });
    const device = keyOf(this.#deviceLabels.map((name) => labels.get(name) ?? ''));
    if (!this.byPod.has(pod)) {
      for (const owner of this.#podsByDevice.get(device) ?? []) this.#give(owner, document);
      return;
    }
    this.#give(pod, document);
    const [first] = this.#deviceLabels;
    if (first !== undefined && labels.get(first)) this.#podsByDevice.set(device, (this.#podsByDevice.get(device) ?? new Set()).add(pod));
  }

  /** Once, however many conditions select it. */
  #give(pod: string, document: SeriesDocument): void {
    const known = this.byPod.get(pod) ?? [];
    const key = keyOf([pod, document.target, document.name, document.range?.through ?? '', ...Object.entries(document.labels).flat()]);
    if (this.#given.has(key)) return;
    this.#given.add(key);
    if (known.length < MOST_PER_POD) known.push(document);
    else this.more.set(pod, (this.more.get(pod) ?? 0) + 1);
  }
}

/** Functions that take counters. */
export const OF_COUNTERS: readonly string[] = ['rate', 'irate', 'increase'];

interface Documenting {
  readonly read: ReadSeries;
  readonly writeLine: SeriesSources['writeLine'];
  readonly leftOut: string | undefined;
}

function documentOf({ labels, targetId, newest, run, origin }: SeriesEvidence, { read, writeLine, leftOut }: Documenting): SeriesDocument {
  const { [METRIC_NAME]: name = '', ...others } = Object.fromEntries(labels);
  return {
    name,
    labels: others,
    target: targetId,
    ...(newest !== undefined && { newest: sampleDocument(newest) }),
    ...(run !== undefined && { range: rangeDocument(run, read) }),
    ...originDocument(origin, writeLine),
    ...(leftOut !== undefined && { leftOut }),
  };
}

function rangeDocument(
  { samples, first, last, growth }: SampleRun,
  { rangeMs = 0, through = '' }: ReadSeries,
): NonNullable<SeriesDocument['range']> {
  const seconds = (last.timeMs - first.timeMs) / 1000;
  const isCounter = OF_COUNTERS.includes(through);
  return {
    seconds: rangeMs / 1000,
    through,
    samples,
    first: sampleDocument(first),
    last: sampleDocument(last),
    ...(isCounter && seconds > 0 && { perSecond: growth / seconds }),
  };
}

function originDocument(origin: SeriesOrigin, writeLine: SeriesSources['writeLine']): Pick<SeriesDocument, 'said' | 'fact'> {
  if (origin.kind === 'fact') return { fact: origin.evidence };
  if (origin.kind === 'unknown') return {};
  const { line, value, scale, guards } = origin;
  const isScaled = scale !== undefined && (scale.times !== 1 || scale.dividedBy !== 1);
  return { said: { line: writeLine(line.labels, value), type: line.type, ...(isScaled && scale), guards } };
}

export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function sampleDocument({ value, timeMs }: TimedValue): SampleDocument {
  return { value: finite(value), time: isoTime(timeMs) };
}
