// From a question about a metric to the autoscalers that ask it.
import type { AskedMetric, AskedObject } from '../../model/answer-recorder.ts';
import type { Inventory } from '../../model/inventory.ts';
import { type LabelSelector, selectorKey } from '../../model/label-selector.ts';
import { LabelSelectorError, parseLabelSelector } from '../../model/parse-label-selector.ts';
import { type Pod, podKey } from '../../model/pod.ts';
import type { FollowedMetric, KubeAutoscaler, ScaledObject } from './autoscalers.ts';
import { OwnerKinds } from './kinds.ts';
import type { OwnerResource } from './objects.ts';

export interface FollowersOptions {
  readonly autoscalers: readonly KubeAutoscaler[];
  readonly inventory: Inventory;
  /** Kinds beside those of Kubernetes that can be asked about. */
  readonly owners: readonly OwnerResource[];
}

/** Kinds that are no workloads and can be described by an Object metric. */
const OTHER_KINDS: readonly { readonly resource: string; readonly kind: string }[] = [
  { resource: 'pods', kind: 'Pod' },
  { resource: 'services', kind: 'Service' },
  { resource: 'nodes', kind: 'Node' },
  { resource: 'namespaces', kind: 'Namespace' },
];

/** In the order given. A question whose selectors cannot be read is nobody's: the controller writes them right. */
export function followersOf(asked: AskedMetric, options: FollowersOptions): readonly KubeAutoscaler[] {
  const selectors = selectorsOf(asked);
  if (selectors === undefined) return [];
  const isFollowed = followerOf(asked)({ asked, ...selectors, ...options });
  return options.autoscalers.filter((autoscaler) => autoscaler.metrics.some((metric) => isFollowed(autoscaler, metric)));
}

function followerOf({ object }: AskedMetric): (matching: Matching) => IsFollowed {
  if (object === undefined) return externalFollower;
  return object.name === undefined ? podsFollower : objectFollower;
}

interface Selectors {
  /** Of objects, and of external metrics of labels. */
  readonly labels: LabelSelector;
  readonly metricLabels: LabelSelector;
}

function selectorsOf({ labelSelector, metricLabelSelector }: AskedMetric): Selectors | undefined {
  try {
    return { labels: parseLabelSelector(labelSelector), metricLabels: parseLabelSelector(metricLabelSelector) };
  } catch (error) {
    if (error instanceof LabelSelectorError) return undefined;
    throw error;
  }
}

interface Matching extends Selectors, FollowersOptions {
  readonly asked: AskedMetric;
}

type IsFollowed = (autoscaler: KubeAutoscaler, metric: FollowedMetric) => boolean;

/** Its metrics are asked for with the selector of the pods that it scales, which only they tell: both mean pods of which one is the same, or none. */
function podsFollower({ asked, labels, metricLabels, inventory, owners }: Matching): IsFollowed {
  const { namespace = '', object, metric: name } = asked;
  if (object?.resource !== 'pods' || object.group !== '') return () => false;
  const selected = new Set(inventory.podsIn(namespace, labels).map(podKey));
  return (autoscaler, { type, name: followed, selector }) => {
    if (type !== 'pods' || followed !== name || autoscaler.namespace !== namespace || !isSame(selector, metricLabels)) return false;
    const scaled = podsScaledBy(autoscaler, { inventory, owners });
    return scaled.length === 0 ? selected.size === 0 : scaled.some((pod) => selected.has(podKey(pod)));
  };
}

function podsScaledBy(
  { namespace, target: { group, kind, name } }: KubeAutoscaler,
  { inventory, owners }: Pick<FollowersOptions, 'inventory' | 'owners'>,
): readonly Pod[] {
  const known = new OwnerKinds(owners).called({ group, kind });
  return (known && inventory.podsOf({ group, resource: known.resource, namespace, name })) ?? [];
}

function objectFollower({ asked, metricLabels, owners }: Matching): IsFollowed {
  const { namespace, object, metric: name } = asked;
  const described = object && describedBy(object, owners);
  // Nodes belong to no namespace, and of namespaces each autoscaler follows its own.
  const isPlaced = ({ namespace: own }: KubeAutoscaler): boolean =>
    object?.resource === 'namespaces' ? own === object.name : namespace === undefined || own === namespace;
  return (autoscaler, { type, name: followed, selector, described: wanted }) =>
    type === 'object' &&
    followed === name &&
    wanted?.kind === described?.kind &&
    wanted?.group === described?.group &&
    (wanted?.name === described?.name || object?.resource === 'namespaces') &&
    isPlaced(autoscaler) &&
    isSame(selector, metricLabels);
}

function describedBy({ group, resource, name = '' }: AskedObject, owners: readonly OwnerResource[]): ScaledObject | undefined {
  const other = group === '' ? OTHER_KINDS.find((one) => one.resource === resource) : undefined;
  const kind = other?.kind ?? new OwnerKinds(owners).of({ group, resource })?.kind;
  return kind === undefined ? undefined : { group, kind, name };
}

/** The name of the metric has lost its case on its way. */
function externalFollower({ asked, labels }: Matching): IsFollowed {
  const name = asked.metric.toLowerCase();
  return (autoscaler, { type, name: followed, selector }) =>
    type === 'external' && followed.toLowerCase() === name && autoscaler.namespace === asked.namespace && isSame(selector, labels);
}

/** Whatever the order of requirements and values. */
function isSame(one: LabelSelector, other: LabelSelector): boolean {
  return orderlessKey(one) === orderlessKey(other);
}

function orderlessKey(selector: LabelSelector): string {
  return selector
    .map(({ key, operator, values }) => selectorKey([{ key, operator, values: values.toSorted() }]))
    .toSorted()
    .join();
}
