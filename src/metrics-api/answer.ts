// Metric values in the words of the two API groups: the only place that knows what a list of them looks like.
import type { LabelRequirement, LabelSelector } from '../model/label-selector.ts';
import type { ListForm } from './prepared-list.ts';
import { CUSTOM_GROUP, type CustomVersion, EXTERNAL_GROUP, objectApiVersion, type Resource } from './resources.ts';

interface CustomList {
  readonly version: CustomVersion;
  readonly resource: Resource;
  readonly metric: string;
  readonly metricSelector: LabelSelector;
  readonly objects: readonly Named[];
}

/** A pod, or another object; `namespace` is undefined for cluster-scoped kinds. */
interface Named {
  readonly namespace?: string;
  readonly name: string;
}

/** A MetricValueList with an item for each object; the two versions differ in three names only. */
export function customListForm({ version, resource, metric, metricSelector, objects }: CustomList): ListForm {
  const selector = selectorObject(metricSelector);
  const isFirst = version === 'v1beta1';
  const named = inner(isFirst ? { metricName: metric } : { metric: { name: metric, selector } });
  return {
    opening: openingOf('MetricValueList', `${CUSTOM_GROUP}/${version}`),
    items: objects.map((object) => `{"describedObject":${JSON.stringify(objectReference(resource, object))},${named},"timestamp":"`),
    windowField: isFirst ? 'window' : 'windowSeconds',
    windowComes: 'after value',
    ending: isFirst ? `,${inner({ selector })}` : '',
  };
}

/** An ExternalMetricValueList of one item: the HPA adds items up. */
export function externalListForm(metric: string, selector: LabelSelector): ListForm {
  return externalItemsForm(metric, [equalityLabels(selector)]);
}

/** An ExternalMetricValueList with an item for each of the sets of labels. */
export function externalItemsForm(metric: string, items: readonly Readonly<Record<string, string>>[]): ListForm {
  return {
    opening: openingOf('ExternalMetricValueList', `${EXTERNAL_GROUP}/v1beta1`),
    items: items.map((metricLabels) => `{${inner({ metricName: metric, metricLabels })},"timestamp":"`),
    windowField: 'window',
    windowComes: 'before value',
    ending: '',
  };
}

function openingOf(kind: string, apiVersion: string): string {
  return `{${inner({ kind, apiVersion, metadata: {} })},"items":[`;
}

/** The fields of an object as JSON, without the braces around them. */
function inner(fields: object): string {
  return JSON.stringify(fields).slice(1, -1);
}

function objectReference(resource: Resource, { namespace, name }: Named): object {
  return { kind: resource.kind, ...(namespace !== undefined && { namespace }), name, apiVersion: objectApiVersion(resource) };
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
