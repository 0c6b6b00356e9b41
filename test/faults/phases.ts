// Well, faulty, well again: at the same times for everything that runs beside each other.
import { setTimeout as pause } from 'node:timers/promises';
import type { Timing } from './timing.ts';

/** On the clock of `performance`. */
export interface Phases {
  readonly beginMs: number;
  readonly faultMs: number;
  readonly overMs: number;
  readonly endMs: number;
}

export interface Doing {
  readonly strike: () => Promise<void>;
  readonly heal: () => Promise<void>;
}

export async function goThrough({ beforeMs, faultMs, afterMs }: Timing, { strike, heal }: Doing): Promise<Phases> {
  const beginMs = performance.now();
  await pause(beforeMs);
  const struckMs = performance.now();
  await strike();
  await pause(faultMs);
  await heal();
  const overMs = performance.now();
  await pause(afterMs);
  return { beginMs, faultMs: struckMs, overMs, endMs: performance.now() };
}
