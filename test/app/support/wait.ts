// Waiting for something to become true, with a deadline instead of a guess.
import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 5;

/** What `probe` gives as soon as it is not undefined; rejects after `deadlineMs`, with the name of what did not come. */
export async function until<Value>(
  what: string,
  probe: () => Value | undefined | Promise<Value | undefined>,
  deadlineMs = 5000,
): Promise<Value> {
  const endMs = performance.now() + deadlineMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > endMs) throw new Error(`${what} did not come within ${deadlineMs} ms`);
    await pause(STEP_MS);
  }
}

/** How long something took, in milliseconds; rejects when it takes longer than `deadlineMs`. */
export async function timed(work: Promise<unknown>, deadlineMs: number): Promise<number> {
  const startMs = performance.now();
  const late = AbortSignal.timeout(deadlineMs);
  await Promise.race([
    work,
    new Promise((_, reject) => late.addEventListener('abort', () => reject(new Error(`not done within ${deadlineMs} ms`)), { once: true })),
  ]);
  return performance.now() - startMs;
}
