// Whether the remote engine is asked at all: after failures in a row it is left alone for a while, then tried with one question.
import type { Clock } from '../../lib/clock.ts';

/** Failures in a row that open it. */
const MOST_FAILURES = 5;
/** How long nobody is let through. */
const OPEN_MS = 10_000;

export type BreakerState = 'closed' | 'half-open' | 'open';

export class Breaker {
  readonly #clock: Clock;
  #failures = 0;
  /** Of the last failure, in words. */
  #reason = '';
  #openUntilMs: number | undefined;
  #isProbing = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): BreakerState {
    if (this.#openUntilMs === undefined) return 'closed';
    return this.#clock.nowMs() < this.#openUntilMs ? 'open' : 'half-open';
  }

  /** Of the last failure; '' while answers come. */
  get reason(): string {
    return this.#reason;
  }

  /** True when whoever asked may go on, and then has to call `ended` whatever comes of it; while it is half open one may. */
  enter(): boolean {
    if (this.isClosedTo()) return false;
    this.#isProbing = this.state === 'half-open';
    return true;
  }

  /** Whether nobody would be let through now. */
  isClosedTo(): boolean {
    return this.state === 'open' || (this.state === 'half-open' && this.#isProbing);
  }

  /** `reason` in words where the engine does not work; undefined where it answered, whatever it said. */
  ended(reason: string | undefined): void {
    const wasProbe = this.#isProbing;
    this.#isProbing = false;
    if (reason === undefined) {
      this.#failures = 0;
      this.#reason = '';
      this.#openUntilMs = undefined;
      return;
    }
    this.#failures += 1;
    this.#reason = reason;
    if (wasProbe || this.#failures >= MOST_FAILURES) this.#openUntilMs = this.#clock.nowMs() + OPEN_MS;
  }

  /** Seconds until it is tried again, at least one. */
  retryInSeconds(): number {
    return Math.max(1, Math.ceil(((this.#openUntilMs ?? 0) - this.#clock.nowMs()) / 1000));
  }
}
