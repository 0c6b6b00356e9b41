// One request to the API: credentials and TLS from files that are followed, an answer up to a limit, and in words what went wrong on the way.
import type { RemoteEngineSettings } from '../../config/schema.ts';
import type { Clock } from '../../lib/clock.ts';
import { BodyBuffers } from '../../lib/http/body-buffers.ts';
import { createHttpClient, type HttpClientSettings } from '../../lib/http/client.ts';
import { type ConnectionFault, connectionFault, errorCode } from '../../lib/http/connection-fault.ts';
import { type Exchange, exchange } from '../../lib/http/exchange.ts';
import type { HttpSession } from '../../lib/http/rotating-client.ts';
import { credentialsOf } from '../../lib/http/written-credentials.ts';
import { outage, unusable } from './fault.ts';

export interface RemoteRequest {
  /** POST with a form, or GET where the API takes no other. */
  readonly method: 'GET' | 'POST';
  /** Below the base of the API: `/api/v1/query`. */
  readonly path: string;
  readonly form: URLSearchParams;
  /** Aborted when nobody waits any longer. */
  readonly signal: AbortSignal;
}

export interface RemoteReply {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface Transport {
  /** Rejects with a RemoteFault alone. Redirects are answers like any other. */
  send(request: RemoteRequest): Promise<RemoteReply>;
  /** Ends every connection, questions that are under way included. */
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly settings: RemoteEngineSettings;
  readonly clock: Clock;
  /** Plimsoll's own, said in the User-Agent. */
  readonly version: string;
}

export function createTransport({ settings, clock, version }: TransportOptions): Transport {
  const client = createHttpClient(clientSettings(settings), clock);
  const base = new URL(settings.url);
  const prefix = base.pathname.replace(/\/+$/, '');
  const buffers = new BodyBuffers();
  const session = async (): Promise<HttpSession> => {
    try {
      return await client.session();
    } catch (cause) {
      // Files that cannot be read or used; the message is ours.
      throw outage({ engine: settings.url, why: cause instanceof Error ? cause.message : String(cause), mayRetry: false, cause });
    }
  };
  return {
    send: async ({ method, path, form, signal }) => {
      const { dispatcher, authorization, headers } = await session();
      const isPost = method === 'POST';
      const outcome = await exchange({
        dispatcher,
        origin: base.origin,
        method,
        path: `${prefix}${path}${isPost ? '' : `?${form}`}`,
        ...(isPost && { sent: form.toString() }),
        headers: {
          ...settings.headers,
          ...headers,
          accept: 'application/json',
          'user-agent': `plimsoll/${version}`,
          ...(isPost && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(authorization !== undefined && { authorization }),
        },
        signal,
        maxBytes: settings.response_bytes,
        buffers,
        wantsBody: () => true,
      });
      return replyOf(outcome, settings);
    },
    close: () => client.close(),
  };
}

function replyOf(outcome: Exchange, settings: RemoteEngineSettings): RemoteReply {
  const { url: engine } = settings;
  switch (outcome.kind) {
    case 'response': {
      const { head, body } = outcome;
      const text = new TextDecoder().decode(body.bytes);
      body.release();
      return { status: head.status, contentType: head.headers['content-type'] ?? '', text };
    }
    case 'too-large': {
      const why = `its answer is larger than engine.remote.response_bytes (${settings.response_bytes}); raise it, or lower pods_per_query`;
      throw unusable({ engine, why });
    }
    case 'aborted': {
      const came = { connecting: 'no connection', waiting: 'no answer', reading: `only ${outcome.receivedBytes} bytes` }[outcome.progress];
      const why = `${came} within ${settings.timeout} ms (engine.remote.timeout); is it overloaded? Raise the time-out if it is just slow`;
      throw outage({ engine, why, mayRetry: false });
    }
    case 'broken':
      throw brokenOff(outcome, engine);
  }
}

const FAULTS: Readonly<Record<Exclude<ConnectionFault, 'closed'>, string>> = {
  refused: 'connection refused; is it up, and is engine.remote.url right?',
  'no-address': 'no address is known for its name; is engine.remote.url right, and does DNS answer?',
  'no-way': 'there is no way to it; does a firewall or NetworkPolicy let us through?',
  'connect-timeout': 'no connection in time; does a firewall or NetworkPolicy drop it?',
  'other-name': 'its certificate is for another name; set engine.remote.tls_config.server_name to the name in it',
  'out-of-date': 'its certificate is not valid today; renew it, or set the clock right',
  untrusted: 'its certificate is from no authority that we trust; name its CA in engine.remote.tls_config.ca_file',
  'not-tls': 'it does not speak TLS; is its URL http?',
  handshake: 'it broke off the TLS handshake; does it want a client certificate (tls_config.cert_file and key_file) that it knows?',
  tls: 'TLS failed; do engine.remote.tls_config and the server fit together?',
  'not-http': 'it does not answer in HTTP/1.1; is its URL https, or another port?',
};

function brokenOff({ error, progress }: Extract<Exchange, { kind: 'broken' }>, engine: string): Error {
  const fault = connectionFault(error);
  if (fault !== 'closed') return outage({ engine, why: FAULTS[fault], mayRetry: MAY_PASS.has(fault), cause: error });
  const when = progress === 'reading' ? 'in the middle of its answer' : `without an answer (${errorCode(error)})`;
  const certificate = engine.startsWith('https:') && progress !== 'reading' ? ', and does it want a client certificate' : '';
  return outage({
    engine,
    why: `it closed the connection ${when}; what does its own log say${certificate}?`,
    mayRetry: true,
    cause: error,
  });
}

/** What a second try may find otherwise, behind an address with several servers. */
const MAY_PASS: ReadonlySet<ConnectionFault> = new Set(['refused', 'no-way', 'no-address', 'connect-timeout', 'not-http']);

function clientSettings(settings: RemoteEngineSettings): HttpClientSettings {
  const { header_files: headerFiles, timeout, max_concurrent } = settings;
  return { connectTimeoutMs: timeout, connections: max_concurrent, headerFiles, ...credentialsOf(settings) };
}
