// Errors as Kubernetes says them: a `Status` object whose code is the HTTP status.
import type { AbsentReason } from '../model/signal.ts';

/** Reasons as in k8s.io/apimachinery pkg/apis/meta/v1 types.go; clients branch on them. */
const REASONS = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
} as const;

export type StatusCode = keyof typeof REASONS;

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Record<string, never>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: (typeof REASONS)[StatusCode];
  readonly code: StatusCode;
}

/** A request that is answered with a Status. Its message is shown by kubectl and in the HPA's conditions: it says why, and what to change. */
export class StatusError extends Error {
  readonly code: StatusCode;
  /** Of a metric that is known and has no value. */
  readonly absent: AbsentReason | undefined;

  constructor(code: StatusCode, message: string, { absent, ...options }: ErrorOptions & { readonly absent?: AbsentReason } = {}) {
    super(message, options);
    this.name = 'StatusError';
    this.code = code;
    this.absent = absent;
  }
}

export function statusOf(error: StatusError): Status {
  const { code, message } = error;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: REASONS[code], code };
}
