// Ends what takes too long, with one timer for all: a timer for each scrape costs more than its parsing (PERFORMANCE.md).
import type { Clock } from '../lib/clock.ts';
import { TICK_MS } from './schedule.ts';

export interface Deadline {
  readonly atMs: number;
  readonly over: () => void;
}

/** Sleeps only while there are deadlines. Each comes in time, or a tick late when it is set less than a tick ahead. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #isWatching = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `over` once when the clock shows `atMs`, unless the deadline is taken back before. */
  set(deadline: Deadline): void {
    this.#open.add(deadline);
    if (!this.#isWatching) void this.#watch();
  }

  takeBack(deadline: Deadline): void {
    this.#open.delete(deadline);
  }

  async #watch(): Promise<void> {
    this.#isWatching = true;
    while (this.#open.size > 0) {
      await this.#clock.sleep(this.#msToNext());
      this.#endDue();
    }
    this.#isWatching = false;
  }

  /** At most a tick: a nearer deadline may be set meanwhile. */
  #msToNext(): number {
    const nowMs = this.#clock.nowMs();
    let ms = TICK_MS;
    for (const { atMs } of this.#open) ms = Math.min(ms, atMs - nowMs);
    return Math.max(ms, 0);
  }

  #endDue(): void {
    const nowMs = this.#clock.nowMs();
    for (const deadline of this.#open) {
      if (deadline.atMs > nowMs) continue;
      this.#open.delete(deadline);
      deadline.over();
    }
  }
}
