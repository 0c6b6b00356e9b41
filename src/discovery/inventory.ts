// What is known of pods and their owners where no cluster is asked: the labels of static targets say it.
import { keyOf } from '../lib/key.ts';
import { Recent } from '../lib/recent.ts';
import type { Inventory, ObjectRef } from '../model/inventory.ts';
import { selectorKey, selects } from '../model/label-selector.ts';
import { type Labels, labelsOf } from '../model/labels.ts';
import { type Pod, type PodRef, podKey } from '../model/pod.ts';
import type { Target } from '../model/target.ts';
import { DEFAULT_NAMESPACE } from './static.ts';

interface ObjectLabel {
  readonly label: string;
  readonly group: string;
  readonly resource: string;
  readonly clusterScoped?: true;
}

/** Which label of a target names which object behind its pod. */
const OBJECT_LABELS: readonly ObjectLabel[] = [
  { label: 'pod', group: '', resource: 'pods' },
  { label: 'deployment', group: 'apps', resource: 'deployments' },
  { label: 'statefulset', group: 'apps', resource: 'statefulsets' },
  { label: 'daemonset', group: 'apps', resource: 'daemonsets' },
  { label: 'replicaset', group: 'apps', resource: 'replicasets' },
  { label: 'service', group: '', resource: 'services' },
  { label: 'node', group: '', resource: 'nodes', clusterScoped: true },
  { label: 'namespace', group: '', resource: 'namespaces', clusterScoped: true },
];

/** A target that somebody else told of. */
export interface LearnedTarget {
  readonly target: Target;
  /** Since when it is known to be there; undefined: it was there before anybody looked. */
  readonly sinceMs: number | undefined;
}

export interface NamedPods {
  readonly targets: readonly Target[];
  readonly listedMs: number;
  readonly learned?: readonly LearnedTarget[];
  readonly previous?: Inventory;
}

interface KnownObject {
  readonly ref: ObjectRef;
  readonly pods: Pod[];
}

/** References to pods kept for selectors that were asked before, a few megabytes of them. */
const KEPT_SELECTED = 1_000_000;
/** What a selector that leaves no pod counts as: its text may be long. */
const KEPT_LEAST = 1000;

/**
 * The pods of all targets with a label `pod`; several targets may be one pod, whose labels are then those of all, the first target's first.
 * They are ready since `listedMs`, when the configuration was loaded, those of learned targets since these were there, or since `previous` says so:
 * a reload makes no pod new.
 */
export function staticInventory(known: NamedPods): Inventory {
  const pods = podsOfTargets(known);
  const objects = objectsOf(pods);
  return {
    podsOf: (object) => objects.get(objectKey(object))?.pods,
    podsIn: selectedAmong(pods),
    allPods: () => pods,
    objects: (kind) => [...objects.values()].map((object) => object.ref).filter((ref) => isOfKind(ref, kind)),
  };
}

/** Selectors come again and again, from the same autoscalers. */
function selectedAmong(pods: readonly Pod[]): Inventory['podsIn'] {
  const known = new Recent<readonly Pod[]>({ limit: KEPT_SELECTED, weigh: ({ length }) => KEPT_LEAST + length });
  return (namespace, selector) => {
    const question = keyOf([namespace, selectorKey(selector)]);
    const before = known.get(question);
    if (before !== undefined) return before;
    const selected = pods.filter((pod) => pod.namespace === namespace && selects(selector, pod.labels));
    known.set(question, selected);
    return selected;
  };
}

function podsOfTargets({ targets, listedMs, learned = [], previous }: NamedPods): Pod[] {
  const since = new Map(previous?.allPods().map((pod) => [podKey(pod), pod.readySinceMs]));
  const labelsByPod = new Map<string, { ref: PodRef; labels: Map<string, string>; readySinceMs: number | undefined }>();
  for (const { target, sinceMs } of [...targets.map((target) => ({ target, sinceMs: listedMs })), ...learned]) {
    const { labels } = target;
    const name = labels.get('pod');
    if (name === undefined) continue;
    const ref = { namespace: labels.get('namespace') ?? DEFAULT_NAMESPACE, name };
    const merged = labelsByPod.get(podKey(ref))?.labels ?? new Map(labelsOf({ namespace: ref.namespace }));
    for (const [key, value] of labels) if (!merged.has(key)) merged.set(key, value);
    const key = podKey(ref);
    const known = labelsByPod.get(key) ?? { readySinceMs: since.has(key) ? since.get(key) : sinceMs };
    labelsByPod.set(key, { ref, labels: merged, readySinceMs: known.readySinceMs });
  }
  return [...labelsByPod.values()].map(podOf);
}

function podOf({ ref, labels, readySinceMs }: { ref: PodRef; labels: Labels; readySinceMs: number | undefined }): Pod {
  const node = labels.get('node');
  return { ...ref, labels, ...(node === undefined ? {} : { node }), ready: true, ...(readySinceMs !== undefined && { readySinceMs }) };
}

function objectsOf(pods: readonly Pod[]): Map<string, KnownObject> {
  const objects = new Map<string, KnownObject>();
  for (const pod of pods) {
    for (const { label, group, resource, clusterScoped } of OBJECT_LABELS) {
      const name = pod.labels.get(label);
      if (name === undefined) continue;
      const ref = { group, resource, ...(clusterScoped ? {} : { namespace: pod.namespace }), name };
      const object = objects.get(objectKey(ref)) ?? { ref, pods: [] };
      object.pods.push(pod);
      objects.set(objectKey(ref), object);
    }
  }
  return objects;
}

/** The HPA asks about a node inside its own namespace: for a cluster-scoped object the namespace says nothing. */
function objectKey({ group, resource, namespace, name }: ObjectRef): string {
  return [group, resource, isClusterScoped(group, resource) ? '' : (namespace ?? ''), name].join('/');
}

function isClusterScoped(group: string, resource: string): boolean {
  return OBJECT_LABELS.some((row) => row.clusterScoped === true && row.group === group && row.resource === resource);
}

function isOfKind(ref: ObjectRef, kind: { readonly group: string; readonly resource: string; readonly namespace?: string }): boolean {
  if (ref.group !== kind.group || ref.resource !== kind.resource) return false;
  return kind.namespace === undefined || ref.namespace === undefined || ref.namespace === kind.namespace;
}
