// The fleet of the signals' benchmark, in process: Triton pods of which each has a GPU and answers about itself,
// and a DCGM exporter and a kubelet for every eight of them.
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { dcgmText } from '../../src/fleet/dcgm-text.ts';
import type { LeafSpec } from '../../src/fleet/spec.ts';
import type { ExportedGpu } from '../../src/fleet/state.ts';
import { tritonApi } from '../../src/fleet/triton-api.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Fetch, FetchJson } from '../../src/model/fetch.ts';
import type { Target } from '../../src/model/target.ts';
import { NAMESPACE, podName } from './fleet.ts';
import { CORES, kubeletText } from './kubelets.ts';
import { gpuUuid, modelStates, podText } from './texts.ts';

export const PODS = 1000;
export const MODELS = 6;
export const STATISTICS = '/v2/models/stats';
const GPUS_PER_NODE = 8;
/** Pods of one kind work at one pace. No divisor of the GPUs per node, so that neighbours on any side differ. */
const KINDS = 7;

export interface SignalsFleet {
  readonly settings: Settings;
  readonly fetch: Fetch;
  readonly fetchJson: FetchJson;
  /** When a target was last asked for a path, oldest first, as far back as the reference looks. */
  askedMs(target: Target, path: 'metrics' | typeof STATISTICS): readonly number[];
}

export function createSignalsFleet(clock: Clock, remembered: number): SignalsFleet {
  const asked = new Map<string, number[]>();
  const note = (target: Target, path: string): void => {
    const key = `${target.id} ${path}`;
    const times = asked.get(key) ?? [];
    asked.set(key, times);
    times.push(clock.nowMs());
    if (times.length > remembered) times.shift();
  };
  const encoder = new TextEncoder();
  const tritons = new Latest((kind, atMs) => tritonTextOf(kind, atMs));
  const exporters = new Latest((_, atMs) => exporterParts(atMs));
  const statistics = new Latest((kind, atMs) => statisticsOf(kind, atMs));
  const textOf = (target: Target): string => {
    const index = indexOf(target);
    if (target.source === 'triton') return ofPod(tritons.of(kindOf(index), clock.nowMs()), index);
    if (target.source === 'kubelet') return kubeletText(index, { atMs: clock.nowMs(), pods: podsOn(index) });
    return ofNode(exporters.of(0, clock.nowMs()), index);
  };
  return {
    settings: settings(),
    fetch: async (target) => {
      note(target, 'metrics');
      return { kind: 'body', bytes: encoder.encode(textOf(target)) };
    },
    fetchJson: async ({ target, path }) => {
      note(target, path);
      if (path === STATISTICS) return { kind: 'answer', status: 200, json: statistics.of(kindOf(indexOf(target)), clock.nowMs()) };
      return { kind: 'answer', status: 200, json: apiJson(path, 0) };
    },
    askedMs: (target, path) => asked.get(`${target.id} ${path}`) ?? [],
  };
}

/** Remembers what was rendered for one instant. */
class Latest<Rendered> {
  readonly #render: (kind: number, atMs: number) => Rendered;
  readonly #kinds = new Map<number, Rendered>();
  #atMs = Number.NaN;

  constructor(render: (kind: number, atMs: number) => Rendered) {
    this.#render = render;
  }

