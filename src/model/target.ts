// Who is scraped, and how the last attempts went.
import type { Fact, Warning } from './fact.ts';
import type { Labels } from './labels.ts';
import type { ReadTimes } from './read-times.ts';

/** What an exposition's numbers mean. `generic` is anything that no reader claims. */
export const SOURCE_NAMES = ['triton', 'dcgm', 'kubelet', 'riva', 'tegrastats', 'proc', 'llm', 'generic'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** The series that says of each target how often it is read, in seconds, and under `source` what it is: what others must know to judge its numbers. */
export const SCRAPE_INTERVAL = 'scrape_interval_seconds';

export interface Target {
  /** Unique, and stable for as long as it is the same endpoint of the same pod. */
  readonly id: string;
  /** Name of the scrape configuration it came from: credentials, TLS and relabelling are looked up by it. */
  readonly job: string;
  /** What it is expected to say; a scrape without one family of that source has failed. `generic` expects nothing. */
  readonly source: SourceName;
  readonly url: string;
  /** Base of the server's own API, without a path; undefined when it is not asked. */
  readonly apiUrl?: string;
  /** Labels that every series of this target carries: `job`, `instance`, and what is known of its pod. */
  readonly labels: Labels;
  /** What discovery knows of it beside its labels, written as series at each of its good scrapes: `node_cpu_cores` of a kubelet. */
  readonly facts?: readonly Fact[];
  /** As in Prometheus: true keeps the exposition's own label on a clash, false renames it to `exported_<name>`. */
  readonly honorLabels: boolean;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/**
 * The longest time between two samples of a source that takes them at its own pace and says when. A kubelet's cAdvisor looks at a
 * container after 10 s, or 15 s where little happens, and lengthens each pause by up to as much again at random (`jitter` in its
 * manager/container.go).
 */
const LONGEST_PAUSE_MS: Readonly<Partial<Record<SourceName, number>>> = { kubelet: 30_000 };

/**
 * How old a sample may be by its own time stamp when it is read; an older one is no reading, for who took it has stopped, or has another
 * clock. Twice the longest pause: housekeeping may be late and clocks a little apart. Infinity for sources that take none by themselves.
 */
export function oldestSampleMs(source: SourceName): number {
  return 2 * (LONGEST_PAUSE_MS[source] ?? Number.POSITIVE_INFINITY);
}

/** How far apart the samples of the target's series are, at most: its scrape interval, or the pauses of its source where they are longer. */
export function sampleIntervalMs({ source, intervalMs }: Pick<Target, 'source' | 'intervalMs'>): number {
  return Math.max(intervalMs, LONGEST_PAUSE_MS[source] ?? 0);
}

/** How a scrape failed: a closed list, so that metrics can count it. */
export type ScrapeFailure =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'status'
  | 'redirect'
  | 'body-too-large'
  | 'series-limit'
  | 'not-text'
  | 'wrong-source'
  | 'failed';

export interface ScrapeError {
  readonly failure: ScrapeFailure;
  /** In words, with what to change; never a secret. */
  readonly message: string;
}

export interface TargetStatus {
  readonly target: Target;
  /** When the last attempt was sent; undefined before the first. */
  readonly lastAttemptMs?: number;
  /** When the last successful attempt ended. */
  readonly lastSuccessMs?: number;
  /** When the first successful attempt of this target was sent. */
  readonly firstSuccessMs?: number;
  /** Start of the unbroken run of refused connections that the last attempt belongs to; undefined where it ended in another way. */
  readonly refusedSinceMs?: number;
  /** Of its good scrapes; undefined before the first. */
  readonly scrapes?: ReadTimes | undefined;
  /** Of the answers of its API that told what its instances did; undefined before the first. */
  readonly statistics?: ReadTimes | undefined;
  /** True when a refused connection came before the first success: its pod started under our eyes. */
  readonly startedUnderObservation: boolean;
  /** The last attempt's error; undefined after a success. */
  readonly lastError?: ScrapeError;
  readonly consecutiveFailures: number;
  readonly lastDurationMs?: number;
  readonly samples: number;
  /** Of the last success: what people should know about the target's numbers. */
  readonly warnings: readonly Warning[];
}

/** The book of targets that `scrape` keeps and others read. */
export interface TargetBook {
  /** Changes with everything in the book but the times, durations and counts of attempts that went like the ones before. */
  readonly version: number;
  /** When the first of the targets that are live now falls behind unless it is read again; Infinity without any. */
  readonly firstOverdueMs: number;
  all(): Iterable<TargetStatus>;
  get(id: string): TargetStatus | undefined;
}

/** A target is live when its last attempt succeeded and no attempt is overdue: one interval + the time-out (DESIGN rule 2). */
export function isLive(status: TargetStatus, atMs: number): boolean {
  if (status.lastError !== undefined || status.lastSuccessMs === undefined) return false;
  return atMs - status.lastSuccessMs <= status.target.intervalMs + status.target.timeoutMs;
}
