// Well, faulty, well again: at the same times for everything that runs beside each other.
import { setTimeout as pause } from 'node:timers/promises';
import type { Timing } from './timing.ts';

/** On the clock of `performance`. */
export interface Phases {
  readonly beginMs: number;
  readonly faultMs: number;
  /** Halfway through the fault. */
  readonly changeMs: number;
  readonly overMs: number;
  readonly endMs: number;
}

export interface Doing {
  readonly strike: () => Promise<void>;
  readonly change: () => Promise<void>;
  readonly heal: () => Promise<void>;
  /** Settles when all is as it should be again, or it has been waited for long enough. */
  readonly healed: () => Promise<void>;
}

export async function goThrough({ beforeMs, faultMs, afterMs }: Timing, { strike, change, heal, healed }: Doing): Promise<Phases> {
  const beginMs = performance.now();
  await pause(beforeMs);
  const struckMs = performance.now();
  await strike();
  await pause(faultMs / 2);
  const changeMs = performance.now();
  await change();
  await pause(faultMs / 2);
  await heal();
  const overMs = performance.now();
  await pause(afterMs);
  await healed();
  return { beginMs, faultMs: struckMs, changeMs, overMs, endMs: performance.now() };
}
