// An end that is set to what may take too long.
import type { Clock } from '../clock.ts';

/** A signal that is aborted after a time or together with another one. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True when it was the time that ended it. */
  isOver(): boolean;
  /** For when it is no longer needed; may be called more than once. */
  takeBack(): void;
}

export function deadlineAfter({ clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal }): Deadline {
  const over = new AbortController();
  const done = new AbortController();
  void clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) over.abort();
  });
  return {
    signal: AbortSignal.any([signal, over.signal]),
    isOver: () => over.signal.aborted,
    takeBack: () => done.abort(),
  };
}
