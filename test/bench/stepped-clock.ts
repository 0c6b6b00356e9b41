// A clock that is first moved by hand and then runs: fills a store in seconds, and measures it at the true pace.
import { type Clock, systemClock } from '../../src/lib/clock.ts';

const START_MS = 1_800_000_000_000;

export class SteppedClock implements Clock {
  readonly #system = systemClock();
  #steppedMs = START_MS;
  #ranSinceMs: number | undefined;

  nowMs(): number {
    return this.#ranSinceMs === undefined ? this.#steppedMs : this.#steppedMs + this.#system.nowMs() - this.#ranSinceMs;
  }

  /** Real time, whatever the clock shows: what sleeps on it waits for sockets. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return this.#system.sleep(durationMs, signal);
  }

  step(durationMs: number): void {
    this.#steppedMs += durationMs;
  }

  run(): void {
    this.#ranSinceMs = this.#system.nowMs();
  }
}
