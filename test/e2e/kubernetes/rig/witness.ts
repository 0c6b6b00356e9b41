// Somebody who asks the same again and again, whatever happens to those who answer, and remembers every answer.
import { setTimeout } from 'node:timers/promises';
import type { Api } from '../control-plane/api.ts';
import { type Answer, askMetric } from './questions.ts';

export interface Sighting {
  readonly answer: Answer | { readonly kind: 'unreachable'; readonly why: string };
  /** When it was asked and answered, on the wall clock. */
  readonly askedMs: number;
  readonly atMs: number;
}

export interface Witness extends AsyncDisposable {
  readonly title: string;
  /** In order of the answers; grows. */
  readonly seen: readonly Sighting[];
  /** Of questions asked from `sinceMs` on. */
  since(sinceMs: number): readonly Sighting[];
}

export interface WitnessSpec {
  readonly title: string;
  readonly api: Api;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** From one question to the next, where an answer takes no longer. */
  readonly everyMs: number;
  /** How many ask at once, each one question at a time. */
  readonly askers?: number;
}

const UNREACHABLE_PAUSE_MS = 20;

export function witness({ title, api, path, headers = {}, everyMs, askers = 1 }: WitnessSpec): Witness {
  const seen: Sighting[] = [];
  const stopping = new AbortController();
  const ask = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const askedMs = Date.now();
      const answer = await askMetric(api, path, headers).catch((error: unknown) => ({ kind: 'unreachable' as const, why: String(error) }));
      seen.push({ answer, askedMs, atMs: Date.now() });
      // A refused connection is told at once, and is no reason to spin.
      const pauseMs = answer.kind === 'unreachable' ? Math.max(everyMs, UNREACHABLE_PAUSE_MS) : everyMs;
      await setTimeout(Math.max(0, askedMs + pauseMs - Date.now()));
    }
  };
  const asking = Promise.all(Array.from({ length: askers }, ask));
  return {
    title,
    seen,
    since: (sinceMs) => seen.filter(({ askedMs }) => askedMs >= sinceMs),
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await asking;
    },
  };
}

/** What was not a list, in words without numbers that differ each time, and how often. */
export function failures(sightings: readonly Sighting[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { answer } of sightings) {
    if (answer.kind === 'items') continue;
    const text = answer.kind === 'refusal' ? `${answer.status} ${answer.message.trim()}` : answer.why;
    const words = text
      .replaceAll(/127\.\d+\.\d+\.\d+:\d+/g, 'ADDRESS')
      .replaceAll(/\b\d+ of\b/g, 'N of')
      .replaceAll(/\b\d+(?:\.\d+)? s\b/g, 'N s');
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return counts;
}
