// How long a call takes on a new channel each, on one channel, and a message on one stream.
import type { Clock } from '../../lib/clock.ts';
import { type GrpcClient, openChannel } from '../../lib/grpc/channel.ts';
import { decodeCheckResponse, encodeCheckRequest, HEALTH_WATCH, textField } from '../../lib/grpc/health-messages.ts';
import type { Endpoint } from '../../lib/grpc/look.ts';

export interface Timing {
  readonly times: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface Comparison {
  readonly newChannels: Timing;
  readonly oneChannel: Timing;
  /** `exchange`: messages to and fro on one stream; `open`: streams opened on one channel until their first message. Undefined where the server has neither. */
  readonly stream: { readonly kind: 'exchange' | 'open'; readonly what: string; readonly timing: Timing } | undefined;
}

export interface CompareOptions {
  readonly endpoint: Endpoint;
  readonly service: string;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** Enough for a p95 of their own; each opens a connection. */
const NEW_CHANNELS = 40;
const CALLS = 200;
/** The first calls warm both sides up. */
const WARM_UP = 3;
/** Whatever is not done by then is left out, so that a slow server is not asked for minutes. */
const LONGEST_MS = 10_000;

/** Ends early, with what there is, when `stop` is aborted. */
export async function compare(options: CompareOptions): Promise<Comparison> {
  return { newChannels: await onNewChannels(options), oneChannel: await onOneChannel(options), stream: await onOneStream(options) };
}

function until(stop: AbortSignal): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(LONGEST_MS)]);
}

async function onNewChannels({ endpoint, service, clock, stop }: CompareOptions): Promise<Timing> {
  const signal = until(stop);
  return await timed({ count: NEW_CHANNELS, signal, clock }, async () => {
    const channel = await openChannel(endpoint, clock);
    try {
      await channel.check(service, signal);
    } finally {
      channel.close();
    }
  });
}

async function onOneChannel({ endpoint, service, clock, stop }: CompareOptions): Promise<Timing> {
  const signal = until(stop);
  const channel = await openChannel(endpoint, clock);
  try {
    return await timed({ count: CALLS, signal, clock }, async () => {
      await channel.check(service, signal);
    });
  } finally {
    channel.close();
  }
}

interface Offered {
  readonly path: string;
  /** To which every server that has the method says one message, and which costs it nothing. */
  readonly message: Buffer;
  readonly what: string;
}

const REFLECTION = { message: textField(7, '*'), what: 'messages on one stream (server reflection)' };

/** Streams both ways that a server may have: reflection by its two names asks for the list of services; Triton refuses a model that there is none of. */
const OFFERED: readonly Offered[] = [
  { path: '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', ...REFLECTION },
  { path: '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo', ...REFLECTION },
  {
    path: '/inference.GRPCInferenceService/ModelStreamInfer',
    message: textField(1, 'plimsoll-probe'),
    what: 'messages on one stream (Triton’s ModelStreamInfer, for no model)',
  },
];

async function onOneStream({ endpoint, service, clock, stop }: CompareOptions): Promise<Comparison['stream']> {
  const channel = await openChannel(endpoint, clock);
  try {
    for (const { path, message, what } of OFFERED) {
      const signal = until(stop);
      const exchange = openExchange(channel.client, { path, message, signal });
      const timing = await timed({ count: CALLS, signal, clock }, exchange.send).catch(() => undefined);
      exchange.end();
      if (timing !== undefined) return { kind: 'exchange', what, timing };
    }
    const signal = until(stop);
    const timing = await timed({ count: CALLS, signal, clock }, () => watchOnce(channel.client, service, signal)).catch(() => undefined);
    return timing && { kind: 'open', what: 'streams on one channel, to the first message (health Watch)', timing };
  } finally {
    channel.close();
  }
}

interface Exchange {
  /** Sends one message and waits for one; rejects when the stream has ended. */
  readonly send: () => Promise<void>;
  readonly end: () => void;
}

function openExchange(client: GrpcClient, { path, message, signal }: Omit<Offered, 'what'> & { readonly signal: AbortSignal }): Exchange {
  const same = (bytes: Buffer): Buffer => bytes;
  const stream = client.makeBidiStreamRequest(path, same, same);
  const cancel = (): void => stream.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  let failure: Error | undefined;
  let answered = (_error?: Error): void => {};
  stream.on('data', () => answered());
  stream.on('error', (error: Error) => {
    failure = error;
    answered(error);
  });
  stream.on('end', () => answered(new Error('the stream has ended')));
  return {
    send: () =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) {
          reject(failure);
          return;
        }
        answered = (error) => (error === undefined ? resolve() : reject(error));
        stream.write(message);
      }),
    end: () => {
      signal.removeEventListener('abort', cancel);
      stream.cancel();
    },
  };
}

function watchOnce(client: GrpcClient, service: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.makeServerStreamRequest(HEALTH_WATCH, encodeCheckRequest, decodeCheckResponse, service);
    const cancel = (): void => stream.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    stream.on('data', () => {
      resolve();
      cancel();
    });
    stream.on('error', reject);
    stream.on('close', () => signal.removeEventListener('abort', cancel));
  });
}

interface Run {
  readonly count: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** One after the other; what was under way when the time was over does not count. Rejects as `step` does. */
async function timed({ count, signal, clock }: Run, step: () => Promise<void>): Promise<Timing> {
  const tookMs: number[] = [];
  for (let at = -WARM_UP; at < count && !signal.aborted; at += 1) {
    const beganMs = clock.nowMs();
    await step();
    if (at >= 0 && !signal.aborted) tookMs.push(clock.nowMs() - beganMs);
  }
  const sorted = tookMs.toSorted((one, other) => one - other);
  return { times: sorted.length, p50Ms: rank(sorted, 0.5), p95Ms: rank(sorted, 0.95), p99Ms: rank(sorted, 0.99) };
}

/** The nearest rank; NaN of nothing. */
export function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
