// A file that is looked at every second, and read again when it has changed and rests.
import { fileVersion } from '../config/load.ts';
import type { Clock } from '../lib/clock.ts';

/** Polling follows symlinks swapped by a ConfigMap, which file events miss. */
const POLL_MS = 1000;

export interface FileLooks {
  readonly file: string;
  /** Of the file as it was before it was last read, so that no change is missed. */
  readonly version: string;
  readonly clock: Clock;
  readonly changed: () => Promise<void>;
}

/** Looks until `signal` is aborted. */
export async function followFile({ file, version, clock, changed }: FileLooks, signal: AbortSignal): Promise<void> {
  let seen = version;
  let before = seen;
  while (!signal.aborted) {
    await clock.sleep(POLL_MS, signal);
    const now = await fileVersion(file);
    // In the middle of a write a file may be empty: it must rest for one look.
    const isResting = now === before;
    before = now;
    if (signal.aborted || now === seen || !isResting) continue;
    seen = now;
    await changed();
  }
}
