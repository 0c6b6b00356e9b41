// Objects of a cluster in few words.
import type {
  ClusterSnapshot,
  KubeEndpointSlice,
  KubeNode,
  KubeOwner,
  KubePod,
  KubeService,
  Owner,
} from '../../../src/discovery/kubernetes/objects.ts';
import { labelsOf } from '../../../src/model/labels.ts';

type Texts = Readonly<Record<string, string>>;
type Given<T> = Partial<Omit<T, 'labels' | 'annotations' | 'selector'>>;

/** A pod of namespace `demo`, running and ready since it is two minutes old; its uid is its name unless given. */
export function kubePod(
  name: string,
  { labels = {}, annotations = {}, ...rest }: Given<KubePod> & { labels?: Texts; annotations?: Texts } = {},
): KubePod {
  return {
    uid: `uid-${name}`,
    namespace: 'demo',
    name,
    labels: labelsOf(labels),
    annotations: labelsOf(annotations),
    node: 'n1',
    ips: ['10.0.0.1'],
    hostNetwork: false,
    phase: 'Running',
    terminating: false,
    ready: true,
    readyChangedMs: 120_000,
    startedMs: 0,
    containers: [],
    ...rest,
  };
}

const KINDS = {
  Deployment: { group: 'apps', resource: 'deployments' },
  ReplicaSet: { group: 'apps', resource: 'replicasets' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', resource: 'daemonsets' },
  Job: { group: 'batch', resource: 'jobs' },
  CronJob: { group: 'batch', resource: 'cronjobs' },
  LeaderWorkerSet: { group: 'leaderworkerset.x-k8s.io', resource: 'leaderworkersets' },
  InferenceService: { group: 'serving.kserve.io', resource: 'inferenceservices' },
  Pod: { group: '', resource: 'pods' },
} as const;

export type Kind = keyof typeof KINDS;

/** `Kind name` as a reference to the object that `owner` or `kubePod` makes of it. */
export function ownedBy(kind: Kind, name: string, uid = `uid-${name}`): Owner {
  return { group: KINDS[kind].group, kind, name, uid };
}

/** An object of namespace `demo` that owns others. */
export function kubeOwner(kind: Exclude<Kind, 'Pod'>, name: string, rest: Given<KubeOwner> = {}): KubeOwner {
  return { uid: `uid-${name}`, namespace: 'demo', name, kind, ...KINDS[kind], ...rest };
}

export function kubeService(name: string, selector?: Texts, rest: Given<KubeService> = {}): KubeService {
  return { uid: `uid-${name}`, namespace: 'demo', name, ...(selector === undefined ? {} : { selector: labelsOf(selector) }), ...rest };
}

export function kubeSlice(service: string, pods: readonly string[], rest: Given<KubeEndpointSlice> = {}): KubeEndpointSlice {
  return { uid: `uid-${service}-slice`, namespace: 'demo', name: `${service}-slice`, service, pods, ...rest };
}

export function kubeNode(name: string, { labels = {}, ...rest }: Given<KubeNode> & { labels?: Texts } = {}): KubeNode {
  return { uid: `uid-${name}`, name, labels: labelsOf(labels), addresses: ['192.168.0.1'], kubeletPort: 10_250, ...rest };
}

/** What a cluster has; nothing unless given. */
export function snapshotOf(objects: Partial<ClusterSnapshot>): ClusterSnapshot {
  return { version: 0, pods: [], services: [], endpointSlices: [], nodes: [], owners: [], ...objects };
}

/** The custom kinds above. */
export const CUSTOM_OWNERS = [
  { group: 'leaderworkerset.x-k8s.io', version: 'v1', resource: 'leaderworkersets', kind: 'LeaderWorkerSet' },
  { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', kind: 'InferenceService' },
];
