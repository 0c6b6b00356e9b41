// What is known of the cluster's objects, answered from memory: asking costs no call to an API server.
import type { LabelSelector } from './label-selector.ts';
import type { Pod } from './pod.ts';

/** An object that a metric can be asked about. `namespace` is undefined for cluster-scoped kinds. */
export interface ObjectRef {
  /** API group, '' for core. */
  readonly group: string;
  /** Plural, lower case: `pods`, `deployments`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * Never changes: whoever learns something else makes another one. An equal question gets the same array for as long as it stands. One of a cluster
 * keeps what the one before it had and answered: a pod of which nothing changed, and a list that comes to the same, are the same objects.
 */
export interface Inventory {
  /** Pods behind an object (a workload's, a service's, a node's, a namespace's, or the pod itself); undefined when there is no such object. */
  podsOf(object: ObjectRef): readonly Pod[] | undefined;
  /** Pods of a namespace whose labels the selector selects. */
  podsIn(namespace: string, selector: LabelSelector): readonly Pod[];
  /** Every pod known. */
  allPods(): readonly Pod[];
  /** Names of the objects of a resource in a namespace (or cluster-wide) that have pods. */
  objects(kind: { readonly group: string; readonly resource: string; readonly namespace?: string }): readonly ObjectRef[];
}
