// Asks as somebody whom Plimsoll does not know, with a token that the API server would know, and with one that it would not.
import { setTimeout as pause } from 'node:timers/promises';
import type { FaultCase } from './case.ts';
import { GOOD } from './followed.ts';
import type { Answer, Asker } from './looks.ts';
import { type Look, untilRight, type Watched, type Watcher, type Watching } from './watch.ts';

interface Asking extends Watching {
  readonly url: string;
  readonly asker: Asker;
}

/** Once in each interval, whether the question before was answered or not. */
export function askWithTokens({ url, cases, asker, timing, stalls }: Asking): Watcher {
  const watched = cases.map((about): Watched & { readonly looks: Look[] } => ({ about, looks: [] }));
  const { intervalMs, timeoutMs } = timing;
  const running = new Set<Promise<void>>();
  let isStopping = false;
  let questions = 0;

  const lookOf = async ({ pod, signal, judge }: FaultCase, token: string): Promise<Look> => {
    const askedMs = performance.now();
    const answer = await asker.ask({ url, pod, signal, token });
    const answeredMs = performance.now();
    const moment = { askedMs, answeredMs, stalledMs: stalls.between(askedMs - 4 * intervalMs - timeoutMs, answeredMs) };
    const value = answer.values.get(pod);
    if (value === undefined) return { ...moment, kind: 'absent', why: `${answer.status}: ${answer.message}` };
    // It was refused for nothing else than who asks: the number is another matter, and Plimsoll's scrapes are well.
    return { ...moment, kind: judge(value, moment), value };
  };
  const ask = async ({ about, looks }: { readonly about: FaultCase; readonly looks: Look[] }): Promise<void> => {
    questions += 1;
    const bad = asker.ask({ url, pod: about.pod, signal: about.signal, token: `bad-${questions}` });
    const look = await lookOf(about, `${GOOD}${questions}`);
    looks.push(look);
    const refused = await bad;
    if (!isRefusal(refused)) looks.push({ ...look, kind: 'wrong', value: refused.status });
  };
  const asking = (async () => {
    while (!isStopping) {
      for (const one of watched) {
        const run = ask(one).finally(() => running.delete(run));
        running.add(run);
      }
      await pause(intervalMs / 2);
    }
  })();
  return {
    watched,
    whole: () => untilRight(watched, timing),
    stop: async () => {
      isStopping = true;
      await asking;
      await Promise.all(running);
    },
  };
}

/** Nobody gets in with it, whether that can be found out or not. */
function isRefusal({ status, values }: Answer): boolean {
  return values.size === 0 && (status === 401 || status === 500);
}
