// One question put to both engines.
import { answerDifference, type Difference } from './answer-difference.ts';
import type { Embedded } from './embedded.ts';
import type { Answer, Oracle, Question } from './oracle.ts';

export type Verdict =
  | { readonly kind: 'same'; readonly answer: Answer }
  | { readonly kind: 'different'; readonly answer: Answer; readonly difference: Difference }
  /** Prometheus says one thing and then another, and none of them is ours. */
  | { readonly kind: 'undecided' };

export interface Both {
  readonly oracle: Oracle;
  readonly embedded: Embedded;
}

/**
 * Prometheus keeps series of intermediate results in hash maps: in range queries and subqueries sums may end in another digit, and of equal
 * values another may be the largest, each time it is asked. So it is asked so often before an answer of ours counts as another: two series in a
 * map of eight places come the other way round once in eight times.
 */
const MOST_TIMES = 64;

/** Both have been given the same samples. */
export async function askBoth(question: Question, { oracle, embedded }: Both): Promise<Verdict> {
  const [ours, theirs] = await Promise.all([embedded.ask(question), oracle.ask(question)]);
  const difference = answerDifference(question, ours, theirs);
  if (difference === undefined) return { kind: 'same', answer: theirs };
  let isSteady = true;
  if (ours.error !== undefined && theirs.error === undefined) return { kind: 'different', answer: theirs, difference };
  for (let times = 1; times < MOST_TIMES; times += 1) {
    const again = await oracle.ask(question);
    if (answerDifference(question, ours, again) === undefined) return { kind: 'same', answer: again };
    isSteady &&= valuesOf(again) === valuesOf(theirs);
  }
  return isSteady ? { kind: 'different', answer: theirs, difference } : { kind: 'undecided' };
}

/** Without what comes in any order by its nature. */
function valuesOf({ error, series = [] }: Answer): string {
  if (error !== undefined) return error.text;
  return series
    .map(({ labels, values }) => JSON.stringify([Object.entries(labels).sort(), values]))
    .sort()
    .join();
}
