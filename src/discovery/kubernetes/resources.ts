// What is watched of a cluster: one row a resource.
import type { JsonObject } from '../../lib/json.ts';
import {
  type KubeEndpointSlice,
  type KubeNode,
  type KubeOwner,
  type KubePod,
  type KubeService,
  type OwnerResource,
  WORKLOADS,
} from './objects.ts';
import { trimOwner } from './trim-metadata.ts';
import { trimEndpointSlice, trimNode, trimService } from './trim-objects.ts';
import { trimPod } from './trim-pod.ts';

export interface WatchedResource<T> {
  /** For people and metrics: `pods`, `deployments.apps`. */
  readonly name: string;
  /** Folder of the API that it lives in: `/api/v1`, `/apis/apps/v1`. */
  readonly root: string;
  /** Plural, lower case. */
  readonly resource: string;
  readonly namespaced: boolean;
  readonly metadataOnly: boolean;
  /** Undefined when nothing of an object is kept; throws for one that cannot be read. */
  readonly trim: (object: JsonObject) => T | undefined;
}

const core = { root: '/api/v1', namespaced: true, metadataOnly: false };

export const PODS: WatchedResource<KubePod> = { ...core, name: 'pods', resource: 'pods', trim: trimPod };
export const SERVICES: WatchedResource<KubeService> = { ...core, name: 'services', resource: 'services', trim: trimService };
export const NODES: WatchedResource<KubeNode> = { ...core, name: 'nodes', resource: 'nodes', namespaced: false, trim: trimNode };
export const ENDPOINT_SLICES: WatchedResource<KubeEndpointSlice> = {
  name: 'endpointslices.discovery.k8s.io',
  root: '/apis/discovery.k8s.io/v1',
  resource: 'endpointslices',
  namespaced: true,
  metadataOnly: false,
  trim: trimEndpointSlice,
};

/** The workloads of Kubernetes and those that the configuration adds, each once. */
export function ownerResources(custom: readonly OwnerResource[]): readonly WatchedResource<KubeOwner>[] {
  const all = new Map([...WORKLOADS, ...custom].map((owner) => [nameOf(owner), owner]));
  return [...all.values()].map((owner) => ({
    name: nameOf(owner),
    root: owner.group === '' ? `/api/${owner.version}` : `/apis/${owner.group}/${owner.version}`,
    resource: owner.resource,
    namespaced: true,
    metadataOnly: true,
    trim: (object) => trimOwner(object, owner),
  }));
}

function nameOf({ group, resource }: OwnerResource): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** The path of all its objects, or of those of one namespace. */
export function pathOf({ root, resource }: WatchedResource<unknown>, namespace: string | undefined): string {
  return namespace === undefined ? `${root}/${resource}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}
