// Lists of metric values as objects, in words of their own: what the bytes on the wire are compared with.
import { selectorObject } from '../../src/metrics-api/answer.ts';
import { formatExactly } from '../../src/metrics-api/quantity.ts';
import { type CustomVersion, objectApiVersion, type Resource } from '../../src/metrics-api/resources.ts';
import type { LabelSelector } from '../../src/model/label-selector.ts';
import type { SignalAnswer, SignalValue } from '../../src/model/signal.ts';

export interface CustomQuestion {
  readonly version: CustomVersion;
  readonly resource: Resource;
  readonly metric: string;
  readonly metricSelector: LabelSelector;
  readonly objects: readonly { readonly namespace?: string; readonly name: string }[];
  readonly answers: readonly { readonly answer: SignalAnswer }[];
}

export function metricValueList(question: CustomQuestion): object {
  const { version, resource, metric, metricSelector, objects, answers } = question;
  const selector = selectorObject(metricSelector);
  const items = objects.flatMap(({ namespace, name }, index) => {
    const value = answers[index]?.answer;
    if (value?.kind !== 'value' || !Number.isFinite(value.value)) return [];
    const describedObject = { kind: resource.kind, namespace, name, apiVersion: objectApiVersion(resource) };
    const quantity = { timestamp: timestampOf(value), value: formatExactly(value.value) };
    const named = version === 'v1beta1' ? { metricName: metric } : { metric: { name: metric, selector } };
    const windowed = version === 'v1beta1' ? { window: windowOf(value), selector } : { windowSeconds: windowOf(value) };
    return [{ describedObject, ...named, ...quantity, ...windowed }];
  });
  return { kind: 'MetricValueList', apiVersion: `custom.metrics.k8s.io/${version}`, metadata: {}, items };
}

export function externalMetricValueList(metric: string, metricLabels: object, value: SignalValue): object {
  const item = {
    metricName: metric,
    metricLabels,
    timestamp: timestampOf(value),
    window: windowOf(value),
    value: formatExactly(value.value),
  };
  return { kind: 'ExternalMetricValueList', apiVersion: 'external.metrics.k8s.io/v1beta1', metadata: {}, items: [item] };
}

function timestampOf({ newestMs }: SignalValue): string {
  return `${new Date(newestMs).toISOString().slice(0, 19)}Z`;
}

function windowOf({ windowMs }: SignalValue): number | undefined {
  return windowMs === undefined ? undefined : Math.round(windowMs / 1000);
}
