// Pods as the rest of Plimsoll knows them, made of those that a cluster says.
import type { Pod } from '../../model/pod.ts';
import type { KubePod } from './objects.ts';

/**
 * A pod that became unready later than this after its start was ready in between: kubelets say NotReady within seconds of the start.
 * The HPA draws the same line (--horizontal-pod-autoscaler-initial-readiness-delay).
 */
const FIRST_WORD_MS = 30_000;

/** Terminating and ended pods belong to no workload, Service, node or namespace: the HPA leaves them out too, and their load ends with them. */
export function isMember({ terminating, phase }: KubePod): boolean {
  return !terminating && phase !== 'Succeeded' && phase !== 'Failed';
}

/** `before`: the same pod (by its uid) as it was made last; an unchanged one stays the same object. */
export function podOf(said: KubePod, before?: { readonly said: KubePod; readonly pod: Pod }): Pod {
  if (before?.said === said) return before.pod;
  const { namespace, name, labels, node, ready, readyChangedMs, startedMs } = said;
  return {
    namespace,
    name,
    labels,
    ...(node !== undefined && { node }),
    ready,
    ...(isStarting(said, before?.pod) && { starting: true }),
    ...(ready && readyChangedMs !== undefined && { readySinceMs: readyChangedMs }),
    ...(startedMs !== undefined && { startedMs }),
  };
}

function isStarting({ ready, readyChangedMs, startedMs }: KubePod, before: Pod | undefined): boolean {
  if (ready || (before !== undefined && before.starting !== true)) return false;
  if (readyChangedMs === undefined || startedMs === undefined) return true;
  return readyChangedMs <= startedMs + FIRST_WORD_MS;
}
