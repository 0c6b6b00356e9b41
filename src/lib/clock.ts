// Time as a value that can be handed over: the system's, or one a test moves by hand.

export interface Clock {
  /** Milliseconds since the Unix epoch; never goes back and never jumps. */
  nowMs(): number;
  /** Settles after `durationMs`, or at once when `signal` is aborted (it never rejects). */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** The wall clock read once, then carried on by the monotonic clock, so that a step of NTP cannot bend a rate. */
export function systemClock(): Clock {
  const originMs = Date.now() - performance.now();
  return { nowMs: () => originMs + performance.now(), sleep };
}

function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, durationMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}
