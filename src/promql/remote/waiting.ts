// Whoever waits for an answer that others wait for too: its own patience ends the waiting, and not the question.
import type { Clock } from '../../lib/clock.ts';
import { deadlineAfter } from '../../lib/deadline.ts';
import { QueryError, type QueryScope } from '../../model/query-engine.ts';

/** What `answer` comes to, unless the asker goes or its deadline comes before: then it rejects with a QueryError `aborted` or `deadline`. */
export async function unlessOver<Result>(
  answer: Promise<Result>,
  { scope, clock }: { readonly scope: Pick<QueryScope, 'deadlineMs' | 'abortSignal'>; readonly clock: Clock },
): Promise<Result> {
  const { deadlineMs = Number.POSITIVE_INFINITY, abortSignal } = scope;
  const ms = deadlineMs - clock.nowMs();
  if (ms === Number.POSITIVE_INFINITY && abortSignal === undefined) return await answer;
  const { signal, isOver, takeBack } = deadlineAfter({
    clock,
    ms: Math.min(ms, LONGEST_SLEEP_MS),
    ...(abortSignal && { signal: abortSignal }),
  });
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(isOver() ? deadline() : new QueryError('aborted', 'the question was withdrawn'));
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([answer, left.promise]);
  } finally {
    takeBack();
    signal.removeEventListener('abort', leave);
  }
}

/** As long as Node's timers reach. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

function deadline(): QueryError {
  return new QueryError('deadline', 'the remote engine did not answer before the question’s deadline (limits.query_timeout); raise it');
}
