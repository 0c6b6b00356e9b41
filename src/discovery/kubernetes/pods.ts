// Pods as the rest of Plimsoll knows them, made of those that a cluster says.
import { isDeepStrictEqual } from 'node:util';
import type { Pod } from '../../model/pod.ts';
import type { KubePod } from './objects.ts';

/** A pod as it was said, and as it is known. */
export interface Member {
  readonly said: KubePod;
  readonly pod: Pod;
  /** The pod alone, as a list: the same one for as long as it is the same pod. */
  readonly alone: readonly Pod[];
}

/**
 * A pod that became unready later than this after its start was ready in between: kubelets say NotReady within seconds of the start.
 * The HPA draws the same line (--horizontal-pod-autoscaler-initial-readiness-delay).
 */
const FIRST_WORD_MS = 30_000;

/** Terminating and ended pods belong to no workload, Service, node or namespace: the HPA leaves them out too, and their load ends with them. */
export function isMember({ terminating, phase }: KubePod): boolean {
  return !terminating && phase !== 'Succeeded' && phase !== 'Failed';
}

/** `before`: the same pod (by its uid) as it was known last. What is known of it stays the same object until that changes. */
export function memberOf(said: KubePod, before: Member | undefined): Member {
  if (before === undefined) return newMember(said, podOf(said, undefined));
  if (before.said === said) return before;
  const pod = podOf(said, before.pod);
  return isDeepStrictEqual(pod, before.pod) ? { ...before, said } : newMember(said, pod);
}

function newMember(said: KubePod, pod: Pod): Member {
  return { said, pod, alone: [pod] };
}

function podOf(said: KubePod, before: Pod | undefined): Pod {
  const { namespace, name, labels, node, ready, readyChangedMs, startedMs } = said;
  return {
    namespace,
    name,
    labels,
    ...(node !== undefined && { node }),
    ready,
    ...(isStarting(said, before) && { starting: true }),
    ...(ready && readyChangedMs !== undefined && { readySinceMs: readyChangedMs }),
    ...(startedMs !== undefined && { startedMs }),
  };
}

function isStarting({ ready, readyChangedMs, startedMs }: KubePod, before: Pod | undefined): boolean {
  if (ready || (before !== undefined && before.starting !== true)) return false;
  if (readyChangedMs === undefined || startedMs === undefined) return true;
  return readyChangedMs < startedMs + FIRST_WORD_MS;
}
