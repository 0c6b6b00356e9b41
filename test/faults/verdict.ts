// Whether what was served of a case is what may be served: never a wrong number, none in time, and the right one in time again.
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

/**
 * A rate: while the window has a gap, or samples come late; and until it goes, when the newest of them is old. One of statistics at any time:
 * with four samples in a window each that comes late leaves a gap. That it goes in time is judged nevertheless.
 */
function mayBeLow(look: Look, { about }: Watched, run: Run): boolean {
  const { faultMs, overMs } = run.phases;
  if (about.signal === RATE) return true;
  if (look.askedMs > overMs || about.fault.isHarmless || look.stalledMs > STANDSTILL_MS) return true;
  return look.askedMs > faultMs && look.askedMs - faultMs < limitMs(run, { sinceMs: faultMs, look, rounds: roundsOf(about.signal, run) });
}

function isAsExpected(look: Look, { about }: Watched, run: Run): boolean {
  const { changeMs, overMs } = run.phases;
  const isAbsent = look.kind === 'absent';
  switch (about.expected) {
    case 'stays':
      return !isAbsent || look.stalledMs > STANDSTILL_MS;
    case 'absent':
      return isAbsentInTime(look, about.signal, run);
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

/** Statistics are asked for four times in a window, after a scrape, and their rate needs two of them: it comes back when it does. */
const RATE = 'triton_busy_instances_ratio';

/** Intervals until somebody must have noticed. */
function roundsOf(signal: string, { timing }: Run): number {
  return signal === RATE ? timing.windowMs / 4 / timing.intervalMs + 1 : 1;
}

function isAbsentInTime(look: Look, signal: string, run: Run): boolean {
  const { faultMs, overMs } = run.phases;
  const isAbsent = look.kind === 'absent';
  const rounds = roundsOf(signal, run);
  if (look.answeredMs < faultMs) return !isAbsent || look.stalledMs > STANDSTILL_MS;
  if (look.askedMs < overMs) return isAbsent || look.askedMs - faultMs < limitMs(run, { sinceMs: faultMs, look, rounds });
  return (
    !isAbsent ||
    signal === RATE ||
    look.askedMs - overMs < limitMs(run, { sinceMs: overMs, look, rounds }) ||
    look.stalledMs > STANDSTILL_MS
  );
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
