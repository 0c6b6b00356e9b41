// How the API says that something is wrong: Prometheus's types of errors, each with its status.
import { QueryError } from '../model/query-engine.ts';

/** The status of each type, as Prometheus's own API has them; 499 is told to nobody, for who asked has gone. */
const CODES = {
  bad_data: 400,
  not_found: 404,
  execution: 422,
  canceled: 499,
  internal: 500,
  timeout: 503,
  unavailable: 503,
} as const;

export type FailureType = keyof typeof CODES;

/** An answer without data; its message is shown. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly type: FailureType;
  readonly code: number;

  /** `code` where the status says more than the type does: 405, 413, 415. */
  constructor(type: FailureType, message: string, code: number = CODES[type]) {
    super(message);
    this.type = type;
    this.code = code;
  }
}

export function invalidParameter(name: string, why: string): ApiFailure {
  return new ApiFailure('bad_data', `invalid parameter "${name}": ${why}`);
}

const TYPES = {
  'bad-expression': 'bad_data',
  unsupported: 'bad_data',
  execution: 'execution',
  'over-limit': 'execution',
  deadline: 'timeout',
  aborted: 'canceled',
  unreachable: 'unavailable',
} as const satisfies Readonly<Record<QueryError['failure'], FailureType>>;

/** What `work` gives; a mistake in a text is one of the parameter that it came in. */
export function toldOf<Result>(parameter: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw failureOf(error, parameter);
  }
}

/** A failed query as the API tells it; whatever else was thrown as it is. */
export function failureOf(error: unknown, parameter: string): unknown {
  if (!(error instanceof QueryError)) return error;
  const type = TYPES[error.failure];
  return type === 'bad_data' ? invalidParameter(parameter, error.message) : new ApiFailure(type, error.message);
}
