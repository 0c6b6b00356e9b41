// What Plimsoll knows about the world, in the form in which it is kept: a series with a value.
import type { Labels } from './labels.ts';

export interface Fact {
  /** With the fact's name under `__name__`. */
  readonly labels: Labels;
  readonly value: number;
}

/** Something a reader should be told about a target's numbers. */
export interface Warning {
  /** Stable, kebab-case: `model-kinds-unknown`. */
  readonly code: string;
  readonly message: string;
}
