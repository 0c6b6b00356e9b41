// One run of a Triton process: its models, from start to death. A restart makes a new one with counters at zero.
import { type Acceptor, EnsembleModel } from './ensemble.ts';
import type { EventQueue } from './event-queue.ts';
import { LeafModel } from './leaf.ts';
import { Level } from './level.ts';
import { createRandom } from './random.ts';
import type { ModelSpec } from './spec.ts';
import type { ModelState } from './state.ts';

interface ServerContext {
  readonly events: EventQueue;
  readonly seed: number;
  /** Different for every run of every pod, so that no two draw the same numbers. */
  readonly purpose: string;
}

export class Server {
  readonly #models = new Map<string, LeafModel | EnsembleModel>();
  readonly #gpuWork = new Level();
  #gpuBusyReadUs = 0;

  /** Throws an Error when an ensemble names a model that is not defined before it. */
  constructor(models: readonly ModelSpec[], context: ServerContext) {
    for (const spec of models) this.#models.set(spec.name, this.#createModel(spec, context));
  }

  /** Throws an Error when there is no such model. */
  accept(model: string, arrivedUs: number): void {
    this.#find(model).accept({ arrivedUs });
  }

  leaf(name: string): LeafModel | undefined {
    const model = this.#models.get(name);
    return model instanceof LeafModel ? model : undefined;
  }

  states(): readonly ModelState[] {
    return [...this.#models].map(([name, model]) => ({
      name,
      onGpu: model instanceof LeafModel && model.spec.device === 'gpu',
      counters: { ...model.counters },
      pending: model instanceof LeafModel ? model.waiting.value : 0,
      ...(model instanceof LeafModel ? { batches: model.batches } : {}),
    }));
  }

  /** Time with at least one execution on the GPU since this was last asked, in microseconds. */
  takeGpuBusyUs(nowUs: number): number {
    const busyUs = this.#gpuWork.busyUsAt(nowUs);
    const newUs = busyUs - this.#gpuBusyReadUs;
    this.#gpuBusyReadUs = busyUs;
    return newUs;
  }

  #createModel(spec: ModelSpec, context: ServerContext): LeafModel | EnsembleModel {
    if (spec.kind === 'ensemble') {
      return new EnsembleModel(
        spec.steps.map((step) => this.#find(step)),
        context.events,
      );
    }
    const random = createRandom(context.seed, `${context.purpose}/${spec.name}`);
    return new LeafModel(spec, { events: context.events, random, deviceWork: spec.device === 'gpu' ? this.#gpuWork : undefined });
  }

  #find(name: string): Acceptor {
    const model = this.#models.get(name);
    if (model !== undefined) return model;
    throw new Error(`cannot find model "${name}": it is not in the fleet's specification; define it before what uses it`);
  }
}
