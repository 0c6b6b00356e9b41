// The fleet of the soak: services of small Tritons under a steady load, some of which die, hang and come back all the time.
import { constantLoad } from '../../src/fleet/load.ts';
import type { Fault, FleetSpec, ModelSpec } from '../../src/fleet/spec.ts';

export const NAMESPACE = 'soak';
export const SERVICES = 10;

const MODELS: readonly ModelSpec[] = [
  model('tokenize', { device: 'cpu', instances: 2, maxBatch: 1, perRequestUs: 4_000 }),
  model('llm', { device: 'gpu', instances: 1, maxBatch: 8, perRequestUs: 20_000 }),
];

function model(
  name: string,
  rest: Pick<Extract<ModelSpec, { kind: 'leaf' }>, 'device' | 'instances' | 'maxBatch' | 'perRequestUs'>,
): ModelSpec {
  return { kind: 'leaf', name, maxQueueDelayUs: 1_000, fixedUs: 10_000, variability: 'exponential', ...rest };
}

export function soakFleet({ pods, minutes }: { readonly pods: number; readonly minutes: number }): FleetSpec {
  const names = Array.from({ length: pods }, (_, index) => `triton-${index}`);
  return {
    namespace: NAMESPACE,
    services: Array.from({ length: SERVICES }, (_, service) => ({
      name: `service-${service}`,
      labels: { service: `service-${service}` },
      routing: 'random' as const,
      coldStartMs: 8_000,
      models: MODELS,
      pods: names
        .filter((_name, index) => index % SERVICES === service)
        .map((name, index) => ({
          name,
          uid: `uid-${name}`,
          node: `node-${index}`,
          startMs: -60_000,
          gpu: {
            index: 0,
            uuid: `GPU-${name}`,
            pciBusId: '00000000:31:00.0',
            modelName: 'NVIDIA L4',
            memoryMib: 23_034,
            idleWatts: 16,
            limitWatts: 72,
          },
        })),
      arrivals: MODELS.map(({ name }) => ({ model: name, load: constantLoad(10) })),
    })),
    exporters: [],
    faults: Array.from({ length: minutes + 1 }, (_, minute) => faultsOf(minute, names)).flat(),
    gpuSampleMs: 10_000,
  };
}

/** In each minute one restarts, one hangs for twenty seconds, and one dies and is back after thirty. */
function faultsOf(minute: number, names: readonly string[]): Fault[] {
  const atMs = minute * 60_000;
  const pod = (step: number): string => names[(minute * step + step) % names.length] ?? '';
  return [
    { atMs: atMs + 5_000, pod: pod(7), kind: 'restart' },
    { atMs: atMs + 15_000, pod: pod(11), kind: 'hang' },
    { atMs: atMs + 35_000, pod: pod(11), kind: 'resume' },
    { atMs: atMs + 20_000, pod: pod(13), kind: 'kill' },
    { atMs: atMs + 50_000, pod: pod(13), kind: 'restart' },
  ];
}
