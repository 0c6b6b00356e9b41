// What is kept of services, of the slices of their endpoints, and of nodes.
import { type JsonObject, listOf, objectOf, textOf } from '../../lib/json.ts';
import type { KubeEndpointSlice, KubeNode, KubeService } from './objects.ts';
import { labelsFrom, trimMetadata, trimNamespaced } from './trim-metadata.ts';
import { isPort } from './trim-pod.ts';

/** Throws for a service without a name, namespace or uid, as all of these do. */
export function trimService(object: JsonObject): KubeService {
  const { selector, type } = objectOf(object['spec']);
  const labels = labelsFrom(selector);
  // The selector of an ExternalName is ignored by Kubernetes.
  const selects = labels.size > 0 && type !== 'ExternalName';
  return { ...trimNamespaced(object), ...(selects ? { selector: labels } : {}) };
}

/** Undefined for a slice that belongs to no service. */
export function trimEndpointSlice(object: JsonObject): KubeEndpointSlice | undefined {
  const service = labelsFrom(objectOf(object['metadata'])['labels']).get('kubernetes.io/service-name');
  if (service === undefined) return undefined;
  const pods = listOf(object['endpoints']).flatMap((endpoint) => {
    const { kind, name } = objectOf(objectOf(endpoint)['targetRef']);
    const pod = kind === 'Pod' ? textOf(name) : undefined;
    return pod === undefined ? [] : [pod];
  });
  return { ...trimNamespaced(object), service, pods: [...new Set(pods)] };
}

// Of every kubelet that is not told otherwise.
const KUBELET_PORT = 10_250;

export function trimNode(object: JsonObject): KubeNode {
  const status = objectOf(object['status']);
  const port = objectOf(objectOf(status['daemonEndpoints'])['kubeletEndpoint'])['Port'];
  const cpuCores = coresOf(objectOf(status['allocatable'])['cpu']);
  return {
    ...trimMetadata(object),
    labels: labelsFrom(objectOf(object['metadata'])['labels']),
    addresses: addressesOf(status['addresses']),
    kubeletPort: isPort(port) ? port : KUBELET_PORT,
    ...(cpuCores === undefined ? {} : { cpuCores }),
  };
}

function addressesOf(value: unknown): readonly string[] {
  const known = listOf(value).flatMap((entry) => {
    const { type, address } = objectOf(entry);
    const text = textOf(address);
    return text === undefined ? [] : [{ isInternal: type === 'InternalIP', text }];
  });
  const internal = known.filter(({ isInternal }) => isInternal);
  const others = known.filter(({ isInternal }) => !isInternal);
  return [...new Set([...internal, ...others].map(({ text }) => text))];
}

const CORES = /^(?<amount>\d+(?:\.\d*)?)(?<unit>[num]|)$/;
const CORES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['m', 1e-3],
  ['u', 1e-6],
  ['n', 1e-9],
]);

/** Cores as a Quantity writes them: `4`, `3920m`. */
function coresOf(value: unknown): number | undefined {
  const { amount, unit } = CORES.exec(textOf(value) ?? '')?.groups ?? {};
  const factor = CORES_PER_UNIT.get(unit ?? 'none');
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
