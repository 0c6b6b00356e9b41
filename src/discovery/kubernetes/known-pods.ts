// The pods of one namespace as questions see them, and what is remembered of them from one snapshot to the next.
import { unlessSame } from '../../lib/same-list.ts';
import { isSameLabels } from '../../model/labels.ts';
import type { Pod } from '../../model/pod.ts';
import type { KubePod } from './objects.ts';

interface KnownPod {
  readonly kube: KubePod;
  /** The pod alone, as the answer to a question about it; undefined for one that is not there to be asked about. */
  readonly alone: readonly [Pod] | undefined;
  readonly wasReady: boolean;
}

/**
 * A pod that is being deleted, failed or succeeded belongs to nothing and is not known by its name either: the HPA counts it no more,
 * what it still does is nobody's load, and its name may soon be another pod's.
 */
export class KnownPods {
  /** In the order of the snapshot. */
  readonly #known: readonly KnownPod[];
  /** By name, as all that follows. */
  readonly #sorted: readonly (readonly [Pod])[];
  readonly pods: readonly Pod[];

  /** Pods that are as `previous` knows them are the same objects here, and a list of the same pods is the same array. */
  constructor(pods: readonly KubePod[], previous: KnownPods | undefined) {
    this.#known = renewed(pods, previous === undefined ? [] : previous.#known);
    const alone = this.#known.map((known) => known.alone).filter((one) => one !== undefined);
    this.#sorted = isSorted(alone) ? alone : alone.sort(([one], [other]) => (one.name < other.name ? -1 : 1));
    const sorted = this.#sorted.map(([pod]) => pod);
    this.pods = unlessSame(previous?.pods, sorted);
  }

  /** The same array for the same pod. */
  named(name: string): readonly [Pod] | undefined {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const alone = this.#sorted[middle];
      if (alone === undefined || alone[0].name === name) return alone;
      if (alone[0].name < name) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }
}

function isSorted(pods: readonly (readonly [Pod])[]): boolean {
  let before = '';
  for (const [{ name }] of pods) {
    if (name < before) return false;
    before = name;
  }
  return true;
}

/** Most pods stand where they stood; others are looked for by uid. */
function renewed(pods: readonly KubePod[], before: readonly KnownPod[]): readonly KnownPod[] {
  let places: ReadonlyMap<string, number> | undefined;
  let at = 0;
  let found = 0;
  return pods.map((kube) => {
    if (before[at]?.kube.uid !== kube.uid) {
      // Once all are found the rest are new.
      if (found < before.length) places ??= new Map(before.map(({ kube: { uid } }, index) => [uid, index]));
      at = places?.get(kube.uid) ?? before.length;
    }
    const known = before[at];
    if (known !== undefined) found += 1;
    at += 1;
    return known?.kube === kube ? known : knownPod(kube, known);
  });
}

function knownPod(kube: KubePod, before: KnownPod | undefined): KnownPod {
  const wasReady = before?.wasReady === true || seemsToHaveBeenReady(kube);
  if (!isThere(kube)) return { kube, alone: undefined, wasReady };
  const pod = podOf(kube, wasReady);
  const isSame = before?.alone !== undefined && isSamePod(before.alone[0], pod);
  return { kube, alone: isSame ? before.alone : [pod], wasReady };
}

function isThere({ terminating, phase }: KubePod): boolean {
  return !terminating && phase !== 'Failed' && phase !== 'Succeeded';
}

/**
 * Sooner after its start than this the condition Ready of a pod that was never ready changes for the last time.
 * The HPA guesses in the same way: `--horizontal-pod-autoscaler-initial-readiness-delay`, 30 s by default.
 */
const FIRST_CONDITION_MS = 30_000;

/** The condition begins as False when the kubelet takes the pod; a later change was to True, or back from it. */
function seemsToHaveBeenReady({ ready, readyChangedMs, startedMs }: KubePod): boolean {
  if (ready) return true;
  return readyChangedMs !== undefined && startedMs !== undefined && readyChangedMs - startedMs >= FIRST_CONDITION_MS;
}

function podOf(kube: KubePod, wasReady: boolean): Pod {
  const { namespace, name, labels, node, ready, readyChangedMs, startedMs } = kube;
  return {
    namespace,
    name,
    labels,
    ready,
    ...(node === undefined ? {} : { node }),
    ...(wasReady ? {} : { starting: true }),
    ...(ready && readyChangedMs !== undefined ? { readySinceMs: readyChangedMs } : {}),
    ...(startedMs === undefined ? {} : { startedMs }),
  };
}

/** Of pods with the same uid, which have the same name. */
function isSamePod(one: Pod, other: Pod): boolean {
  return (
    one.node === other.node &&
    one.ready === other.ready &&
    one.starting === other.starting &&
    one.readySinceMs === other.readySinceMs &&
    one.startedMs === other.startedMs &&
    isSameLabels(one.labels, other.labels)
  );
}
