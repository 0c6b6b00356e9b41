// What everything above asks of an engine, embedded or remote: PromQL's answers, and new engines fit it.
import type { Labels } from './labels.ts';
import type { Matcher } from './matcher.ts';
import type { PodSet } from './pod.ts';

/**
 * A matcher with this name stands for the request's pod set, whatever its value: the series' labels `namespace` and `pod`
 * name a pod of the set. The embedded engine asks the set; a remote engine writes the names out.
 */
export const POD_SET_LABEL = '__pod_set__';

export interface QueryScope {
  /** Only series of these targets (by id); undefined asks all. */
  readonly liveTargets?: ReadonlySet<string>;
  readonly podSet?: PodSet;
  /** On the clock that the engine was given; past it the query fails with `deadline`. */
  readonly deadlineMs?: number;
  /** Most samples that may be read; past it the query fails with `over-limit`. */
  readonly sampleBudget?: number;
  readonly abortSignal?: AbortSignal;
  /** Filled when given, for explain. */
  readonly trace?: QueryTrace;
}

/** What an evaluation touched: filled by the engine, read by explain. */
export interface QueryTrace {
  samplesRead: number;
  readonly selections: { readonly selector: string; readonly series: number }[];
}

export interface InstantRequest extends QueryScope {
  readonly expr: string;
  readonly timeMs: number;
}

export interface RangeRequest extends QueryScope {
  readonly expr: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

export interface SeriesRequest extends QueryScope {
  /** Any of these sets of matchers selects a series. */
  readonly matchers: readonly (readonly Matcher[])[];
  readonly startMs: number;
  readonly endMs: number;
}

export interface LabelValuesRequest extends SeriesRequest {
  readonly label: string;
}

export interface InstantSeries {
  readonly labels: Labels;
  readonly value: number;
  /** Time of the newest sample that contributed; undefined where the engine cannot tell. */
  readonly newestMs?: number;
}

/** What an answer should be taken with, in Prometheus's words. */
export interface Annotations {
  /** The result may be wrong. */
  readonly warnings: readonly string[];
  /** The question may not mean what it says. */
  readonly infos?: readonly string[];
}

export type InstantValue =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'vector'; readonly series: readonly InstantSeries[] }
  | { readonly kind: 'string'; readonly value: string }
  /** Of a range vector asked for by itself, as `x[5m]`: its samples. */
  | { readonly kind: 'matrix'; readonly series: readonly RangeSeries[] };

export type InstantResult = InstantValue & Annotations;

export interface RangeSeries {
  readonly labels: Labels;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly newestMs?: number;
}

export interface RangeResult extends Annotations {
  readonly series: readonly RangeSeries[];
}

export interface SeriesResult {
  readonly series: readonly { readonly labels: Labels; readonly newestMs?: number }[];
  readonly warnings: readonly string[];
}

/** Every method rejects with a QueryError and with nothing else. */
export interface QueryEngine {
  instant(request: InstantRequest): Promise<InstantResult>;
  range(request: RangeRequest): Promise<RangeResult>;
  series(request: SeriesRequest): Promise<SeriesResult>;
  labelValues(request: LabelValuesRequest): Promise<{ readonly values: readonly string[]; readonly warnings: readonly string[] }>;
}

export type QueryFailure = 'bad-expression' | 'unsupported' | 'execution' | 'deadline' | 'over-limit' | 'aborted' | 'unreachable';

/** `bad-expression` and `unsupported` are the asker's mistakes; the rest belong to this evaluation. */
export class QueryError extends Error {
  readonly failure: QueryFailure;

  constructor(failure: QueryFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueryError';
    this.failure = failure;
  }
}
