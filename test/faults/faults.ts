// The faults that every peer is put to.
import type { Fault } from './fault-proxy.ts';
import type { Timing } from './timing.ts';

export interface NamedFault {
  /** A word for names of pods. */
  readonly name: string;
  /** What happens, for people. */
  readonly title: string;
  /** Answers come in time and whole, so nothing may be missed. */
  readonly isHarmless: boolean;
  /** `middle` is how many bytes of an answer come before the number that is watched ends. */
  readonly fault: (timing: Timing, middle: number) => Fault;
}

export const FAULTS: readonly NamedFault[] = [
  named('slow', 'answers late, within the time-out', ({ timeoutMs }) => ({ kind: 'delay', ms: timeoutMs * 0.4 }), { isHarmless: true }),
  named('late', 'answers after the time-out', ({ timeoutMs }) => ({ kind: 'delay', ms: timeoutMs * 1.5 })),
  named('drip', 'drips, 8 bytes at a time', ({ timeoutMs }) => ({ kind: 'drip', bytes: 8, everyMs: timeoutMs / 10 })),
  named('reset', 'resets when it is asked', () => ({ kind: 'reset', afterBytes: 0 })),
  named('reset-within', 'resets in the middle of its answer', (_, afterBytes) => ({ kind: 'reset', afterBytes })),
  named('cut-head', 'closes in the head of its answer', () => ({ kind: 'cut', afterBytes: 20 })),
  named('cut-within', 'closes in the middle of a number', (_, afterBytes) => ({ kind: 'cut', afterBytes })),
  named('garbage', 'answers with noise', () => ({ kind: 'garbage', afterBytes: 0 })),
  named('garbage-within', 'goes on with noise in the middle of a number', (_, afterBytes) => ({ kind: 'garbage', afterBytes })),
  named('silent', 'half-open: accepts and says nothing', () => ({ kind: 'stall', afterBytes: 0 })),
  named('stall', 'half-open: stops in the middle of its answer', (_, afterBytes) => ({ kind: 'stall', afterBytes })),
  named('refused', 'refuses connections', () => ({ kind: 'refuse' })),
];

function named(name: string, title: string, fault: NamedFault['fault'], { isHarmless = false } = {}): NamedFault {
  return { name, title, fault, isHarmless };
}
