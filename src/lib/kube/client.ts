// The port to a Kubernetes API server. Nothing here knows what is asked.

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Path and query: `/api/v1/pods?limit=100`. */
  readonly path: string;
  /** Default: application/json. */
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

export interface KubeAnswer {
  readonly status: number;
  /** The body as JSON; of a failure the API server's Status where it sent one. */
  readonly json: unknown;
  /** Length of the body in bytes. */
  readonly bytes: number;
}

/** Why there was no answer: a closed list, so that it can be counted. `aborted` is the caller's own wish. */
export type UnreachableReason = 'connection' | 'tls' | 'timeout' | 'credentials' | 'too-long' | 'malformed' | 'aborted';

/** What went wrong before there was an answer: no connection, TLS, a body that is no JSON or too long. In words, without secrets. */
export class KubeUnreachable extends Error {
  override readonly name = 'KubeUnreachable';
  readonly reason: UnreachableReason;

  constructor(message: string, { reason = 'connection', ...options }: ErrorOptions & { readonly reason?: UnreachableReason } = {}) {
    super(message, options);
    this.reason = reason;
  }
}

export interface KubeWatch {
  readonly path: string;
  readonly accept?: string;
  readonly signal: AbortSignal;
  /** Called once when the server has agreed to the watch, before its first event. */
  readonly opened?: () => void;
}

export interface KubeClient {
  /** Where it asks, for messages: `https://10.0.0.1:443`. */
  readonly server: string;
  /** Whatever the status. Rejects with KubeUnreachable, also when `signal` is aborted. */
  request(request: KubeRequest): Promise<KubeAnswer>;
  /**
   * The events of a watch, one parsed JSON value each, until the server ends it (the generator returns) or it breaks (KubeUnreachable).
   * A status other than 200 is thrown as a KubeRefused.
   */
  watch(request: KubeWatch): AsyncGenerator<unknown, void>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** An answer other than 200 where no other is of use. */
export class KubeRefused extends Error {
  override readonly name = 'KubeRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
