// Looks again and again at what is served of every case, and notes it.
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultCase, Judgement } from './case.ts';
import type { Answer, Asker } from './looks.ts';
import type { Moment } from './said.ts';
import { Stalls } from './stalls.ts';
import type { Timing } from './timing.ts';

export type Look = Moment &
  (
    | { readonly kind: Judgement; readonly value: number }
    /** The message is that of the refusal, where somebody asked for it. */
    | { readonly kind: 'absent'; readonly why?: string }
  );

export interface Watched {
  readonly about: FaultCase;
  readonly looks: readonly Look[];
}

interface Watching {
  readonly url: string;
  readonly cases: readonly FaultCase[];
  readonly asker: Asker;
  readonly timing: Timing;
}

export interface Watcher {
  readonly watched: readonly Watched[];
  readonly stalls: Stalls;
  /** Settles when each case has been right at the last look. Rejects after a minute. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

const WHOLE_WITHIN_MS = 60_000;

/** Looks from now on. */
export function watch({ url, cases, asker, timing }: Watching): Watcher {
  const stalls = new Stalls();
  const watched = cases.map((about) => ({ about, looks: [] as Look[], askedWhyMs: Number.NEGATIVE_INFINITY }));
  const signals = [...new Set(cases.map(({ signal }) => signal))];
  const { intervalMs, timeoutMs, lookMs } = timing;
  let isStopping = false;

  const whyOf = async (one: (typeof watched)[number]): Promise<string | undefined> => {
    const nowMs = performance.now();
    if (nowMs - one.askedWhyMs < intervalMs / 2) return undefined;
    one.askedWhyMs = nowMs;
    const { message } = await asker.ask({ url, pod: one.about.pod, signal: one.about.signal });
    return message === '' ? undefined : message;
  };
  const note = async (one: (typeof watched)[number], { answer, moment }: { answer: Answer; moment: Moment }): Promise<void> => {
    const value = answer.values.get(one.about.pod);
    if (value !== undefined) {
      one.looks.push({ ...moment, kind: one.about.judge(value, moment), value });
      return;
    }
    const why = await whyOf(one);
    one.looks.push({ ...moment, kind: 'absent', ...(why === undefined ? {} : { why }) });
  };
  const look = async (signal: string): Promise<void> => {
    const askedMs = performance.now();
    const answer = await asker.ask({ url, pod: '*', signal });
    const answeredMs = performance.now();
    const moment = { askedMs, answeredMs, stalledMs: stalls.between(askedMs - 4 * intervalMs - timeoutMs, answeredMs) };
    await Promise.all(watched.filter(({ about }) => about.signal === signal).map((one) => note(one, { answer, moment })));
  };
  const looking = (async () => {
    while (!isStopping) {
      await Promise.all(signals.map(look));
      await pause(lookMs);
    }
  })();
  return {
    watched,
    stalls,
    whole: async () => {
      const endMs = performance.now() + WHOLE_WITHIN_MS;
      const missing = (): Watched[] => watched.filter(({ looks }) => looks.at(-1)?.kind !== 'right');
      while (missing().length > 0) {
        if (performance.now() > endMs) throw new Error(`not right before any fault: ${missing().map(describe).join('; ')}`);
        await pause(lookMs);
      }
    },
    stop: async () => {
      isStopping = true;
      await looking;
      stalls.stop();
    },
  };
}

function describe({ about, looks }: Watched): string {
  return `${about.signal} of ${about.pod}: ${JSON.stringify(looks.at(-1))}`;
}