  of(kind: number, atMs: number): Rendered {
    if (atMs !== this.#atMs) this.#kinds.clear();
    this.#atMs = atMs;
    const rendered = this.#kinds.get(kind) ?? this.#render(kind, atMs);
    this.#kinds.set(kind, rendered);
    return rendered;
  }
}

/** Numbers of the pods of a node. */
export function podsOn(node: number): readonly number[] {
  return indexes(GPUS_PER_NODE).map((pod) => node * GPUS_PER_NODE + pod);
}

/** The number in the name of a pod, or of the node of an exporter or a kubelet. */
export function indexOf(target: Target): number {
  return Number(/\d+/.exec(target.labels.get('instance') ?? '')?.[0]);
}

export function kindOf(pod: number): number {
  return pod % KINDS;
}

/** What a pod of this kind says; all of them speak of the first GPU, see `ofPod`. */
export function tritonTextOf(kind: number, atMs: number): string {
  return podText({ models: MODELS, gpuUuid: gpuUuid(0), seconds: workedSeconds(kind, atMs) });
}

/** The same, of the pod's own GPU. */
export function ofPod(text: string, pod: number): string {
  return text.replaceAll(gpuUuid(0), gpuUuid(pod));
}

/** What instances of a model have executed, as the statistics say. */
export function busySeconds({ kind, model, atMs }: { kind: number; model: number; atMs: number }): number {
  const state = modelStates(MODELS, workedSeconds(kind, atMs))[model];
  let us = 0;
  for (const { inputUs, inferUs, outputUs } of state?.batches?.values() ?? []) us += inputUs + inferUs + outputUs;
  return us / 1e6;
}

/** Each kind is an eighth busier than the one before. Of the time only what a benchmark takes is counted, so that numbers stay small. */
function workedSeconds(kind: number, atMs: number): number {
  return (1000 + (atMs % 1e8) / 1000) * (1 + kind / 8);
}

function statisticsOf(kind: number, atMs: number): unknown {
  return apiJson(STATISTICS, workedSeconds(kind, atMs));
}

function apiJson(path: string, seconds: number): unknown {
  const { body } = tritonApi({ models: indexes(MODELS).map(leaf), states: modelStates(MODELS, seconds) }, path);
  return body === '' ? undefined : JSON.parse(body);
}

function leaf(index: number): LeafSpec {
  const times = { maxQueueDelayUs: 0, fixedUs: 0, perRequestUs: 0, variability: 'none' } as const;
  return { kind: 'leaf', name: `model_${index}`, device: 'gpu', instances: 1 + (index % 2), maxBatch: 8, ...times };
}

/** What the first node's exporter says. */
function exporterText(atMs: number): string {
  const gpus = indexes(GPUS_PER_NODE).map((gpu) => exportedGpu(gpu, workedSeconds(gpu, atMs)));
  const text = dcgmText({ namespace: 'gpu', pod: 'exporter', phase: 'up', node: 'node-0', driverVersion: '550.54.15', gpus });
  // A counter file may name this field too.
  const multiprocessors = text.split('\n').filter((line) => line.includes('PROF_GR_ENGINE_ACTIVE'));
  return `${text}${multiprocessors.join('\n').replaceAll('GR_ENGINE_ACTIVE', 'SM_ACTIVE')}\n`;
}

function exportedGpu(index: number, seconds: number): ExportedGpu {
  const pciBusId = `00000000:0${index}:00.0`;
  return {
    spec: { index, uuid: gpuUuid(index), pciBusId, modelName: 'NVIDIA L4', memoryMib: 23_034, idleWatts: 30, limitWatts: 72 },
    gpu: {
      utilization: (seconds % 17) / 17,
      watts: 60 + index,
      celsius: 50 + (Math.round(seconds) % 9),
      usedMib: 9000 + index,
      energyJoules: seconds * 60,
    },
    namespace: NAMESPACE,
    pod: podName(index),
    podUid: `of-${podName(index)}`,
  };
}

/** Cut where a GPU, a pod or the node is named, so that it is quickly said of other nodes. */
function exporterParts(atMs: number): readonly string[] {
  return exporterText(atMs).split(/(?<name>GPU-0000000\d|triton-000\d|node-0(?="))/);
}

/** The same, of the GPUs and pods of another node. */
function ofNode(parts: readonly string[], node: number): string {
  const names = new Map([['node-0', `node-${node}`]]);
  for (const gpu of indexes(GPUS_PER_NODE)) {
    const pod = node * GPUS_PER_NODE + gpu;
    names.set(podName(gpu), podName(pod)).set(partOf(gpuUuid(gpu)), partOf(gpuUuid(pod)));
  }
  return parts.map((part, index) => (index % 2 === 0 ? part : (names.get(part) ?? part))).join('');
}

/** The first part of a UUID. */
function partOf(uuid: string): string {
  return uuid.slice(0, 'GPU-00000000'.length);
}

function settings(): Settings {
  const pod = (index: number): object => ({
    targets: [`${podName(index)}:8002`],
    labels: { namespace: NAMESPACE, pod: podName(index), node: `node-${Math.floor(index / GPUS_PER_NODE)}` },
  });
  const exporter = (node: number): object => ({ targets: [`node-${node}:9400`], labels: { node: `node-${node}` } });
  const kubelet = (node: number): object => ({ targets: [`node-${node}:10250`], labels: { node: `node-${node}` } });
  const known = settingsOf('the benchmark', [
    {
      path: ['scrape_configs'],
      value: [
        { job_name: 'triton', source: 'triton', static_configs: indexes(PODS).map(pod) },
        { job_name: 'dcgm', source: 'dcgm', static_configs: indexes(PODS / GPUS_PER_NODE).map(exporter) },
        { job_name: 'kubelet', source: 'kubelet', static_configs: indexes(PODS / GPUS_PER_NODE).map(kubelet) },
      ],
    },
  ]);
  return { ...known, targets: known.targets.map((target) => (target.source === 'kubelet' ? { ...target, facts: CORES } : target)) };
}

function indexes(count: number): number[] {
  return [...Array(count).keys()];
}
