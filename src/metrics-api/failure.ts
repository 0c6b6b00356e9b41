// Whatever goes wrong, as a Status. Never with Retry-After, never 429: client-go would sleep inside a worker of the HPA.
import type { Log } from '../model/log.ts';
import { QueryError, type QueryFailure } from '../model/query-engine.ts';
import { type StatusCode, StatusError } from './status.ts';

const CODES: Readonly<Record<QueryFailure, StatusCode>> = {
  deadline: 504,
  // The number is not known now, which is what an absent metric is: the condition of the HPA then has the reason.
  unreachable: 404,
  aborted: 503,
  'over-limit': 500,
  execution: 500,
  'bad-expression': 500,
  unsupported: 500,
};

/** The StatusError that answers for any error; what nobody foresaw is logged and its words are kept from the asker. */
export function statusErrorFor(error: unknown, log: Log): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof QueryError) {
    const { failure, message } = error;
    const absent = failure === 'unreachable' ? { absent: 'failed' as const } : {};
    return new StatusError(CODES[failure], `the server could not compute the metric: ${message}`, { cause: error, ...absent });
  }
  log.error({ err: error }, 'metrics API request failed');
  return new StatusError(500, 'the server could not answer: internal error; see its log', { cause: error });
}
