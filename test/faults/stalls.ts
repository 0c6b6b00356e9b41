// How long this process stood still: on a busy machine whatever it does comes later by that, and nobody else is to blame.

const BEAT_MS = 20;

export class Stalls {
  readonly #late: { readonly atMs: number; readonly lateMs: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #beatMs = performance.now();

  constructor() {
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      const lateMs = nowMs - this.#beatMs - BEAT_MS;
      if (lateMs > BEAT_MS / 2) this.#late.push({ atMs: nowMs, lateMs });
      this.#beatMs = nowMs;
    }, BEAT_MS);
  }

  /** Of all stalls that ended between the two. */
  between(fromMs: number, toMs: number): number {
    let totalMs = 0;
    for (const { atMs, lateMs } of this.#late) if (atMs >= fromMs && atMs <= toMs) totalMs += lateMs;
    return totalMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
