// Objects of a cluster as they are kept: what Plimsoll asks of them and nothing more.
import type { Labels } from '../../model/labels.ts';

/** The reference to a managing owner (`controller: true`). */
export interface Owner {
  /** API group of the owner, '' for core. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export interface KubeObject {
  readonly uid: string;
  /** Undefined for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
  readonly owner?: Owner;
}

export interface ContainerPort {
  readonly name?: string;
  readonly number: number;
}

export interface KubeContainer {
  readonly name: string;
  /** TCP only. */
  readonly ports: readonly ContainerPort[];
}

export interface KubePod extends KubeObject {
  readonly namespace: string;
  readonly labels: Labels;
  /** Those that begin with `prometheus.io/`. */
  readonly annotations: Labels;
  readonly node?: string;
  /** The first is the pod's primary one. Empty until it has one. */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** It has a deletionTimestamp. */
  readonly terminating: boolean;
  /** Its condition Ready is True. */
  readonly ready: boolean;
  /** When its condition Ready last changed. */
  readonly readyChangedMs?: number;
  readonly startedMs?: number;
  /** Init containers that go on running (sidecars) included. */
  readonly containers: readonly KubeContainer[];
}

export interface KubeService extends KubeObject {
  readonly namespace: string;
  /** Undefined for a Service without a selector, whose pods EndpointSlices name. */
  readonly selector?: Labels;
}

export interface KubeEndpointSlice extends KubeObject {
  readonly namespace: string;
  /** Of the label `kubernetes.io/service-name`. */
  readonly service: string;
  /** Names of the pods it points to. */
  readonly pods: readonly string[];
}

export interface KubeNode extends KubeObject {
  readonly labels: Labels;
  /** InternalIP first, then whatever else it has. */
  readonly addresses: readonly string[];
  /** Of its kubelet; 10250 unless it says otherwise. */
  readonly kubeletPort: number;
  /** Allocatable, in cores. */
  readonly cpuCores?: number;
}

/** An object that owns pods, itself or through others; only its metadata is read. */
export interface KubeOwner extends KubeObject {
  /** API group, '' for core. */
  readonly group: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly kind: string;
}

/** What is known of a cluster at one moment. Objects that did not change are the same ones as in the snapshot before. */
export interface ClusterSnapshot {
  /** Changes with everything in it. */
  readonly version: number;
  readonly pods: readonly KubePod[];
  readonly services: readonly KubeService[];
  readonly endpointSlices: readonly KubeEndpointSlice[];
  readonly nodes: readonly KubeNode[];
  readonly owners: readonly KubeOwner[];
}

/** A kind whose objects own pods, themselves or through others. */
export interface OwnerResource {
  readonly group: string;
  readonly version: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly kind: string;
}

/** The workloads of Kubernetes itself: each is asked about by name, and each may stand between a pod and a custom owner. */
export const WORKLOADS: readonly OwnerResource[] = [
  { group: 'apps', version: 'v1', resource: 'deployments', kind: 'Deployment' },
  { group: 'apps', version: 'v1', resource: 'replicasets', kind: 'ReplicaSet' },
  { group: 'apps', version: 'v1', resource: 'statefulsets', kind: 'StatefulSet' },
  { group: 'apps', version: 'v1', resource: 'daemonsets', kind: 'DaemonSet' },
  { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job' },
];
