// A GPU's slow quantities: they follow what runs on it with the lag of real boards.
import type { GpuSpec } from './spec.ts';
import type { GpuState } from './state.ts';

// Plausible for a passively cooled 72 W inference board; no measurement stands behind these.
const AMBIENT_CELSIUS = 30;
const CELSIUS_PER_WATT = 0.65;
const POWER_LAG_SECONDS = 2;
const TEMPERATURE_LAG_SECONDS = 20;
const MEMORY_LAG_SECONDS = 5;
/** Parts of the memory that loaded models take, and that full load adds. */
const LOADED_PART = 0.35;
const WORKING_PART = 0.15;
/** Boards in inference seldom reach their power limit. */
const BUSY_PART_OF_LIMIT = 0.9;

export function idleGpu(spec: GpuSpec): GpuState {
  const celsius = AMBIENT_CELSIUS + CELSIUS_PER_WATT * spec.idleWatts;
  return { utilization: 0, watts: spec.idleWatts, celsius, usedMib: 0, energyJoules: 0 };
}

interface GpuStep {
  readonly seconds: number;
  /** Part of the step during which something ran, 0 to 1. */
  readonly utilization: number;
  /** Whether a process holds the board's memory. */
  readonly inUse: boolean;
}

/** The state at the end of a step; energy is what the power at its end would use in it. */
export function stepGpu(spec: GpuSpec, before: GpuState, step: GpuStep): GpuState {
  const { utilization, seconds } = step;
  const towardsWatts = spec.idleWatts + utilization * (spec.limitWatts * BUSY_PART_OF_LIMIT - spec.idleWatts);
  const towardsMib = spec.memoryMib * (step.inUse ? LOADED_PART + WORKING_PART * utilization : 0);
  const watts = approach(before.watts, towardsWatts, seconds / POWER_LAG_SECONDS);
  return {
    utilization,
    watts,
    celsius: approach(before.celsius, AMBIENT_CELSIUS + CELSIUS_PER_WATT * watts, seconds / TEMPERATURE_LAG_SECONDS),
    usedMib: step.inUse ? approach(before.usedMib, towardsMib, seconds / MEMORY_LAG_SECONDS) : 0,
    energyJoules: before.energyJoules + watts * seconds,
  };
}

/** First-order lag: the distance shrinks by e for every `lags` of 1. */
function approach(from: number, towards: number, lags: number): number {
  return towards + (from - towards) * Math.exp(-lags);
}
