// The ranges that templates read (DESIGN section 7).
import { sampleIntervalMs, type TargetStatus } from '../model/target.ts';

export interface Windows {
  readonly windowMs: number;
  readonly liveWindowMs: number;
}

// 60 s cost 10 % fewer GPU-hours than 30 s in simulation: an HPA turns the noise of short windows into replicas.
const LEAST_WINDOW_MS = 60_000;
const SAMPLES_PER_WINDOW = 4;
// Short, so that a step shows in the pending gauge within a scrape or two; three, so that one late scrape does not empty it.
const SAMPLES_PER_LIVE_WINDOW = 3;

/** Wide enough for the samples of the slowest of the targets. `configuredMs` is the setting `signals.window`. */
export function windowsFor(targets: readonly TargetStatus[], configuredMs: number | undefined): Windows {
  let intervalMs = 0;
  for (const { target } of targets) intervalMs = Math.max(intervalMs, sampleIntervalMs(target));
  return windowsOver(intervalMs, configuredMs);
}

/** The same for samples that are so far apart at most. */
export function windowsOver(intervalMs: number, configuredMs: number | undefined): Windows {
  return {
    windowMs: configuredMs ?? Math.max(LEAST_WINDOW_MS, SAMPLES_PER_WINDOW * intervalMs),
    liveWindowMs: SAMPLES_PER_LIVE_WINDOW * intervalMs,
  };
}
