// A simulated Triton on its pod's own loopback address, in simulated time that follows the wall clock.
import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Request } from '../../../../src/fleet/accounting.ts';
import { answerOf } from '../../../../src/fleet/answer.ts';
import type { EventQueue } from '../../../../src/fleet/event-queue.ts';
import { idleGpu } from '../../../../src/fleet/gpu.ts';
import { Server } from '../../../../src/fleet/server.ts';
import type { GpuSpec, LeafSpec } from '../../../../src/fleet/spec.ts';
import { tritonApi } from '../../../../src/fleet/triton-api.ts';
import { tritonText } from '../../../../src/fleet/triton-text.ts';
import { type Fault, HTTP_PORT, METRICS_PORT, type PodTruth, type TritonAnnotation } from './protocol.ts';

export interface TritonSpec {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly ip: string;
  readonly model: TritonAnnotation;
}

export class SimulatedTriton {
  readonly spec: TritonSpec;
  fault: Fault = 'none';
  readonly #events: EventQueue;
  readonly #advance: () => void;
  readonly #leaf: LeafSpec;
  #server: Server;
  #runs = 1;
  #sockets: readonly HttpServer[] = [];

  /** `advance` moves `events` to now. */
  constructor(spec: TritonSpec, context: { readonly events: EventQueue; readonly advance: () => void }) {
    this.spec = spec;
    this.#events = context.events;
    this.#advance = context.advance;
    this.#leaf = leafOf(spec.model);
    this.#server = this.#newServer();
  }

  get isRoutable(): boolean {
    return this.fault === 'none' && this.#sockets.length > 0;
  }

  /** Rejects when an address is taken. */
  async open(): Promise<void> {
    this.#sockets = [
      await listen(this.spec.ip, METRICS_PORT, (request, response) => this.#metrics(request, response)),
      await listen(this.spec.ip, HTTP_PORT, (request, response) => this.#api(request, response)),
    ];
  }

  async close(): Promise<void> {
    const sockets = this.#sockets;
    this.#sockets = [];
    await Promise.all(sockets.map(shut));
  }

  accept(request: Request): void {
    this.#server.leaf(this.#leaf.name)?.accept(request);
  }

  async setFault(fault: Fault): Promise<void> {
    const before = this.fault;
    if (fault === before) return;
    this.fault = fault;
    if (fault === 'dead') await this.close();
    if (before !== 'dead') return;
    this.#runs += 1;
    this.#server = this.#newServer();
    await this.open();
  }

  truth(): PodTruth {
    const leaf = this.#server.leaf(this.#leaf.name);
    return {
      pod: this.spec.pod,
      waiting: leaf?.waiting.value ?? 0,
      executing: leaf?.executing.value ?? 0,
      completed: leaf?.counters.success ?? 0,
    };
  }

  #newServer(): Server {
    return new Server([this.#leaf], { events: this.#events, seed: 1, purpose: `${this.spec.uid}/${this.#runs}` });
  }

  #metrics({ method = '', url = '' }: IncomingMessage, response: ServerResponse): void {
    if (this.fault === 'hang') return;
    const answer = answerOf({ kind: 'body', text: this.fault === 'empty' ? '' : this.#text() }, { source: 'triton', method, path: url });
    if (answer.kind === 'answer') send(response, answer);
  }

  #api({ url = '' }: IncomingMessage, response: ServerResponse): void {
    if (this.fault === 'hang') return;
    this.#advance();
    const { status, body } = tritonApi({ models: [this.#leaf], states: this.#server.states() }, url);
    send(response, { status, body, contentType: 'application/json' });
  }

  #text(): string {
    this.#advance();
    const { namespace, pod } = this.spec;
    const gpu = GPU;
    return tritonText({
      namespace,
      pod,
      phase: 'up',
      models: this.#server.states(),
      gpuUuid: `GPU-${this.spec.uid}`,
      gpuMemoryMib: gpu.memoryMib,
      gpuLimitWatts: gpu.limitWatts,
      gpu: idleGpu(gpu),
      energyBeforeJoules: 0,
    });
  }
}

/** What boards do is not what these tests are about. */
const GPU: GpuSpec = { index: 0, uuid: '', pciBusId: '', modelName: 'NVIDIA L4', memoryMib: 23_034, idleWatts: 16, limitWatts: 72 };

function leafOf({ model, instances, serviceMs, variability }: TritonAnnotation): LeafSpec {
  const timing = { maxQueueDelayUs: 0, fixedUs: 0, perRequestUs: serviceMs * 1000, variability };
  return { kind: 'leaf', name: model, device: 'gpu', instances, maxBatch: 1, ...timing };
}

function send(response: ServerResponse, answer: { readonly status: number; readonly contentType: string; readonly body: string }): void {
  response.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

async function listen(host: string, port: number, respond: RequestListener): Promise<HttpServer> {
  const server = createServer({ keepAliveTimeout: 60_000 }, respond);
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function shut(server: HttpServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
