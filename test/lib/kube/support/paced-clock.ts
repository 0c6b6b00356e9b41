// Virtual time for code that waits on sockets too: it moves while somebody waits to try again, and stands while bytes are on their way.
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../../src/lib/clock.ts';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';

// Longer than any wait before another try, shorter than any deadline.
const LONGEST_PAUSE_MS = 6_000;
const STEP_MS = 50;

export class PacedClock implements Clock {
  readonly #virtual = new VirtualClock(1_000_000);
  #pauses = 0;

  nowMs(): number {
    return this.#virtual.nowMs();
  }

  async sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    const isPause = durationMs <= LONGEST_PAUSE_MS;
    if (isPause) this.#pauses += 1;
    await this.#virtual.sleep(durationMs, signal);
    if (isPause) this.#pauses -= 1;
  }

  advance(durationMs: number): Promise<void> {
    return this.#virtual.advance(durationMs);
  }

  /** Virtual milliseconds until `isTrue`; rejects when it does not come in ten minutes, or in ten real seconds. */
  async until(isTrue: () => boolean): Promise<number> {
    const startMs = this.nowMs();
    const realMs = performance.now();
    while (!isTrue()) {
      if (this.nowMs() - startMs > 600_000 || performance.now() - realMs > 10_000) throw new Error(`never came: ${isTrue}`);
      if (this.#pauses > 0) await this.#virtual.advance(STEP_MS);
      await setImmediate();
    }
    return this.nowMs() - startMs;
  }
}
