// What one pod gives to an answer: its readings, or the reason why there are none and whether the answer lacks them.
import type { LabelSelector } from '../model/label-selector.ts';
import type { Pod } from '../model/pod.ts';
import type { Absent } from '../model/signal.ts';
import { sampleIntervalMs, type TargetStatus } from '../model/target.ts';
import { absent, noGpu, noTarget, notFinite, notYetReady, seriesMissing, unreadable, warmingUp } from './absence.ts';
import { LLM_ENGINE, type SignalRow } from './catalogue.ts';
import type { Reading } from './readings.ts';
import type { TargetView } from './target-view.ts';
import { warmUp } from './warm-up.ts';

export type PodOutcome =
  | { readonly kind: 'read'; readonly pod: Pod; readonly readings: readonly Reading[] }
  /** `expected`: the answer should have held this pod. */
  | { readonly kind: 'missing'; readonly pod: Pod; readonly absent: Absent; readonly expected: boolean };

/** What an engine says of one pod. */
export interface Said {
  readonly readings: readonly Reading[] | undefined;
  /** Devices that it owns; undefined for none, and for signals without devices. */
  readonly devices: ReadonlySet<string> | undefined;
  /** Why it cannot be told whether it holds a GPU. */
  readonly ambiguity: string | undefined;
}

/** What is known when pods are judged. */
export interface Evidence {
  readonly row: SignalRow;
  readonly view: TargetView;
  readonly atMs: number;
  readonly windowMs: number;
  /** When Plimsoll started. */
  readonly startedMs: number;
  /** With conditions on labels of the series a live pod without any lacks nothing, for it may not serve that model. */
  readonly metricSelector: LabelSelector;
}

export function outcomeOf(pod: Pod, said: Said, evidence: Evidence): PodOutcome {
  // Its server may answer already: idle, because nobody asks it.
  if (pod.starting === true) return { kind: 'missing', pod, absent: notYetReady(pod), expected: false };
  return evidence.row.source === 'dcgm' ? fromItsGpus(pod, said, evidence) : fromItsSpeakers(pod, said, evidence);
}

/** The targets that alone speak of a pod, for signals that have such: its own servers, or the kubelet of its node. */
export function speakersOf(pod: Pod, { row, view }: Pick<Evidence, 'row' | 'view'>): readonly TargetStatus[] {
  switch (row.source) {
    case 'kubelet':
      return view.ofNode('kubelet', pod.node);
    case 'llm':
      return [...view.ofPod('llm', pod), ...view.ofPod('triton', pod).filter(holdsEngine)];
    case 'inference':
      return [...view.ofPod('llm', pod), ...view.ofPod('triton', pod)];
    default:
      return view.ofPod(row.source, pod);
  }
}

/** A Triton without an engine for language models lacks nothing of them. */
function holdsEngine({ warnings }: TargetStatus): boolean {
  return warnings.some(({ code }) => code === LLM_ENGINE);
}

/** The targets that may say something of a pod: its speakers, or the exporters that may serve it and its own Tritons, which name its GPUs. */
export function targetsAbout(pod: Pod, { row, view }: Pick<Evidence, 'row' | 'view'>): readonly TargetStatus[] {
  if (row.source !== 'dcgm') return speakersOf(pod, { row, view });
  return [...view.ofPod('triton', pod), ...view.ofSource('dcgm').filter((status) => mayServe(status, pod))];
}

/** With one of several unreadable the sum of the others would pass for the pod's number. */
function fromItsSpeakers(pod: Pod, { readings }: Said, evidence: Evidence): PodOutcome {
  const { row, atMs, metricSelector } = evidence;
  const targets = speakersOf(pod, evidence);
  if (targets.length === 0) return { kind: 'missing', pod, absent: noTarget(pod, row), expected: false };
  const obstacle = firstObstacle(pod, targets, evidence);
  if (obstacle !== undefined) return { kind: 'missing', pod, absent: obstacle, expected: isExpected(pod, targets, atMs) };
  if (readings !== undefined) return readOutcome({ pod, row, readings });
  const gap = secondSampleAwaited(targets, evidence) ?? seriesMissing(row, targets);
  // A server that says it is not ready gets no requests: its share is with the others.
  const expected = gap.reason !== 'not-ready' && metricSelector.length === 0 && isSettled(pod, targets, atMs);
  return { kind: 'missing', pod, absent: gap, expected };
}

