// How evenly the requests in flight are spread over the ready pods, and whether new pods get none while they wait in old ones.
import { type Pod, podKey } from '../model/pod.ts';
import type { PodOutcome } from './outcome.ts';

export interface PodLoad {
  readonly pod: Pod;
  /** Requests in flight, mean over the window. */
  readonly inflight: number;
  /** Those of them that wait. */
  readonly waiting: number;
}

/** Of the pods that are ready and could be read. */
export function loadsOf(outcomes: readonly PodOutcome[]): readonly PodLoad[] {
  return outcomes.flatMap((outcome) => {
    const [reading] = outcome.kind === 'read' && outcome.pod.ready ? outcome.readings : [];
    return reading === undefined ? [] : [{ pod: outcome.pod, inflight: reading.value, waiting: reading.per }];
  });
}

/** Requests in flight for each pod, at least: one request cannot be spread over two pods, so with less any balancer looks unfair. */
const LEAST_MEAN = 0.5;

/** The largest ÷ the mean, or in words why there is no such number. */
export function skewOf(loads: readonly PodLoad[]): number | string {
  const [first] = loads;
  if (loads.length < 2)
    return `${first === undefined ? 'no ready pod has' : `only ${podKey(first.pod)} has`} a number, and a balance takes two`;
  const sum = loads.reduce((total, { inflight }) => total + inflight, 0);
  const mean = sum / loads.length;
  if (mean < LEAST_MEAN) {
    return `${Number(sum.toPrecision(3))} requests are in flight over ${loads.length} pods, too few to be spread; it has a value from ${LEAST_MEAN} per pod on`;
  }
  return Math.max(...loads.map(({ inflight }) => inflight)) / mean;
}

/** Of the mean load: what a pod has that only health checks and strays reach. */
const IDLE_SHARE = 0.1;
/** Requests that wait, mean over the window: its pod has more than it can do. */
const SATURATED = 1;

/**
 * The pods that have been ready for a whole window and got nothing in it, while requests waited in every pod that has load and is older, and there
 * is one. A balancer that chooses for each request gives to an idle pod first; one that chooses for each connection never does.
 */
export function pinnedPods(
  loads: readonly PodLoad[],
  { atMs, windowMs }: { readonly atMs: number; readonly windowMs: number },
): readonly Pod[] {
  const mean = loads.reduce((total, { inflight }) => total + inflight, 0) / loads.length;
  const isIdle = ({ inflight }: PodLoad): boolean => inflight <= IDLE_SHARE * mean;
  const busy = loads.filter((load) => !isIdle(load));
  const youngestBusyMs = Math.max(Number.NEGATIVE_INFINITY, ...busy.map(({ pod }) => pod.readySinceMs ?? Number.NEGATIVE_INFINITY));
  if (busy.length === 0 || !busy.every(({ waiting }) => waiting >= SATURATED)) return [];
  return loads
    .filter(isIdle)
    .map(({ pod }) => pod)
    .filter(({ readySinceMs = Number.NEGATIVE_INFINITY }) => readySinceMs > youngestBusyMs && atMs - readySinceMs >= windowMs);
}

const NAMED = 3;

/** What people are told of pods that are passed by. */
export function pinnedWarning(pods: readonly Pod[]): string {
  const more = pods.length > NAMED ? ` and ${pods.length - NAMED} more` : '';
  const names = pods.slice(0, NAMED).map(podKey).join(', ') + more;
  return `scale-out brings no relief: connections are pinned to old pods (idle since they are ready: ${names}); balance each request, by an L7 proxy or in the client, or limit the age of connections`;
}
