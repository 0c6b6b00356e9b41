// One probe of a gRPC endpoint: what a new client meets there, then what its health service says.
import { createSecureContext } from 'node:tls';
import type { Clock } from '../../lib/clock.ts';
import { type HealthAnswer, openChannel } from '../../lib/grpc/channel.ts';
import type { ServingStatus } from '../../lib/grpc/health-messages.ts';
import type { PeerChain } from '../../lib/grpc/knock.ts';
import { type Endpoint, type Look, lookAt, unverifiedReason } from '../../lib/grpc/look.ts';
import type { Reason } from '../../lib/grpc/reason.ts';

export interface ProbeRequest {
  readonly endpoint: Endpoint;
  /** Names for the health service; '' is the server as a whole. */
  readonly services: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ServiceHealth {
  readonly service: string;
  /** Undefined where the server does not say. */
  readonly isServing: boolean | undefined;
}

export interface ProbeResult {
  /** Whether a client with these settings gets an answer in gRPC, whatever it says. */
  readonly isReachable: boolean;
  /** `ok`, or the first thing that is wrong. */
  readonly reason: Reason;
  /** What the other side or the library said of it; '' without. */
  readonly detail: string;
  readonly health: readonly ServiceHealth[];
  readonly connectSeconds?: number;
  /** Of TLS. */
  readonly handshakeSeconds?: number;
  /** Of the first question on a new channel, its connection included. */
  readonly firstCallSeconds?: number;
  readonly certificate?: PeerChain;
  /** Undefined where no certificate was shown. */
  readonly isVerified?: boolean;
}

/** Never rejects; what has not ended when `signal` is aborted is a silent server. */
export async function probe({ endpoint, services, clock, signal }: ProbeRequest): Promise<ProbeResult> {
  const look = await lookAt(endpoint, { plainContext: createSecureContext, clock, signal });
  const seen = seenIn(look);
  if (look.reason !== 'ok') return { ...seen, isReachable: false, reason: look.reason, detail: detailOf(look), health: [] };
  const answers = await ask({ endpoint, services, clock, signal });
  const health = answers.map(({ service, answer }) => ({ service, isServing: isServing(answer) }));
  const reasons = answers.map(({ answer }) => answerReason(answer));
  const wrong = reasons.findIndex((reason) => reason !== 'ok');
  const unlucky = answers[wrong]?.answer;
  const [first] = answers;
  return {
    ...seen,
    isReachable: reasons.some(isSaidInGrpc),
    reason: reasons[wrong] ?? unverifiedReason(look) ?? 'ok',
    detail: unlucky?.kind === 'error' ? unlucky.details : detailOf(look),
    health,
    ...(first && first.answer.kind === 'status' && { firstCallSeconds: first.answer.tookMs / 1000 }),
  };
}

function seenIn({ seen, isVerified }: Look): Pick<ProbeResult, 'connectSeconds' | 'handshakeSeconds' | 'certificate' | 'isVerified'> {
  const { connectMs, handshakeMs, peer } = seen;
  return {
    ...(connectMs !== undefined && { connectSeconds: connectMs / 1000 }),
    ...(handshakeMs !== undefined && { handshakeSeconds: handshakeMs / 1000 }),
    ...(peer && { certificate: peer }),
    ...(isVerified !== undefined && { isVerified }),
  };
}

function detailOf({ seen }: Look): string {
  return seen.verifyError ?? seen.error?.message ?? '';
}

interface Answered {
  readonly service: string;
  readonly answer: HealthAnswer;
}

async function ask({ endpoint, services, clock, signal }: ProbeRequest): Promise<readonly Answered[]> {
  const channel = await openChannel(endpoint, clock);
  try {
    const answers: Answered[] = [];
    for (const service of services) answers.push({ service, answer: await channel.check(service, signal) });
    return answers;
  } finally {
    channel.close();
  }
}

function isServing(answer: HealthAnswer): boolean | undefined {
  return answer.kind === 'status' ? SERVING[answer.status] : undefined;
}

/** What is unknown is not known to be down. */
const SERVING: Readonly<Record<ServingStatus, boolean | undefined>> = {
  serving: true,
  'not-serving': false,
  unknown: undefined,
  'service-unknown': undefined,
};

/** By the numbers that gRPC gives its statuses. */
const BY_STATUS: Readonly<Record<number, Reason>> = {
  5: 'service-unknown',
  7: 'denied',
  12: 'health-unimplemented',
  14: 'closed',
  16: 'denied',
};

/** What the library writes where an answer came in HTTP without a status of gRPC. */
const ONLY_HTTP = /^Received HTTP status code|invalid content-type/i;

function answerReason(answer: HealthAnswer): Reason {
  if (answer.kind === 'status')
    return answer.status === 'serving' ? 'ok' : answer.status === 'not-serving' ? 'not-serving' : 'service-unknown';
  if (answer.isAborted) return 'silent';
  return ONLY_HTTP.test(answer.details) ? 'not-grpc' : (BY_STATUS[answer.code] ?? 'failed');
}

const IN_GRPC: ReadonlySet<Reason> = new Set<Reason>(['ok', 'not-serving', 'service-unknown', 'health-unimplemented', 'denied']);

function isSaidInGrpc(reason: Reason): boolean {
  return IN_GRPC.has(reason);
}
