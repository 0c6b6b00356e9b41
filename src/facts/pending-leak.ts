// Servers of 23.10 never take a request that a full queue refused out of their pending gauge again: a floor that rises for ever
// (measured on Triton 2.39; not in 2.36, which has no gauge, nor in 2.44). This finds the floor, to be subtracted.

/** What one scrape says of a model version. */
export interface PendingReading {
  readonly pending: number;
  /** Sum of everything the model counts, queue time included: while it stands still the model does nothing. */
  readonly progress: number;
}

export interface PendingState {
  /** Requests in the gauge that do not exist. */
  readonly leaked: number;
  /** The last reading, and since when there was no other. */
  readonly reading: PendingReading;
  readonly sinceMs: number;
}

/** Longer than a client waits for an answer: requests that truly waited behind a stuck execution have left or been joined by then. */
export const STANDSTILL_MS = 300_000;

/**
 * The gauge is taken for leaked only after it stood at one value above 0 for five minutes in which the model finished nothing.
 * Less has leaked than was known when the gauge falls below it, and nothing when the counters began anew.
 */
export function pendingAfter(state: PendingState | undefined, reading: PendingReading, atMs: number): PendingState {
  const isRestarted = state === undefined || reading.progress < state.reading.progress;
  const leaked = isRestarted ? 0 : Math.min(state.leaked, reading.pending);
  const isSame = state !== undefined && state.reading.pending === reading.pending && state.reading.progress === reading.progress;
  if (!isSame) return { leaked, reading, sinceMs: atMs };
  const isLeak = atMs - state.sinceMs >= STANDSTILL_MS;
  return { ...state, leaked: isLeak ? reading.pending : leaked };
}
