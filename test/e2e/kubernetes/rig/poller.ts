// The same question again and again, with every answer and when it came.
import { setTimeout } from 'node:timers/promises';
import type { Api } from '../control-plane/api.ts';
import { type Answer, askMetric } from './questions.ts';

export interface Seen {
  readonly answer: Answer;
  /** When it was asked and answered, on the wall clock. */
  readonly askedMs: number;
  readonly atMs: number;
}

export interface Poller extends AsyncDisposable {
  /** In order; grows. */
  readonly seen: readonly Seen[];
  /** The first answer, among those asked from `sinceMs` on, of which `test` is true; undefined when there is none within the time. */
  first(test: (answer: Answer) => boolean, options: { readonly sinceMs: number; readonly withinMs: number }): Promise<Seen | undefined>;
  /** Answers asked in a span of time. */
  between(fromMs: number, toMs: number): readonly Seen[];
}

const LOOK_MS = 20;

/** Asks every `everyMs`, one question at a time; an error of the connection ends it and rejects in disposal. */
export function poll(api: Api, path: string, everyMs = 100): Poller {
  const seen: Seen[] = [];
  const stopping = new AbortController();
  const polling = (async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const askedMs = Date.now();
      const answer = await askMetric(api, path);
      seen.push({ answer, askedMs, atMs: Date.now() });
      await setTimeout(Math.max(0, askedMs + everyMs - Date.now()));
    }
  })();
  // It is looked at in disposal, at the latest.
  polling.catch(() => undefined);
  return {
    seen,
    first: async (test, { sinceMs, withinMs }) => {
      let next = seen.findLastIndex(({ askedMs }) => askedMs < sinceMs) + 1;
      const endMs = Math.max(sinceMs, Date.now()) + withinMs;
      while (Date.now() <= endMs) {
        for (; next < seen.length; next += 1) {
          const one = seen[next];
          if (one !== undefined && one.askedMs >= sinceMs && test(one.answer)) return one;
        }
        await setTimeout(LOOK_MS);
      }
      return undefined;
    },
    between: (fromMs, toMs) => seen.filter(({ askedMs }) => askedMs >= fromMs && askedMs <= toMs),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await polling;
    },
  };
}
