// What tells one GPU, or one MIG instance of it, from another in what an exporter says.
import type { Labels } from './labels.ts';

export interface GpuIdentity {
  /** The device; MIG instances carry their parent's. Undefined when the line names none. */
  readonly uuid: string | undefined;
  /** Instance number, counted per device; undefined for a whole device. */
  readonly migId: string | undefined;
}

/** Reads DCGM exporter's labels: `UUID`, or `uuid` when it runs with its old namespace, and `GPU_I_ID`. Empty is absent. */
export function gpuIdentityOf(labels: Labels): GpuIdentity {
  return { uuid: labels.get('UUID') || labels.get('uuid') || undefined, migId: labels.get('GPU_I_ID') || undefined };
}
