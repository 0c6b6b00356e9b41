// Work that is given up when it takes too long.
import type { Clock } from '../lib/clock.ts';

export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
}

/** What `work` does. Its signal is aborted after the time, and never once it is done. */
export async function within<Result>({ clock, ms }: Deadline, work: (late: AbortSignal) => Promise<Result>): Promise<Result> {
  const done = new AbortController();
  const late = new AbortController();
  void clock.sleep(ms, done.signal).then(() => {
    if (!done.signal.aborted) late.abort();
  });
  try {
    return await work(late.signal);
  } finally {
    done.abort();
  }
}
