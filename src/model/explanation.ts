// How a signal came about: what is asked, and what `signals` knows of the way from pods to the answer.
import type { ObjectRef } from './inventory.ts';
import type { LabelSelector } from './label-selector.ts';
import type { Labels } from './labels.ts';
import type { Matcher } from './matcher.ts';
import type { Pod, PodRef } from './pod.ts';
import type { Absent, SignalAnswer, SignalInfo } from './signal.ts';
import type { TargetStatus } from './target.ts';

/** Who a question is about; the same three as a metrics API has. */
export type Subject =
  | { readonly kind: 'object'; readonly object: ObjectRef }
  /** An answer for each. */
  | { readonly kind: 'pods'; readonly pods: readonly PodRef[] }
  | { readonly kind: 'external'; readonly namespace: string; readonly selector: LabelSelector };

export interface ExplainQuestion {
  readonly signal: string;
  readonly subject: Subject;
  readonly metricSelector: LabelSelector;
  /** Most pods that are told in detail; the others are counted. */
  readonly mostPods: number;
  readonly abortSignal?: AbortSignal;
}

/** Series that an expression reads, once however often it does. */
export interface ReadSeries {
  /** Among them the condition that stands for the pods asked about, where `ofPods`. */
  readonly matchers: readonly Matcher[];
  /** False where series of every pod and node are read, and joined with those of the pods. */
  readonly ofPods: boolean;
  /** Undefined for the newest sample alone. */
  readonly rangeMs: number | undefined;
  /** The function that a range is handed to: `rate`. */
  readonly through: string | undefined;
}

export interface EvaluatedExpression {
  /** `per` is the denominator; `waiting` says what of it waits; `owners` and `candidates` say who holds a GPU. */
  readonly role: 'value' | 'per' | 'waiting' | 'owners' | 'candidates';
  /** PromQL with the pods written out, as every Prometheus takes it; of many pods the first and how many more. */
  readonly text: string;
  /** The same with the word `pods` in their place. */
  readonly short: string;
  readonly reads: readonly ReadSeries[];
}

export interface DeviceReading {
  /** What the value is about: a model or a GPU; empty for the pod. */
  readonly device: Labels;
  readonly value: number;
  /** The denominator; undefined where there is none. */
  readonly per: number | undefined;
  /** Of a value that says what is in flight: what of it waits. */
  readonly waiting?: number;
  /** Undefined where the engine cannot tell. */
  readonly newestMs: number | undefined;
}

export type PodFinding =
  | { readonly kind: 'read'; readonly pod: Pod; readonly readings: readonly DeviceReading[]; readonly targets: readonly TargetStatus[] }
  | {
      readonly kind: 'missing';
      readonly pod: Pod;
      readonly absent: Absent;
      /** The answer should have held this pod. */
      readonly expected: boolean;
      readonly targets: readonly TargetStatus[];
    };

export interface ExplainedAnswer {
  /** Undefined for the one answer about an object. */
  readonly pod: PodRef | undefined;
  readonly answer: SignalAnswer;
}

export interface Findings {
  readonly info: SignalInfo;
  /** How the values of pods become one. */
  readonly across: 'sum' | 'mean' | 'max' | 'ratio' | 'hottest' | 'p95' | 'skew';
  /** What a target must say for the signal to exist. */
  readonly needs: string;
  /** Labels that tell the devices apart by which series of every node are joined with those of pods. */
  readonly deviceLabels: readonly string[];
  readonly atMs: number;
  /** One about an object; for pods those that `pods` tells of, and those nobody knows. */
  readonly answers: readonly ExplainedAnswer[];
  /** Missing ones that the answer lacks first, then by value from the largest. */
  readonly pods: readonly PodFinding[];
  /** How many there are. */
  readonly podCount: number;
  readonly expressions: readonly EvaluatedExpression[];
  readonly liveTargets: ReadonlySet<string>;
}

export interface SignalExplainer {
  /** What `Signals` would answer now, and how it comes about. Rejects only with a QueryError: `bad-expression` for a signal that is not known. */
  explain(question: ExplainQuestion): Promise<Findings>;
}
