// A fleet at one instant as plain data: all that the expositions say.
import type { GpuSpec } from './spec.ts';

/** Triton's counters of one model; durations are whole microseconds, added per request when it completes. */
export interface ModelCounters {
  success: number;
  inferences: number;
  executions: number;
  requestUs: number;
  queueUs: number;
  inputUs: number;
  inferUs: number;
  outputUs: number;
}

/** Executions of one batch size; durations once per execution. */
export interface BatchWork {
  executions: number;
  inputUs: number;
  inferUs: number;
  outputUs: number;
}

export interface ModelState {
  readonly name: string;
  /** True for a leaf with GPU instances, which has a second set of series that carries the counts. */
  readonly onGpu: boolean;
  readonly counters: Readonly<ModelCounters>;
  readonly pending: number;
  /** By batch size, for leaves. */
  readonly batches?: ReadonlyMap<number, Readonly<BatchWork>>;
}

export interface GpuState {
  /** Part of the last sampling interval during which at least one execution ran, 0 to 1. */
  readonly utilization: number;
  readonly watts: number;
  readonly celsius: number;
  readonly usedMib: number;
  /** Since the fleet began. */
  readonly energyJoules: number;
}

/** `starting` and `down` refuse connections; `hanging` accepts them and says nothing. */
export type Phase = 'starting' | 'up' | 'hanging' | 'down';

export interface TritonState {
  readonly namespace: string;
  readonly pod: string;
  readonly phase: Phase;
  readonly models: readonly ModelState[];
  readonly gpuUuid: string;
  readonly gpuMemoryMib: number;
  readonly gpuLimitWatts: number;
  readonly gpu: GpuState;
  /** Of `gpu.energyJoules`, what was used before this server started. */
  readonly energyBeforeJoules: number;
}

/** A GPU as the exporter of its node sees it, with the pod it is assigned to. */
export interface ExportedGpu {
  readonly spec: GpuSpec;
  readonly gpu: GpuState;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
}

export interface ExporterState {
  readonly namespace: string;
  readonly pod: string;
  readonly phase: Phase;
  readonly node: string;
  readonly driverVersion: string;
  readonly gpus: readonly ExportedGpu[];
}

export interface FleetState {
  readonly atMs: number;
  readonly tritons: readonly TritonState[];
  readonly exporters: readonly ExporterState[];
}
