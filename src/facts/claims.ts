// What one target says about GPUs and who holds them: read from its lines, before anything is joined.
import { keyOf } from '../lib/key.ts';
import { gpuIdentityOf, hostOf, nodeNamed } from '../model/gpu-identity.ts';
import type { Line } from '../model/line.ts';
import { type PodRef, podKey } from '../model/pod.ts';
import type { Target } from '../model/target.ts';
import { isExporter, type LabelledOwner, labelledOwner, namesPod, type OwnerContext, pushingPod } from './pod-labels.ts';

/** A GPU, or one MIG instance of it, that a target names. */
export interface ClaimedGpu {
  readonly uuid: string;
  readonly migId: string | undefined;
  /** The instance's own UUID, which DRA's labels tell. */
  readonly migUuid: string | undefined;
  /** By labels of the lines; empty at a server, which speaks for its own pod. */
  readonly owners: readonly LabelledOwner[];
}

export interface GpuClaims {
  readonly target: Target;
  readonly gpus: readonly ClaimedGpu[];
  /** Of the target; of the lines where the target has none. */
  readonly node: string | undefined;
  /** True when the target says it: hosts that lines name may be called otherwise than nodes are. */
  readonly isNodeLabelled: boolean;
  /** Some line names a pod: the exporter asks the kubelet, and a GPU without a pod has none. */
  readonly hasPodLabels: boolean;
}

/** The pod that a target belongs to. */
export function podOfTarget({ labels }: Target): PodRef | undefined {
  const namespace = labels.get('namespace');
  const name = labels.get('pod');
  return namespace && name ? { namespace, name } : undefined;
}

/** Undefined for targets that do not speak of GPUs. */
export function claimsOf({ target, lines }: { target: Target; lines: Iterable<Line> }): GpuClaims | undefined {
  switch (target.source) {
    case 'dcgm':
      return exporterClaims(target, [...lines]);
    case 'triton':
      return serverClaims(target, lines);
    default:
      return undefined;
  }
}

/** A Triton names the GPUs that it sees and runs on, in `nv_gpu_*` and in the counters of models on GPUs. */
function serverClaims(target: Target, lines: Iterable<Line>): GpuClaims {
  const uuids = new Set<string>();
  for (const { labels } of lines) {
    const uuid = labels.get('gpu_uuid');
    if (uuid) uuids.add(uuid);
  }
  const gpus = [...uuids].map((uuid) => ({ uuid, migId: undefined, migUuid: undefined, owners: [] }));
  return { target, gpus, node: target.labels.get('node'), isNodeLabelled: true, hasPodLabels: false };
}

interface OpenGpu extends ClaimedGpu {
  readonly found: Map<string, LabelledOwner>;
}

function exporterClaims(target: Target, lines: readonly Line[]): GpuClaims {
  const gpus = new Map<string, OpenGpu>();
  const context = contextOf(target, lines);
  let hasPodLabels = false;
  for (const { labels } of lines) {
    const { uuid, migId } = gpuIdentityOf(labels) ?? {};
    if (uuid === undefined) continue;
    hasPodLabels ||= namesPod(labels);
    const key = keyOf([uuid, migId ?? '']);
    const gpu = gpus.get(key) ?? { uuid, migId, migUuid: labels.get('dra_mig_device_uuid') || undefined, owners: [], found: new Map() };
    gpus.set(key, gpu);
    const owner = labelledOwner(labels);
    if (owner !== undefined && !isExporter(owner, { ...context, host: hostOf(labels) })) {
      gpu.found.set(keyOf([podKey(owner), owner.container, owner.evidence]), owner);
    }
  }
  const closed = [...gpus.values()].map(({ found, ...gpu }) => ({ ...gpu, owners: [...found.values()] }));
  const isNodeLabelled = Boolean(target.labels.get('node'));
  return { target, gpus: closed, node: nodeOf(target, lines), isNodeLabelled, hasPodLabels };
}

function contextOf(target: Target, lines: readonly Line[]): OwnerContext {
  const pods = new Set<string>();
  const pushing = new Set<string>();
  for (const { labels } of lines) {
    if (gpuIdentityOf(labels)?.uuid === undefined) continue;
    const owner = labelledOwner(labels);
    const pusher = pushingPod(labels);
    if (owner !== undefined) pods.add(podKey(owner));
    if (pusher !== undefined) pushing.add(podKey(pusher));
  }
  return { own: target.labels, isOnlyPod: pods.size === 1, pushing, host: undefined };
}

function nodeOf(target: Target, lines: readonly Line[]): string | undefined {
  const known = target.labels.get('node');
  if (known) return known;
  const hosts = new Set(lines.map(({ labels }) => nodeNamed(labels, target.labels)).filter((host) => host !== undefined));
  return hosts.size === 1 ? [...hosts][0] : undefined;
}
