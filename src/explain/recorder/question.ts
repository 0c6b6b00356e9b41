// A question as a text: equal for equal questions, read again when somebody asks about it.
import type { AskedMetric, AskedObject } from '../../model/answer-recorder.ts';

export interface KnownQuestion {
  readonly api: AskedMetric['api'];
  readonly metric: string;
  /** Empty where there is none, as are the next ones. */
  readonly namespace: string;
  /** `deployments.apps/triton`, `pods/*`. */
  readonly object: string;
  readonly labelSelector: string;
  readonly metricLabelSelector: string;
}

export function questionText({ api, metric, namespace = '', object, labelSelector, metricLabelSelector }: AskedMetric): string {
  const parts: Parts = [api, metric, namespace, objectText(object), labelSelector, metricLabelSelector];
  return JSON.stringify(parts);
}

function objectText(object: AskedObject | undefined): string {
  if (object === undefined) return '';
  const { group, resource, name = '*' } = object;
  return group === '' ? `${resource}/${name}` : `${resource}.${group}/${name}`;
}

/** What `questionText` wrote. */
export function readQuestion(text: string): KnownQuestion {
  const [api, metric, namespace, object, labelSelector, metricLabelSelector]: Parts = JSON.parse(text);
  return { api, metric, namespace, object, labelSelector, metricLabelSelector };
}

type Parts = readonly [
  api: AskedMetric['api'],
  metric: string,
  namespace: string,
  object: string,
  labelSelector: string,
  metricLabelSelector: string,
];
