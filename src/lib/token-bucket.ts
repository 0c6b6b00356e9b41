// A rate with room for a burst.

export interface TokenBucketSettings {
  /** Most at once. */
  readonly burst: number;
  /** One more may come after so long. */
  readonly everyMs: number;
}

export class TokenBucket {
  readonly #settings: TokenBucketSettings;
  #tokens: number;
  /** Up to when tokens were added. */
  #filledMs: number | undefined;

  /** Full at first. */
  constructor(settings: TokenBucketSettings) {
    this.#settings = settings;
    this.#tokens = settings.burst;
  }

  /** True when there was a token, which is then gone. Times never go back. */
  take(nowMs: number): boolean {
    const { burst, everyMs } = this.#settings;
    const more = (nowMs - (this.#filledMs ?? nowMs)) / everyMs;
    this.#tokens = Math.min(burst, this.#tokens + more);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
