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

const FIELDS = ['api', 'metric', 'namespace', 'object', 'labelSelector', 'metricLabelSelector'] as const;

export function questionText({ api, metric, namespace = '', object, labelSelector, metricLabelSelector }: AskedMetric): string {
  return JSON.stringify([api, metric, namespace, objectText(object), labelSelector, metricLabelSelector]);
}

function objectText(object: AskedObject | undefined): string {
  if (object === undefined) return '';
  const { group, resource, name = '*' } = object;
  return group === '' ? `${resource}/${name}` : `${resource}.${group}/${name}`;
}

/** What `questionText` wrote. */
export function readQuestion(text: string): KnownQuestion {
  const values: readonly string[] = JSON.parse(text);
  const [api, metric, namespace, object, labelSelector, metricLabelSelector] = FIELDS.map((_, index) => values[index] ?? '');
  return {
    api: api === 'external' ? 'external' : 'custom',
    metric: metric ?? '',
    namespace: namespace ?? '',
    object: object ?? '',
    labelSelector: labelSelector ?? '',
    metricLabelSelector: metricLabelSelector ?? '',
  };
}
