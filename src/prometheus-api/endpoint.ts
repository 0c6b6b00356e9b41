// One path of the API, and what it is asked.
import type { Answer } from './answer.ts';
import type { Parameters } from './parameters.ts';

export interface Question {
  readonly parameters: Parameters;
  /** Aborted when who asks goes away. */
  readonly abortSignal: AbortSignal;
}

export interface Endpoint {
  /** Below /api/v1: `/query`. */
  readonly path: string;
  /** Whether a form may be posted too. */
  readonly takesForm: boolean;
  /** Undefined: 204. Rejects with an ApiFailure for what the asker can change. */
  readonly answer: (question: Question) => Promise<Answer | undefined> | Answer | undefined;
}
