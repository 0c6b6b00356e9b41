// Clients of Triton's gRPC endpoint over channels that live as long as the load: each sends its next request when the last one is answered.
import { setTimeout } from 'node:timers/promises';
import { type ChannelOptions, Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { inferRequest } from '../triton/grpc.ts';

export interface GrpcLoad extends AsyncDisposable {
  /** Requests that were answered with an error. */
  failures(): number;
  answers(): number;
}

export interface GrpcWork {
  /** As grpc-js reads it: `127.0.0.1:8001`, or `ipv4:127.0.0.1:1,127.0.0.1:2` for several addresses of one name. */
  readonly target: string;
  readonly model: string;
  /** How long the model sleeps for each request. */
  readonly seconds: number;
  /** Channels, each with a connection of its own. */
  readonly channels: number;
  /** Requests in flight on each. */
  readonly inFlight: number;
  /** Calls go round the addresses of the target, instead of all to the first that accepts. */
  readonly isRoundRobin?: boolean;
}

const METHOD = '/inference.GRPCInferenceService/ModelInfer';
const AFTER_FAILURE_MS = 100;
const DEADLINE_MS = 30_000;

/** Starts at once. */
export function startGrpcLoad({ target, model, seconds, channels, inFlight, isRoundRobin = false }: GrpcWork): GrpcLoad {
  const stop = new AbortController();
  let failures = 0;
  let answers = 0;
  const message = inferRequest({ model, seconds });
  const clients = Array.from({ length: channels }, () => new Client(target, credentials.createInsecure(), optionsOf(isRoundRobin)));
  const work = async (client: Client): Promise<void> => {
    while (!stop.signal.aborted) {
      const error = await infer(client, message);
      if (error === undefined) answers += 1;
      else {
        failures += 1;
        await setTimeout(AFTER_FAILURE_MS);
      }
    }
  };
  const running = clients.flatMap((client) => Array.from({ length: inFlight }, () => work(client)));
  return {
    failures: () => failures,
    answers: () => answers,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await Promise.all(running);
      for (const client of clients) client.close();
    },
  };
}

/** Channels to one address share a connection unless each has a pool of its own. */
function optionsOf(isRoundRobin: boolean): ChannelOptions {
  const own = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_reconnect_backoff_ms': 500 };
  if (!isRoundRobin) return own;
  return { ...own, 'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }) };
}

/** The error of a call; undefined when it was answered. */
function infer(client: Client, message: Buffer): Promise<ServiceError | undefined> {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(METHOD, asIs, asIs, message, { deadline: performance.timeOrigin + performance.now() + DEADLINE_MS }, (error) =>
      resolve(error ?? undefined),
    );
  });
}
