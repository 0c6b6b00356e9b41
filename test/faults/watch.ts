// Looks again and again at what is served of every case, and notes it.
import { setTimeout as pause } from 'node:timers/promises';
import type { SignalAnswer, Signals } from '../../src/model/signal.ts';
import type { FaultCase, Judgement } from './case.ts';
import type { Moment } from './said.ts';
import type { Stalls } from './stalls.ts';
import type { Timing } from './timing.ts';

export type Look = Moment &
  (
    | { readonly kind: Judgement; readonly value: number }
    /** In the words of the answer. */
    | { readonly kind: 'absent'; readonly why: string }
  );

export interface Watched {
  readonly about: FaultCase;
  readonly looks: readonly Look[];
}

export interface Watching {
  readonly cases: readonly FaultCase[];
  readonly timing: Timing;
  readonly stalls: Stalls;
}

export interface Watcher {
  readonly watched: readonly Watched[];
  /** Settles when each case is right; of a pod that comes there is nothing to see yet. Rejects after two minutes. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

const WHOLE_WITHIN_MS = 120_000;

/** Looks from now on. What the metrics API answers of a pod is what the signals answer of it. */
export function watch({ signals, cases, timing, stalls }: Watching & { readonly signals: Signals }): Watcher {
  const watched = cases.map((about): Watched & { readonly looks: Look[] } => ({ about, looks: [] }));
  const names = [...new Set(cases.map(({ signal }) => signal))];
  const { intervalMs, timeoutMs, lookMs } = timing;
  let isStopping = false;

  const look = async (signal: string): Promise<void> => {
    const about = watched.filter((one) => one.about.signal === signal);
    const askedMs = performance.now();
    const pods = about.map(({ about: { pod: name } }) => ({ namespace: 'demo', name }));
    const answers = await signals.ofPods({ signal, metricSelector: [], pods });
    const answeredMs = performance.now();
    const moment = { askedMs, answeredMs, stalledMs: stalls.between(askedMs - 4 * intervalMs - timeoutMs, answeredMs) };
    for (const [at, { answer }] of answers.entries()) about[at]?.looks.push(lookOf(answer, { moment, about: about[at].about }));
  };
  const looking = (async () => {
    while (!isStopping) {
      for (const name of names) await look(name);
      await pause(lookMs);
    }
  })();
  return {
    watched,
    whole: () => untilRight(watched, timing),
    stop: async () => {
      isStopping = true;
      await looking;
    },
  };
}

function lookOf(answer: SignalAnswer, { moment, about }: { readonly moment: Moment; readonly about: FaultCase }): Look {
  if (answer.kind === 'absent') return { ...moment, kind: 'absent', why: `${answer.reason}: ${answer.detail}` };
  return { ...moment, kind: about.judge(answer.value, moment), value: answer.value };
}

/** Rejects after two minutes. */
export async function untilRight(all: readonly Watched[], { intervalMs, lookMs }: Timing): Promise<void> {
  const watched = all.filter(({ about }) => about.expected !== 'comes');
  const endMs = performance.now() + WHOLE_WITHIN_MS;
  const isOfLate = ({ kind, askedMs }: Look): boolean => kind === 'right' && askedMs > performance.now() - 2 * intervalMs;
  const missing = (): Watched[] => watched.filter(({ looks }) => looks.findLast(isOfLate) === undefined);
  while (missing().length > 0) {
    if (performance.now() > endMs) throw new Error(`not right before any fault: ${missing().map(describe).join('; ')}`);
    await pause(lookMs);
  }
}

function describe({ about, looks }: Watched): string {
  return `${about.signal} of ${about.pod}: ${JSON.stringify(looks.at(-1))}`;
}
