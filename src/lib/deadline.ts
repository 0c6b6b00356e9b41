// An end that is set to what may take too long.
import type { Clock } from './clock.ts';

/** A signal that is aborted after a time or together with another one. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True when it was the time that ended it. */
  isOver(): boolean;
  /** For when it is no longer needed; may be called more than once. */
  takeBack(): void;
}

export interface DeadlineSettings {
  readonly clock: Clock;
  readonly ms: number;
  /** Of whoever may end it earlier. */
  readonly signal?: AbortSignal;
}

export function deadlineAfter({ clock, ms, signal }: DeadlineSettings): Deadline {
  const over = new AbortController();
  const done = new AbortController();
  void clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) over.abort();
  });
  return {
    signal: signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]),
    isOver: () => over.signal.aborted,
    takeBack: () => done.abort(),
  };
}

/** What `work` does, with a deadline that ends with it. */
export async function within<Result>(settings: DeadlineSettings, work: (deadline: Deadline) => Promise<Result>): Promise<Result> {
  const deadline = deadlineAfter(settings);
  try {
    return await work(deadline);
  } finally {
    deadline.takeBack();
  }
}
