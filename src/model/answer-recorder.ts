// What the metrics API tells of the answers that it gives: who asked what, and what they were told.
import type { SignalAnswer, SignalValue } from './signal.ts';

/** A question of the custom or external metrics API. */
export interface AskedMetric {
  readonly api: 'custom' | 'external';
  /** As asked: client-go lower-cases those of external metrics. */
  readonly metric: string;
  /** Undefined for objects without one. */
  readonly namespace?: string | undefined;
  /** Undefined for external metrics. */
  readonly object?: AskedObject | undefined;
  /** As asked, empty without one; so is the next. */
  readonly labelSelector: string;
  readonly metricLabelSelector: string;
}

export interface AskedObject {
  /** API group, '' for core. */
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  /** Undefined for `*`: all that the label selector leaves. */
  readonly name?: string | undefined;
}

/** Code and reason of an answer that is no metric. */
export interface GivenFailure {
  readonly kind: 'failure';
  /** Of HTTP. */
  readonly code: number;
  /** An AbsentReason of a metric that is known, else the reason that Kubernetes has for the code: `NotFound`, `BadRequest`. */
  readonly reason: string;
  /** As shown to the asker: it says what to do, and names no secret. */
  readonly message: string;
  /** The asker was not admitted: then nothing was looked up. */
  readonly isRefusal: boolean;
}

export type GivenAnswer =
  | { readonly kind: 'value'; readonly answer: SignalValue }
  /** About all objects that a selector leaves: an answer for each in the same order; who has no usable value is left out of what is sent. */
  | {
      readonly kind: 'list';
      readonly objects: readonly { readonly name: string }[];
      readonly answers: readonly { readonly answer: SignalAnswer }[];
    }
  | GivenFailure;

export interface Answered {
  readonly atMs: number;
  /** Whom the face admitted; empty where everybody is, and for who was not. */
  readonly user: string;
  readonly asked: AskedMetric;
  readonly given: GivenAnswer;
}

/** Is told of every answer before it is sent: it has to be quick. What it is given it must not hold on to but for texts and numbers. */
export interface AnswerRecorder {
  record(answered: Answered): void;
}