function firstObstacle(pod: Pod, targets: readonly TargetStatus[], evidence: Evidence): Absent | undefined {
  const { row, atMs, windowMs, startedMs } = evidence;
  for (const status of targets) {
    const obstacle = unreadable(status, atMs) ?? warmUp(status, { row, pod, atMs, windowMs, startedMs });
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** Of samples that come at their own pace two are there after so long, whenever they were first read. */
const PAUSES_TO_A_PAIR = 2;

function secondSampleAwaited(targets: readonly TargetStatus[], { row, atMs }: Evidence): Absent | undefined {
  if (row.window !== 'pair') return undefined;
  for (const status of targets) {
    const windowMs = PAUSES_TO_A_PAIR * sampleIntervalMs(status.target);
    const knownMs = atMs - (status.firstSuccessMs ?? atMs);
    if (knownMs < windowMs) return warmingUp(status, { knownMs, windowMs, leftMs: windowMs - knownMs });
  }
  return undefined;
}

/**
 * An exporter says it of the GPUs that the pod owns; without all of them it is not the pod's number.
 * A pod without a known GPU lacks nothing, unless an exporter or a server of it that could name its GPU cannot be read.
 */
function fromItsGpus(pod: Pod, { readings = [], devices, ambiguity }: Said, { row, view, atMs }: Evidence): PodOutcome {
  if (devices !== undefined && readings.length >= devices.size) return readOutcome({ pod, row, readings });
  const isDown = ({ target }: TargetStatus): boolean => !view.liveIds.has(target.id);
  const all = view.ofSource('dcgm');
  const exporters = all.filter((status) => mayServe(status, pod) && isDown(status));
  if (devices !== undefined) return { kind: 'missing', pod, absent: whyDown(exporters, atMs) ?? seriesMissing(row), expected: pod.ready };
  if (ambiguity !== undefined)
    return { kind: 'missing', pod, absent: absent('ambiguous', `cannot tell its GPU: ${ambiguity}`), expected: pod.ready };
  if (all.length === 0) return { kind: 'missing', pod, absent: noTarget(pod, row), expected: false };
  // The pod's own server may be the only one that names its GPU.
  const suspects = [...exporters, ...view.ofPod('triton', pod).filter(isDown)];
  const why = whyDown(suspects, atMs);
  if (why === undefined) return { kind: 'missing', pod, absent: noGpu(), expected: false };
  return { kind: 'missing', pod, absent: why, expected: isExpected(pod, suspects, atMs) };
}

function whyDown([first]: readonly TargetStatus[], atMs: number): Absent | undefined {
  return first === undefined ? undefined : unreadable(first, atMs);
}

/** An exporter serves its node's pods; where either node is not known it may serve any pod. */
function mayServe({ target }: TargetStatus, pod: Pod): boolean {
  const node = target.labels.get('node');
  return node === undefined || pod.node === undefined || node === pod.node;
}

interface PodReadings {
  readonly pod: Pod;
  readonly row: SignalRow;
  readonly readings: readonly Reading[];
}

/** Of a pod whose readings are complete. */
export function readOutcome({ pod, row, readings }: PodReadings): PodOutcome {
  for (const { value, per } of readings) {
    const wrong = Number.isFinite(value) ? per : value;
    if (!Number.isFinite(wrong)) return { kind: 'missing', pod, absent: notFinite(row, wrong), expected: pod.ready };
  }
  return { kind: 'read', pod, readings };
}

/** A ready pod that cannot be read is expected when it has been read since it became ready, or is settled (DESIGN rule 3). */
function isExpected(pod: Pod, targets: readonly TargetStatus[], atMs: number): boolean {
  const sinceMs = pod.readySinceMs ?? Number.NEGATIVE_INFINITY;
  const wasRead = targets.some(({ lastSuccessMs }) => lastSuccessMs !== undefined && lastSuccessMs >= sinceMs);
  return (pod.ready && wasRead) || isSettled(pod, targets, atMs);
}

// A rate needs two samples; the third is for one that is late.
const SAMPLES_TO_APPEAR = 3;

/** Ready for so long that its numbers should be there: a new pod that has none yet adds nothing, and takes nothing away. */
function isSettled(pod: Pod, targets: readonly TargetStatus[], atMs: number): boolean {
  const readyMs = atMs - (pod.readySinceMs ?? Number.NEGATIVE_INFINITY);
  return pod.ready && targets.some(({ target }) => readyMs > SAMPLES_TO_APPEAR * sampleIntervalMs(target) + target.timeoutMs);
}
