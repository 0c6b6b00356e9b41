// What one pod gives to an answer: its readings, or the reason why there are none and whether the answer lacks them.
import { type Pod, podKey } from '../model/pod.ts';
import type { Absent } from '../model/signal.ts';
import type { TargetStatus } from '../model/target.ts';
import { absent, noGpu, noTarget, notFinite, seriesMissing, unreadable } from './absence.ts';
import type { SignalRow } from './catalogue.ts';
import type { Reading, ReadingsByPod } from './readings.ts';
import type { TargetView } from './target-view.ts';
import { warmUp } from './warm-up.ts';

export type PodOutcome =
  | { readonly kind: 'read'; readonly pod: Pod; readonly readings: readonly Reading[] }
  /** `expected`: the answer should have held this pod. */
  | { readonly kind: 'missing'; readonly pod: Pod; readonly absent: Absent; readonly expected: boolean };

/** What is known when pods are judged. */
export interface Evidence {
  readonly row: SignalRow;
  readonly view: TargetView;
  readonly readings: ReadingsByPod;
  /** Devices that each pod owns; empty for signals without devices. */
  readonly devices: ReadonlyMap<string, ReadonlySet<string>>;
  /** Why it cannot be told whether a pod holds a GPU, for pods of which it cannot. */
  readonly ambiguities: ReadonlyMap<string, string>;
  /** The pods' own servers, which may be the only ones that name their GPUs; undefined where every pod has its GPUs. */
  readonly servers: TargetView | undefined;
  readonly windowMs: number;
  /** When Plimsoll started. */
  readonly startedMs: number;
  /** The question has conditions on labels of the series: a live pod without any lacks nothing, for it may not serve that model. */
  readonly isSelective: boolean;
}

export function outcomeOf(pod: Pod, evidence: Evidence): PodOutcome {
  return evidence.row.source === 'triton' ? fromOwnTargets(pod, evidence) : fromItsGpus(pod, evidence);
}

/** The pod's own servers say it. With one of several unreadable the sum of the others would pass for the pod's number. */
function fromOwnTargets(pod: Pod, evidence: Evidence): PodOutcome {
  const { row, view } = evidence;
  const targets = view.ofPod(pod);
  if (targets.length === 0) return { kind: 'missing', pod, absent: noTarget(pod, row), expected: false };
  const obstacle = firstObstacle(pod, targets, evidence);
  if (obstacle !== undefined) return { kind: 'missing', pod, absent: obstacle, expected: isExpected(pod, targets, view.atMs) };
  const readings = evidence.readings.get(podKey(pod));
  if (readings !== undefined) return finite({ pod, row, readings });
  const gap = seriesMissing(row, targets);
  // A server that says it is not ready gets no requests: its share is with the others.
  const expected = gap.reason !== 'not-ready' && !evidence.isSelective && isSettled(pod, targets, view.atMs);
  return { kind: 'missing', pod, absent: gap, expected };
}

function firstObstacle(pod: Pod, targets: readonly TargetStatus[], evidence: Evidence): Absent | undefined {
  const { row, view, windowMs, startedMs } = evidence;
  for (const status of targets) {
    const obstacle =
      unreadable(status, view.atMs) ?? (row.window === 'rate' ? warmUp(status, { pod, atMs: view.atMs, windowMs, startedMs }) : undefined);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/**
 * An exporter says it of the GPUs that the pod owns; without all of them it is not the pod's number.
 * A pod without a known GPU lacks nothing, unless an exporter or a server of it that could name its GPU cannot be read.
 */
function fromItsGpus(pod: Pod, evidence: Evidence): PodOutcome {
  const { row, view } = evidence;
  const owned = evidence.devices.get(podKey(pod));
  const readings = evidence.readings.get(podKey(pod)) ?? [];
  const isDown = ({ target }: TargetStatus): boolean => !view.liveIds.has(target.id);
  const exporters = view.ofSource.filter((status) => mayServe(status, pod) && isDown(status));
  if (owned !== undefined) {
    if (readings.length >= owned.size) return finite({ pod, row, readings });
    return { kind: 'missing', pod, absent: whyDown(exporters, view.atMs) ?? seriesMissing(row), expected: pod.ready };
  }
  const ambiguity = evidence.ambiguities.get(podKey(pod));
  if (ambiguity !== undefined)
    return { kind: 'missing', pod, absent: absent('ambiguous', `cannot tell its GPU: ${ambiguity}`), expected: pod.ready };
  if (view.ofSource.length === 0) return { kind: 'missing', pod, absent: noTarget(pod, row), expected: false };
  const suspects = [...exporters, ...(evidence.servers?.ofPod(pod) ?? []).filter(isDown)];
  const why = whyDown(suspects, view.atMs);
  if (why === undefined) return { kind: 'missing', pod, absent: noGpu(), expected: false };
  return { kind: 'missing', pod, absent: why, expected: isExpected(pod, suspects, view.atMs) };
}

function whyDown([first]: readonly TargetStatus[], atMs: number): Absent | undefined {
  return first === undefined ? undefined : unreadable(first, atMs);
}

/** An exporter serves its node's pods; where either node is not known it may serve any pod. */
function mayServe({ target }: TargetStatus, pod: Pod): boolean {
  const node = target.labels.get('node');
  return node === undefined || pod.node === undefined || node === pod.node;
}

function finite({ pod, row, readings }: { pod: Pod; row: SignalRow; readings: readonly Reading[] }): PodOutcome {
  const wrong = readings.flatMap(({ value, per }) => [value, per]).find((part) => !Number.isFinite(part));
  if (wrong === undefined) return { kind: 'read', pod, readings };
  return { kind: 'missing', pod, absent: notFinite(row, wrong), expected: pod.ready };
}

/** A ready pod that cannot be read is expected when it has been read since it became ready, or is settled (DESIGN rule 3). */
function isExpected(pod: Pod, targets: readonly TargetStatus[], atMs: number): boolean {
  const sinceMs = pod.readySinceMs ?? Number.NEGATIVE_INFINITY;
  const wasRead = targets.some(({ lastSuccessMs }) => lastSuccessMs !== undefined && lastSuccessMs >= sinceMs);
  return (pod.ready && wasRead) || isSettled(pod, targets, atMs);
}

// A rate needs two scrapes; the third is for one that is late.
const SCRAPES_TO_APPEAR = 3;

/** Ready for so long that its numbers should be there: a new pod that has none yet adds nothing, and takes nothing away. */
function isSettled(pod: Pod, targets: readonly TargetStatus[], atMs: number): boolean {
  const readyMs = atMs - (pod.readySinceMs ?? Number.NEGATIVE_INFINITY);
  return pod.ready && targets.some(({ target }) => readyMs > SCRAPES_TO_APPEAR * target.intervalMs + target.timeoutMs);
}
