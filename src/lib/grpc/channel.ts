// A channel to a gRPC server and its health service. The library is loaded when the first channel is opened.
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ChannelCredentials, ClientOptions, ServiceError } from '@grpc/grpc-js';
import type { Clock } from '../clock.ts';
import { decodeCheckResponse, encodeCheckRequest, HEALTH_CHECK, type ServingStatus } from './health-messages.ts';
import type { Endpoint, EndpointTls } from './look.ts';

export type HealthAnswer =
  | { readonly kind: 'status'; readonly status: ServingStatus; readonly tookMs: number }
  /** `code` as gRPC numbers them; `isAborted`: by the caller's signal. */
  | { readonly kind: 'error'; readonly code: number; readonly details: string; readonly isAborted: boolean; readonly tookMs: number };

export type GrpcClient = InstanceType<typeof import('@grpc/grpc-js')['Client']>;

export interface HealthChannel {
  /** Never rejects. */
  check(service: string, signal: AbortSignal): Promise<HealthAnswer>;
  readonly client: GrpcClient;
  close(): void;
}

/** Health answers have two bytes; whoever sends more is no health service. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** Opens nothing until the first call, and then a connection of its own. */
export async function openChannel(endpoint: Endpoint, clock: Clock): Promise<HealthChannel> {
  const { Client, credentials } = await import('@grpc/grpc-js');
  const { host, port, tls } = endpoint;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const trust: ChannelCredentials = tls === undefined ? credentials.createInsecure() : trustOf(tls, credentials.createFromSecureContext);
  const client = new Client(address, trust, { ...OPTIONS, ...(tls && { 'grpc.ssl_target_name_override': sentName(tls) }) });
  return {
    client,
    check: (service, signal) => check({ client, service, signal, clock }),
    close: () => client.close(),
  };
}

function trustOf(
  { context, serverName, acceptsAny }: EndpointTls,
  create: (typeof ChannelCredentials)['createFromSecureContext'],
): ChannelCredentials {
  const identity = (_sent: string, certificate: PeerCertificate): Error | undefined => checkServerIdentity(serverName, certificate);
  return create(context, { rejectUnauthorized: !acceptsAny, checkServerIdentity: identity });
}

/** The library always sends a name, and an address is none (RFC 6066, section 3): it gets one that is nobody's. */
function sentName({ serverName }: EndpointTls): string {
  return isIP(serverName) === 0 ? serverName : 'address.invalid';
}

const OPTIONS: ClientOptions = {
  // A channel that shared the connection of another one would say nothing of a new client.
  'grpc.use_local_subchannel_pool': 1,
  // What is asked is the endpoint, not what a proxy makes of it.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.max_receive_message_length': MOST_ANSWER_BYTES,
};

interface Check {
  readonly client: GrpcClient;
  readonly service: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

function check({ client, service, signal, clock }: Check): Promise<HealthAnswer> {
  const beganMs = clock.nowMs();
  const tookMs = (): number => clock.nowMs() - beganMs;
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve({ kind: 'error', code: CANCELLED, details: '', isAborted: true, tookMs: 0 });
      return;
    }
    const call = client.makeUnaryRequest(HEALTH_CHECK, encodeCheckRequest, decodeCheckResponse, service, answered);
    const abort = (): void => call.cancel();
    signal.addEventListener('abort', abort, { once: true });
    function answered(error: ServiceError | null, status?: ServingStatus): void {
      signal.removeEventListener('abort', abort);
      if (error === null && status !== undefined) resolve({ kind: 'status', status, tookMs: tookMs() });
      else resolve({ kind: 'error', ...toldBy(error), isAborted: signal.aborted, tookMs: tookMs() });
    }
  });
}

/** As gRPC numbers what was given up by the client, and what went wrong inside. */
const CANCELLED = 1;
const INTERNAL = 13;

function toldBy(error: ServiceError | null): { readonly code: number; readonly details: string } {
  return { code: error?.code ?? INTERNAL, details: error?.details ?? '' };
}
