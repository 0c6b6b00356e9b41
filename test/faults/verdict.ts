// Whether what was served of a case is what may be served: never a wrong number, none in time, and the right one in time again.
import type { FaultCase } from './case.ts';
import type { Run } from './run-faults.ts';
import type { Look, Watched } from './watch.ts';

/** Two looks at the schedule, and one of ours. */
const TICKS_MS = 500;
/** A machine that stands still for so long of late makes healthy peers look late. */
const STANDSTILL_MS = 300;
/** Of what an API server has, once it can be reached again: its clients wait up to four seconds between tries, and 90 s in silence. */
const FOLLOWED_WITHIN_MS = 10_000;

/** Everything that should not have been, in words; empty when all is well. */
export function faultsOf(one: Watched, run: Run): string[] {
  const { about, looks } = one;
  const wrong = looks.filter((look) => look.kind === 'wrong' || (look.kind === 'low' && !mayBeLow(look, one, run)));
  const others = looks.filter((look) => !isAsExpected(look, one, run));
  const missing = about.expected === 'comes' && looks.at(-1)?.kind !== 'right' ? ['the pod that came was never seen'] : [];
  return [...wrong.map((look) => inWords('wrong', look, run)), ...others.map((look) => inWords('unexpected', look, run)), ...missing];
}

function inWords(what: string, look: Look, { phases }: Run): string {
  const said = look.kind === 'absent' ? look.why : `${look.kind} ${look.value}`;
  return `${what} ${Math.round(look.askedMs - phases.faultMs)} ms after the fault came (over after ${Math.round(phases.overMs - phases.faultMs)}): ${said}`;
}

/** From so long after a change it must show, with all the time that this process stood still since. */
function limitMs({ timing, stalls }: Run, { sinceMs, look, rounds }: { sinceMs: number; look: Look; rounds: number }): number {
  return rounds * timing.intervalMs + timing.timeoutMs + TICKS_MS + stalls.between(sinceMs, look.answeredMs);
}

/** With four samples in a window one that is late by half of their distance takes a quarter of it from a rate, and a little if others are too. */
const MOST_FOR_LATE_SAMPLES = 0.3;

/** A rate: a little where samples come late, and until it goes, when the newest of them is old. */
function mayBeLow(look: Extract<Look, { readonly value: number }>, { about }: Watched, run: Run): boolean {
  const { faultMs } = run.phases;
  if (look.stalledMs > STANDSTILL_MS || look.value >= (about.rate ?? Number.POSITIVE_INFINITY) * (1 - MOST_FOR_LATE_SAMPLES)) return true;
  return look.askedMs > faultMs && look.askedMs - faultMs < limitMs(run, { sinceMs: faultMs, look, rounds: roundsOf(about.signal, run) });
}

function isAsExpected(look: Look, { about }: Watched, run: Run): boolean {
  const { changeMs, overMs } = run.phases;
  const isAbsent = look.kind === 'absent';
  switch (about.expected) {
    case 'stays':
      return !isAbsent || look.stalledMs > STANDSTILL_MS;
    case 'absent':
      return isAbsentInTime(look, about, run);
    case 'comes':
      return isAbsent || look.askedMs > changeMs;
    case 'goes': {
      if (look.askedMs < changeMs) return !isAbsent || look.stalledMs > STANDSTILL_MS;
      return isAbsent || look.askedMs - changeMs < limitMs(run, { sinceMs: changeMs, look, rounds: 1 });
    }
    case 'refused':
      if (!isAbsent || look.stalledMs > STANDSTILL_MS) return true;
      return look.answeredMs > run.phases.faultMs && look.askedMs - overMs < limitMs(run, { sinceMs: overMs, look, rounds: 1 });
  }
}

/** Its statistics are asked for four times in a window, after a scrape. */
const OF_STATISTICS = 'triton_busy_instances_ratio';

/** Intervals until somebody must have noticed. */
function roundsOf(signal: string, { timing }: Run): number {
  return signal === OF_STATISTICS ? timing.windowMs / 4 / timing.intervalMs + 1 : 1;
}

function isAbsentInTime(look: Look, { signal, rate }: FaultCase, run: Run): boolean {
  const { faultMs, overMs } = run.phases;
  // For as long as its window begins in the gap, at the latest.
  const windowMs = rate === undefined ? 0 : run.timing.windowMs;
  const isAbsent = look.kind === 'absent';
  const rounds = roundsOf(signal, run);
  if (look.answeredMs < faultMs) return !isAbsent || look.stalledMs > STANDSTILL_MS;
  if (look.askedMs < overMs) return isAbsent || look.askedMs - faultMs < limitMs(run, { sinceMs: faultMs, look, rounds });
  return !isAbsent || look.askedMs - overMs < windowMs + limitMs(run, { sinceMs: overMs, look, rounds }) || look.stalledMs > STANDSTILL_MS;
}

/** How long after the fault a pod that came during it was seen; undefined when it was seen before, or never. */
export function seenAfterMs({ looks }: Watched, { phases }: Run): number | undefined {
  const first = looks.find(({ kind }) => kind === 'right');
  return first === undefined || first.askedMs < phases.overMs ? undefined : first.askedMs - phases.overMs;
}

/** Half-open connections are found out by silence; the tests' limit of it is short. */
export function followedWithinMs({ timing, stalls, phases }: Run): number {
  return FOLLOWED_WITHIN_MS + 4 * timing.intervalMs + stalls.between(phases.overMs, phases.endMs);
}
