// What a fleet consists of, as data. Times are relative to the moment the fleet begins.
import type { Load } from './load.ts';

export interface LeafSpec {
  readonly kind: 'leaf';
  readonly name: string;
  readonly device: 'gpu' | 'cpu';
  /** Executions that run at once. */
  readonly instances: number;
  /** Most requests of one execution; 1 means that there is no dynamic batching. */
  readonly maxBatch: number;
  /** How long an idle instance waits for a batch to fill, as Triton's `max_queue_delay_microseconds`. */
  readonly maxQueueDelayUs: number;
  /** An execution of n requests takes `fixedUs` + n × `perRequestUs`. */
  readonly fixedUs: number;
  readonly perRequestUs: number;
  /** `exponential` makes that time the mean of a random one. */
  readonly variability: 'none' | 'exponential';
}

interface EnsembleSpec {
  readonly kind: 'ensemble';
  readonly name: string;
  /** Models of the same server that a request passes one after the other; each is defined before the ensemble. */
  readonly steps: readonly string[];
}

export type ModelSpec = LeafSpec | EnsembleSpec;

export interface GpuSpec {
  /** Index on its node. */
  readonly index: number;
  readonly uuid: string;
  readonly pciBusId: string;
  readonly modelName: string;
  readonly memoryMib: number;
  readonly idleWatts: number;
  readonly limitWatts: number;
}

export interface TritonPodSpec {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly gpu: GpuSpec;
  /** When its process starts; below zero for a pod that was there before. */
  readonly startMs: number;
}

export interface ServiceSpec {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** How the ready pods share the arrivals. */
  readonly routing: 'random' | 'round-robin';
  /** From the start of a process until it listens. */
  readonly coldStartMs: number;
  readonly models: readonly ModelSpec[];
  readonly pods: readonly TritonPodSpec[];
  readonly arrivals: readonly { readonly model: string; readonly load: Load }[];
}

/** A DCGM exporter says what the GPUs of its node do. */
export interface ExporterSpec {
  readonly name: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly driverVersion: string;
}

export interface Fault {
  readonly atMs: number;
  /** A Triton pod or an exporter. */
  readonly pod: string;
  /**
   * `kill`: connections are refused and the work in it is lost. `restart`: the same, then a cold start with counters at zero.
   * `hang`: connections are accepted and nothing is answered, nothing new is routed there. `resume` ends a hang.
   */
  readonly kind: 'kill' | 'restart' | 'hang' | 'resume';
}

export interface FleetSpec {
  readonly namespace: string;
  readonly services: readonly ServiceSpec[];
  readonly exporters: readonly ExporterSpec[];
  readonly faults: readonly Fault[];
  /** How often the GPUs are read, by the exporters and by Triton alike. */
  readonly gpuSampleMs: number;
}
