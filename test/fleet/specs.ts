// Small fleets for tests: one pod and one model unless said otherwise.

import { constantLoad, type Load } from '../../src/fleet/load.ts';
import type { Fault, FleetSpec, GpuSpec, LeafSpec, ModelSpec, TritonPodSpec } from '../../src/fleet/spec.ts';
import type { Clock } from '../../src/lib/clock.ts';

export const GPU: GpuSpec = {
  index: 0,
  uuid: 'GPU-0',
  pciBusId: '00000000:31:00.0',
  modelName: 'NVIDIA L4',
  memoryMib: 23_034,
  idleWatts: 16,
  limitWatts: 72,
};

export function leaf(parts: Partial<LeafSpec>): LeafSpec {
  return {
    kind: 'leaf',
    name: 'm',
    device: 'gpu',
    instances: 1,
    maxBatch: 1,
    maxQueueDelayUs: 0,
    fixedUs: 10_000,
    perRequestUs: 0,
    variability: 'none',
    ...parts,
  };
}

export function pod(parts: Partial<TritonPodSpec>): TritonPodSpec {
  return { name: 'triton-0', uid: 'uid-0', node: 'node-a', gpu: GPU, startMs: 0, ...parts };
}

export function fleetSpec(parts: {
  models?: readonly ModelSpec[];
  pods?: readonly TritonPodSpec[];
  arrivals?: readonly { model: string; load: Load }[];
  routing?: 'random' | 'round-robin';
  coldStartMs?: number;
  faults?: readonly Fault[];
}): FleetSpec {
  return {
    namespace: 'demo',
    services: [
      {
        name: 'triton',
        labels: { app: 'triton' },
        routing: parts.routing ?? 'random',
        coldStartMs: parts.coldStartMs ?? 0,
        models: parts.models ?? [leaf({})],
        pods: parts.pods ?? [pod({})],
        arrivals: parts.arrivals ?? [{ model: 'm', load: constantLoad(50) }],
      },
    ],
    exporters: [{ name: 'dcgm-0', node: 'node-a', labels: { app: 'dcgm-exporter' }, driverVersion: '580.105.08' }],
    faults: parts.faults ?? [],
    gpuSampleMs: 1000,
  };
}

/** A clock that stands where it is put; sleeping ends at the next `moveTo`, or when aborted. */
export function handClock(startMs: number): Clock & { moveTo(ms: number): void } {
  let atMs = startMs;
  let sleepers: (() => void)[] = [];
  return {
    nowMs: () => atMs,
    sleep: (_durationMs, signal) =>
      new Promise((resolve) => {
        sleepers.push(resolve);
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    moveTo: (ms) => {
      atMs = ms;
      const woken = sleepers;
      sleepers = [];
      for (const wake of woken) wake();
    },
  };
}
