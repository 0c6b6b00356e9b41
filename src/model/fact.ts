// What Plimsoll knows about the world, in the form in which it is kept: a series with a value.
import type { Labels } from './labels.ts';

export interface Fact {
  /** With the fact's name under `__name__`. */
  readonly labels: Labels;
  readonly value: number;
}

/** The fact that discovery tells of a kubelet's node: its allocatable processors, in cores. */
export const NODE_CPU_CORES = 'node_cpu_cores';

/** Something a reader should be told about a target's numbers. */
export interface Warning {
  /** Stable, kebab-case: `model-kinds-unknown`. */
  readonly code: string;
  readonly message: string;
}
