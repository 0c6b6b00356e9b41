// How much of what an answer should hold it does hold (DESIGN rule 3).
import { type PodRef, podKey } from '../model/pod.ts';
import type { Absent, Coverage } from '../model/signal.ts';
import { absent } from './absence.ts';
import type { PodOutcome } from './outcome.ts';

/** Below this share of contributing pods the others say too little about the missing ones. */
const LEAST_COVERAGE = 0.5;
const NAMED_PODS = 3;

const WHOLE: Coverage = { expected: 1, contributing: 1, missing: [] };

/** A pod that contributes counts as expected, ready or not: its load is real. */
export function coverageOf(outcomes: readonly PodOutcome[]): Coverage {
  // Most answers are one pod's, and there are a thousand of them in a list.
  if (outcomes.length === 1 && outcomes[0]?.kind === 'read') return WHOLE;
  const missing: { pod: PodRef; why: string }[] = [];
  let contributing = 0;
  for (const outcome of outcomes) {
    const { namespace, name } = outcome.pod;
    if (outcome.kind === 'read') contributing += 1;
    else if (outcome.expected) missing.push({ pod: { namespace, name }, why: outcome.absent.detail });
  }
  return { expected: contributing + missing.length, contributing, missing };
}

/** Why an answer with this coverage may not be given; undefined when it may. */
export function coverageGap(coverage: Coverage, rule: 'estimate' | 'strict'): Absent | undefined {
  const { expected, contributing, missing } = coverage;
  const tooFew = contributing < LEAST_COVERAGE * expected;
  if (missing.length === 0 || (rule === 'estimate' && !tooFew)) return undefined;
  const limit = tooFew ? 'at least half of them are needed' : 'signals.coverage is strict: all of them are needed';
  const names = named(missing.map(({ pod, why }) => `${podKey(pod)} (${why})`));
  return absent('incomplete', `only ${contributing} of ${expected} pods have a number, and ${limit}; missing: ${names}`);
}

/** The answer when no pod contributes: the reason of the first that should have, else of the first. */
export function nothingRead(outcomes: readonly PodOutcome[]): Absent {
  const missing = outcomes.filter((outcome) => outcome.kind === 'missing');
  const expected = missing.filter((outcome) => outcome.expected);
  const [first, ...others] = expected.length > 0 ? expected : missing;
  if (first === undefined) return absent('no-data', 'there are no pods to ask; see whether the workload is scaled to zero');
  if (others.length === 0 && missing.length === 1) return first.absent;
  const names = named([first, ...others].map((outcome) => `${podKey(outcome.pod)} (${outcome.absent.detail})`));
  return absent(first.absent.reason, `none of ${missing.length} pods has a number: ${names}`);
}

function named(texts: readonly string[]): string {
  const rest = texts.length - NAMED_PODS;
  return texts.slice(0, NAMED_PODS).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
