// A Triton pod: processes that come and go on one GPU.
import type { EventQueue } from './event-queue.ts';
import { idleGpu, stepGpu } from './gpu.ts';
import { Process } from './process.ts';
import { Server } from './server.ts';
import type { ServiceSpec, TritonPodSpec } from './spec.ts';
import type { GpuState, TritonState } from './state.ts';
import { type ApiAnswer, tritonApi } from './triton-api.ts';
import { tritonText } from './triton-text.ts';

/** What truly happens in one model of one pod; integrals run over every process the pod has had. */
export interface ModelTruth {
  readonly namespace: string;
  readonly pod: string;
  readonly model: string;
  readonly waiting: number;
  readonly executing: number;
  /** Time integrals since the fleet began, in requests × seconds. */
  readonly waitingSeconds: number;
  readonly executingSeconds: number;
}

interface Context {
  readonly namespace: string;
  readonly service: ServiceSpec;
  readonly events: EventQueue;
  readonly seed: number;
}

export class TritonPod {
  readonly spec: TritonPodSpec;
  readonly process: Process;
  gpu: GpuState;
  readonly #context: Context;
  /** Of the servers that have ended, by leaf model. */
  readonly #past = new Map<string, { waitingUs: number; executingUs: number }>();
  #server: Server | undefined;
  #runs = 0;
  #energyBeforeJoules = 0;

  constructor(spec: TritonPodSpec, context: Context) {
    this.spec = spec;
    this.#context = context;
    this.gpu = idleGpu(spec.gpu);
    for (const model of context.service.models) {
      if (model.kind === 'leaf') this.#past.set(model.name, { waitingUs: 0, executingUs: 0 });
    }
    this.process = new Process(context.events, {
      coldStartMs: context.service.coldStartMs,
      onStart: () => this.#begin(),
      onEnd: () => this.#end(),
    });
    this.process.startAt(spec.startMs);
  }

  accept(model: string): void {
    this.#server?.accept(model, this.#context.events.nowUs);
  }

  sampleGpu(seconds: number): void {
    const busyUs = this.#server?.takeGpuBusyUs(this.#context.events.nowUs) ?? 0;
    const utilization = Math.min(1, busyUs / (seconds * 1e6));
    this.gpu = stepGpu(this.spec.gpu, this.gpu, { seconds, utilization, inUse: this.#server !== undefined });
  }

  state(): TritonState {
    const { gpu } = this.spec;
    return {
      namespace: this.#context.namespace,
      pod: this.spec.name,
      phase: this.process.phase,
      models: this.#server?.states() ?? [],
      gpuUuid: gpu.uuid,
      gpuMemoryMib: gpu.memoryMib,
      gpuLimitWatts: gpu.limitWatts,
      gpu: this.gpu,
      energyBeforeJoules: this.#energyBeforeJoules,
    };
  }

  text(): string {
    return tritonText(this.state());
  }

  /** What its HTTP port answers to a GET of `path`. */
  api(path: string): ApiAnswer {
    return tritonApi({ models: this.#context.service.models, states: this.state().models }, path);
  }

  /** One entry per leaf model. */
  truth(): readonly ModelTruth[] {
    return [...this.#past].map(([model, past]) => {
      const now = this.#loadOf(model);
      return {
        namespace: this.#context.namespace,
        pod: this.spec.name,
        model,
        waiting: now.waiting,
        executing: now.executing,
        waitingSeconds: (past.waitingUs + now.waitingUs) / 1e6,
        executingSeconds: (past.executingUs + now.executingUs) / 1e6,
      };
    });
  }

  /** What the running server holds of a model, and has held since it started. */
  #loadOf(model: string): { waiting: number; executing: number; waitingUs: number; executingUs: number } {
    const { nowUs } = this.#context.events;
    const leaf = this.#server?.leaf(model);
    if (leaf === undefined) return { waiting: 0, executing: 0, waitingUs: 0, executingUs: 0 };
    const { waiting, executing } = leaf;
    return {
      waiting: waiting.value,
      executing: executing.value,
      waitingUs: waiting.integralAt(nowUs),
      executingUs: executing.integralAt(nowUs),
    };
  }

  #begin(): void {
    const { service, events, seed } = this.#context;
    this.#runs += 1;
    this.#server = new Server(service.models, { events, seed, purpose: `${this.spec.name}/${this.#runs}` });
    this.#energyBeforeJoules = this.gpu.energyJoules;
  }

  /** The work of a dead server goes on in the event queue, seen by nobody. */
  #end(): void {
    for (const [model, past] of this.#past) {
      const ended = this.#loadOf(model);
      past.waitingUs += ended.waitingUs;
      past.executingUs += ended.executingUs;
    }
    this.#server = undefined;
  }
}
