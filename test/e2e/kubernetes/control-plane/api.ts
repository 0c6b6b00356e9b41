// Requests to kube-apiserver as JSON, and its watches.
import { Agent, type Dispatcher } from 'undici';

export type Credentials = { readonly certPem: string; readonly keyPem: string } | { readonly token: string };

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  /** Default: application/json; of a PATCH application/strategic-merge-patch+json. */
  readonly contentType?: string;
  /** Default: application/json. */
  readonly accept?: string;
  /** Besides those that the others say. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  /** The body as JSON, or as text where it is none. */
  readonly body: unknown;
  readonly contentType: string;
}

export interface Api extends AsyncDisposable {
  /** Whatever the status. */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** Rejects with ApiRefused unless the status is 2xx. */
  ok(request: ApiRequest): Promise<unknown>;
  get(path: string): Promise<unknown>;
  /** The events of a watch until the server ends it, or `signal` is aborted (it then rejects). */
  watch(path: string, signal: AbortSignal): AsyncGenerator<unknown, void>;
}

export class ApiRefused extends Error {
  override readonly name = 'ApiRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface ApiOptions {
  readonly caPem: string;
  /** Default: nobody's. */
  readonly credentials?: Credentials;
  /** Bounds how many requests are under way at once; the rest wait. */
  readonly connections?: number;
  /** Name in the certificate, where it is not the host of the server. */
  readonly serverName?: string;
  /** Longest wait for the head of an answer. */
  readonly patienceMs?: number;
}

export function createApi(server: string, options: ApiOptions): Api {
  const { caPem, credentials, connections = 32, serverName, patienceMs = 120_000 } = options;
  const identity = credentials === undefined || 'token' in credentials ? {} : { cert: credentials.certPem, key: credentials.keyPem };
  const connect = { ca: caPem, ...identity, ...(serverName === undefined ? {} : { servername: serverName }) };
  const agent = new Agent({ connections, connect, bodyTimeout: 0, headersTimeout: patienceMs });
  const authorization = credentials !== undefined && 'token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {};

  const send = async (
    { method, path, body, contentType, accept, headers }: ApiRequest,
    signal?: AbortSignal,
  ): Promise<Dispatcher.ResponseData> => {
    const response = await agent.request({
      origin: server,
      method,
      path,
      headers: {
        ...headers,
        ...authorization,
        accept: accept ?? 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType ?? defaultContentType(method) }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    // Whoever reads a body hears of its end; one that is given up at the end of a test is nobody's any more.
    response.body.on('error', () => {});
    return response;
  };

  const request = async (wanted: ApiRequest): Promise<ApiAnswer> => {
    const { statusCode, headers, body } = await send(wanted);
    const text = await body.text();
    const contentType = String(headers['content-type'] ?? '');
    return { status: statusCode, body: contentType.includes('json') ? JSON.parse(text) : text, contentType };
  };
  const ok = async (wanted: ApiRequest): Promise<unknown> => {
    const { status, body } = await request(wanted);
    if (status >= 200 && status < 300) return body;
    throw new ApiRefused(status, `${wanted.method} ${wanted.path}: ${status} ${messageOf(body)}`);
  };
  return {
    request,
    ok,
    get: (path) => ok({ method: 'GET', path }),
    watch: async function* (path, signal) {
      const { statusCode, body } = await send({ method: 'GET', path }, signal);
      if (statusCode !== 200) throw new ApiRefused(statusCode, `watch ${path}: ${statusCode} ${messageOf(await body.text())}`);
      yield* lines(body);
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function defaultContentType(method: ApiRequest['method']): string {
  return method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
}

function messageOf(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return typeof body === 'string' ? body.slice(0, 500) : JSON.stringify(body);
}

async function* lines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield JSON.parse(part);
  }
}
