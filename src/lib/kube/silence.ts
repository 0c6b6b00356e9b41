// Tells when nothing was heard for too long, with one sleep for however much is heard meanwhile.
import type { Clock } from '../clock.ts';

export interface Silence {
  /** Aborted when it has lasted, or together with the given one. */
  readonly signal: AbortSignal;
  /** Something came. */
  heard(): void;
  isOver(): boolean;
  /** For when nothing is listened to any more; may be called more than once. */
  takeBack(): void;
}

export function silenceOf({ clock, ms, signal }: { readonly clock: Clock; readonly ms: number; readonly signal: AbortSignal }): Silence {
  const over = new AbortController();
  const done = new AbortController();
  let heardMs = clock.nowMs();
  const watch = async (): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs = heardMs + ms - clock.nowMs()) {
      await clock.sleep(leftMs, done.signal);
      if (done.signal.aborted) return;
    }
    over.abort();
  };
  void watch();
  return {
    signal: AbortSignal.any([signal, over.signal]),
    heard: () => {
      heardMs = clock.nowMs();
    },
    isOver: () => over.signal.aborted,
    takeBack: () => done.abort(),
  };
}
