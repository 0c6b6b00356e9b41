// The fleet of `plimsoll demo`: six Triton pods on two nodes of three GPUs, two exporters, and a load that never stands still.
import { type Load, movingLoad } from './load.ts';
import type { ExporterSpec, FleetSpec, ModelSpec, TritonPodSpec } from './spec.ts';

const NODES = ['gpu-node-a', 'gpu-node-b'];
const PODS_PER_NODE = 3;

const MODELS: readonly ModelSpec[] = [
  { kind: 'leaf', name: 'preprocess', device: 'cpu', instances: 1, maxBatch: 1, ...service(0, 8_000), variability: 'exponential' },
  { kind: 'leaf', name: 'resnet50', device: 'gpu', instances: 2, maxBatch: 8, ...service(12_000, 5_000), variability: 'none' },
  { kind: 'leaf', name: 'bert', device: 'gpu', instances: 1, maxBatch: 4, ...service(40_000, 15_000), variability: 'exponential' },
  { kind: 'ensemble', name: 'vision', steps: ['preprocess', 'resnet50'] },
];

/**
 * The pods load their models while somebody reads the first lines: Plimsoll sees them start, so that no rate has to warm up.
 * At the highest moment of the load every model stays below half of what it does in full batches: queues move and do not run away.
 */
export function demoFleet(): FleetSpec {
  return {
    namespace: 'demo',
    services: [
      {
        name: 'triton',
        labels: { app: 'triton', deployment: 'triton', service: 'triton' },
        routing: 'random',
        coldStartMs: 3_000,
        models: MODELS,
        pods: NODES.flatMap((node, nodeIndex) => tritonPods(node, nodeIndex)),
        arrivals: [
          { model: 'vision', load: load(180) },
          { model: 'resnet50', load: load(130) },
          { model: 'bert', load: load(66) },
        ],
      },
    ],
    exporters: NODES.map(exporter),
    faults: [],
    gpuSampleMs: 1000,
  };
}

/** Mean rate of the whole service. It goes up to 1.75 times that: 53, 38 and 19 a second for each pod. */
function load(basePerSecond: number): Load {
  const waves = [
    { amplitude: 0.35, periodSeconds: 180 },
    { amplitude: 0.15, periodSeconds: 47 },
  ];
  return movingLoad({ basePerSecond, waves, bursts: { amplitude: 0.25, everySeconds: 60, lastSeconds: 10 } });
}

function service(fixedUs: number, perRequestUs: number): { maxQueueDelayUs: number; fixedUs: number; perRequestUs: number } {
  return { maxQueueDelayUs: 2_000, fixedUs, perRequestUs };
}

function tritonPods(node: string, nodeIndex: number): readonly TritonPodSpec[] {
  return Array.from({ length: PODS_PER_NODE }, (_, index) => {
    const number = nodeIndex * PODS_PER_NODE + index;
    return { name: `triton-${number}`, uid: uuid('0001', number), node, startMs: 0, gpu: l4(index, uuid('0002', number)) };
  });
}

function l4(index: number, id: string): TritonPodSpec['gpu'] {
  const pciBusId = `00000000:${31 + 10 * index}:00.0`;
  return { index, uuid: `GPU-${id}`, pciBusId, modelName: 'NVIDIA L4', memoryMib: 23_034, idleWatts: 16, limitWatts: 72 };
}

function exporter(node: string, index: number): ExporterSpec {
  const labels = { app: 'dcgm-exporter', daemonset: 'dcgm-exporter' };
  return { name: `dcgm-exporter-${index}`, node, labels, driverVersion: '580.105.08' };
}

/** Made up, but in the form of the real ones. */
function uuid(group: string, number: number): string {
  return `d3e0f1ee-${group}-4a11-8000-00000000000${number}`;
}
