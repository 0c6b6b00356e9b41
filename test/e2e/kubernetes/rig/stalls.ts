// How long a process answers nothing, seen from outside: the same small question every few milliseconds.
import { setTimeout } from 'node:timers/promises';
import { Agent } from 'undici';

export interface Stalls extends AsyncDisposable {
  /** The longest wait since this was last asked, in milliseconds; NaN where nothing was answered. */
  takeLongest(): number;
}

const EVERY_MS = 5;
/** When we ourselves were late by so much, the wait says nothing about the other. */
const OWN_DELAY_MS = 5;

/** `url` must be cheap to answer. Nothing is counted while nobody listens. */
export function watchStalls(url: string): Stalls {
  const { origin, pathname } = new URL(url);
  const agent = new Agent({ connections: 1 });
  const stopping = new AbortController();
  let longestMs = Number.NaN;
  const ask = async (): Promise<void> => {
    const startMs = performance.now();
    const { body } = await agent.request({ origin, path: pathname, method: 'GET' });
    await body.dump();
    const tookMs = performance.now() - startMs;
    if (!(tookMs <= longestMs)) longestMs = tookMs;
  };
  const watching = (async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const wakeMs = performance.now() + EVERY_MS;
      await setTimeout(EVERY_MS);
      if (performance.now() - wakeMs < OWN_DELAY_MS) await ask().catch(() => undefined);
    }
  })();
  return {
    takeLongest: () => {
      const taken = longestMs;
      longestMs = Number.NaN;
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await watching;
      await agent.destroy();
    },
  };
}
