// How a query that fails is told over HTTP.
import type { QueryFailure } from './query-engine.ts';

/** The status of the answer: 4xx for what the asker can change. */
export const QUERY_FAILURE_CODES = {
  'bad-expression': 400,
  unsupported: 400,
  'over-limit': 422,
  execution: 422,
  deadline: 503,
  aborted: 503,
  unreachable: 503,
} as const satisfies Readonly<Record<QueryFailure, number>>;
