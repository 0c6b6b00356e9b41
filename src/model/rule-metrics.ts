// Metrics that rules of prometheus-adapter make of series: what there is, and what is answered.
import type { LabelSelector } from './label-selector.ts';
import type { Labels } from './labels.ts';
import type { ObjectKind } from './object-kinds.ts';
import type { Absent, SignalAnswer } from './signal.ts';

export interface RuleMetricList {
  /** By their qualified names; each with one metric at least, in order. */
  readonly custom: readonly { readonly kind: ObjectKind; readonly metrics: readonly string[] }[];
  readonly external: readonly string[];
}

export interface RuleObjectsQuestion {
  readonly metric: string;
  readonly kind: ObjectKind;
  /** Undefined exactly for kinds without namespaces. */
  readonly namespace?: string | undefined;
  /** One at least. */
  readonly names: readonly string[];
  /** Conditions on labels of the series. */
  readonly metricSelector: LabelSelector;
  readonly abortSignal?: AbortSignal;
}

export interface RuleExternalQuestion {
  readonly metric: string;
  readonly namespace: string;
  /** Conditions on labels of the series. */
  readonly selector: LabelSelector;
  readonly abortSignal?: AbortSignal;
}

export interface RuleItem {
  readonly labels: Labels;
  readonly answer: SignalAnswer;
}

/** Questions reject only with a QueryError. */
export interface RuleMetrics {
  /** What series there are now for; the same object until that changes. */
  list(): RuleMetricList;
  /** Kinds of object that a metric can be asked about now; none for one that is not known. */
  kindsOf(metric: string): readonly ObjectKind[];
  /** An answer for each name, in the order asked. The metric has to be one of the kind. */
  ofObjects(question: RuleObjectsQuestion): Promise<readonly { readonly answer: SignalAnswer }[]>;
  /** One item for each series of the answer, all with values; or why there is none. The metric has to be listed. */
  ofExternal(question: RuleExternalQuestion): Promise<readonly RuleItem[] | Absent>;
  /** How many rules there is no series for now, as a sentence for whoever asks in vain; undefined when there are series for each. */
  unmatched(): string | undefined;
}
