// How many of the pods that should have a value of a signal do.
import type { Pod } from '../model/pod.ts';
import type { AbsentReason, SignalAnswer } from '../model/signal.ts';

export interface AnsweredPod {
  readonly pod: Pod;
  readonly answer: SignalAnswer;
}

/** Reasons that mean "there is a number, but it cannot be had now"; with any other reason there may be nothing to have. */
const SHOULD_BE_THERE: ReadonlySet<AbsentReason> = new Set([
  'failed',
  'stale',
  'warming-up',
  'not-finite',
  'ambiguous',
  'over-limit',
  'incomplete',
]);

/** The share, 0 to 1, for each namespace where some pod should have a value. A pod that is not ready is missed by nobody. */
export function coverageByNamespace(answers: readonly AnsweredPod[]): ReadonlyMap<string, number> {
  const counts = new Map<string, { present: number; expected: number }>();
  for (const { pod, answer } of answers) {
    const isPresent = contributes(answer);
    const isMissing = answer.kind === 'absent' && SHOULD_BE_THERE.has(answer.reason) && pod.ready;
    if (!isPresent && !isMissing) continue;
    const count = counts.get(pod.namespace) ?? { present: 0, expected: 0 };
    counts.set(pod.namespace, { present: count.present + Number(isPresent), expected: count.expected + 1 });
  }
  return new Map([...counts].map(([namespace, { present, expected }]) => [namespace, present / expected]));
}

/** A pod without a request in the window was read in full: its ratio is 0 ÷ 0. */
function contributes(answer: SignalAnswer): boolean {
  return answer.kind === 'value' || answer.reason === 'undefined-ratio';
}
