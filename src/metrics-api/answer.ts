// Metric values in the words of the two API groups.
import type { ObjectRef } from '../model/inventory.ts';
import type { LabelRequirement, LabelSelector } from '../model/label-selector.ts';
import type { SignalValue } from '../model/signal.ts';
import { formatQuantity } from './quantity.ts';
import { CUSTOM_GROUP, type CustomVersion, EXTERNAL_GROUP, objectApiVersion, type Resource } from './resources.ts';

/** One object with the value that is known of it. */
export interface MetricItem {
  readonly object: ObjectRef;
  readonly value: SignalValue;
}

interface CustomAnswer {
  readonly version: CustomVersion;
  readonly resource: Resource;
  readonly metric: string;
  readonly metricSelector: LabelSelector;
  readonly items: readonly MetricItem[];
}

/** A MetricValueList; the two versions differ in three names only. */
export function metricValueList(answer: CustomAnswer): object {
  const selector = selectorObject(answer.metricSelector);
  const items = answer.items.map(({ object, value }) => {
    const describedObject = objectReference(answer.resource, object);
    const quantity = { timestamp: timestampOf(value), value: formatQuantity(value.value) };
    if (answer.version === 'v1beta1') {
      return { describedObject, metricName: answer.metric, ...quantity, ...windowAs('window', value), selector };
    }
    return { describedObject, metric: { name: answer.metric, selector }, ...quantity, ...windowAs('windowSeconds', value) };
  });
  return { kind: 'MetricValueList', apiVersion: `${CUSTOM_GROUP}/${answer.version}`, metadata: {}, items };
}

/** An ExternalMetricValueList of one item: the HPA adds items up. */
export function externalMetricValueList(metric: string, selector: LabelSelector, value: SignalValue): object {
  const item = {
    metricName: metric,
    metricLabels: equalityLabels(selector),
    timestamp: timestampOf(value),
    ...windowAs('window', value),
    value: formatQuantity(value.value),
  };
  return { kind: 'ExternalMetricValueList', apiVersion: `${EXTERNAL_GROUP}/v1beta1`, metadata: {}, items: [item] };
}

function objectReference(resource: Resource, object: ObjectRef): object {
  const namespace = object.namespace === undefined ? {} : { namespace: object.namespace };
  return { kind: resource.kind, ...namespace, name: object.name, apiVersion: objectApiVersion(resource) };
}

/** Whole seconds, as Kubernetes writes times. */
function timestampOf(value: SignalValue): string {
  return `${new Date(value.newestMs).toISOString().slice(0, 19)}Z`;
}

/** Left out for an instantaneous value. */
function windowAs(field: 'window' | 'windowSeconds', value: SignalValue): object {
  return value.windowMs === undefined ? {} : { [field]: Math.round(value.windowMs / 1000) };
}

/** The LabelSelector object that means the same; null when nothing was selected. */
export function selectorObject(selector: LabelSelector): object | null {
  if (selector.length === 0) return null;
  const equalities = equalityLabels(selector);
  const others = selector.filter((requirement) => {
    const value = equalValue(requirement);
    return value === undefined || value !== equalities[requirement.key];
  });
  return {
    ...(Object.keys(equalities).length > 0 && { matchLabels: equalities }),
    ...(others.length > 0 && { matchExpressions: others.map(expressionObject) }),
  };
}

function expressionObject({ key, operator, values }: LabelRequirement): object {
  return values.length === 0 ? { key, operator } : { key, operator, values };
}

/** Labels that a series must have with exactly one value; of two such values for one key, which nothing satisfies, the first. */
function equalityLabels(selector: LabelSelector): Record<string, string> {
  const labels = new Map<string, string>();
  for (const requirement of selector) {
    const value = equalValue(requirement);
    if (value !== undefined && !labels.has(requirement.key)) labels.set(requirement.key, value);
  }
  return Object.fromEntries(labels);
}

function equalValue({ operator, values }: LabelRequirement): string | undefined {
  return operator === 'In' && values.length === 1 ? values[0] : undefined;
}
