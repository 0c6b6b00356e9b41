// What is asked about load, and what comes back: a number with its evidence, or the reason why there is none.
import type { ObjectRef } from './inventory.ts';
import type { LabelSelector } from './label-selector.ts';
import type { PodRef } from './pod.ts';

export interface SignalInfo {
  readonly name: string;
  /** Base unit: requests, seconds, ratio, bytes, watts, celsius, requests/s. */
  readonly unit: string;
  readonly help: string;
  /** Labels that a metric selector may name. */
  readonly labels: readonly string[];
  /** True for what only several pods have together, such as the balance of their load: no pod alone has a value. */
  readonly ofWorkloads?: boolean;
}

export interface Coverage {
  /** Pods whose contribution the answer should hold. */
  readonly expected: number;
  readonly contributing: number;
  readonly missing: readonly { readonly pod: PodRef; readonly why: string }[];
}

export interface SignalValue {
  readonly kind: 'value';
  readonly value: number;
  /** Time of the newest sample that contributed. */
  readonly newestMs: number;
  /** Range the value was computed over; undefined for an instantaneous one. */
  readonly windowMs?: number;
  readonly coverage: Coverage;
  /** True when missing pods were estimated from the others. */
  readonly estimated: boolean;
  readonly warnings: readonly string[];
  /** Of a load skew: whether new pods stay idle while requests wait in old ones. */
  readonly isPinned?: boolean;
}

export type AbsentReason =
  | 'no-object'
  | 'no-target'
  | 'no-data'
  | 'stale'
  | 'failed'
  | 'warming-up'
  | 'not-ready'
  | 'undefined-ratio'
  | 'not-finite'
  | 'incomplete'
  | 'ambiguous'
  | 'over-limit';

export interface Absent {
  readonly kind: 'absent';
  readonly reason: AbsentReason;
  /** A sentence for the person who asked, with what to do. */
  readonly detail: string;
}

export type SignalAnswer = SignalValue | Absent;

interface SignalQuestion {
  readonly signal: string;
  /** Conditions on the signal's own labels (model, version, uuid …). */
  readonly metricSelector: LabelSelector;
  readonly abortSignal?: AbortSignal;
}

export interface PodsQuestion extends SignalQuestion {
  readonly pods: readonly PodRef[];
}

export interface ObjectQuestion extends SignalQuestion {
  readonly object: ObjectRef;
}

export interface ExternalQuestion {
  readonly signal: string;
  readonly namespace: string;
  /** Keys that are labels of the signal select series; all others select pods of the namespace by their labels. */
  readonly selector: LabelSelector;
  readonly abortSignal?: AbortSignal;
}

export interface PodAnswer {
  readonly pod: PodRef;
  readonly answer: SignalAnswer;
}

/** The door to the signals for every face. Rejects only with a QueryError. */
export interface Signals {
  list(): readonly SignalInfo[];
  /** One answer per pod asked about, in the order asked. */
  ofPods(question: PodsQuestion): Promise<readonly PodAnswer[]>;
  /** One answer for all pods of an object, reduced as the catalogue says. */
  ofObject(question: ObjectQuestion): Promise<SignalAnswer>;
  /** One answer for the pods of a namespace that the selector leaves. */
  ofExternal(question: ExternalQuestion): Promise<SignalAnswer>;
}
