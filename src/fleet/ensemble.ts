// An ensemble: its requests pass other models of the server one after the other, and are counted there and here.
import { addRequest, type Compute, newCounters, type Request } from './accounting.ts';
import type { EventQueue } from './event-queue.ts';
import type { ModelCounters } from './state.ts';

/** Whatever takes requests: a leaf or another ensemble. */
export interface Acceptor {
  accept(request: Request): void;
}

export class EnsembleModel {
  readonly counters: ModelCounters = newCounters();
  readonly #steps: readonly Acceptor[];
  readonly #events: EventQueue;

  constructor(steps: readonly Acceptor[], events: EventQueue) {
    this.#steps = steps;
    this.#events = events;
  }

  accept(request: Request): void {
    this.#enter(request, { stepIndex: 0, soFar: { inputUs: 0, inferUs: 0, outputUs: 0 } });
  }

  #enter(request: Request, progress: { readonly stepIndex: number; readonly soFar: Compute }): void {
    const step = this.#steps[progress.stepIndex];
    if (step === undefined) {
      this.#finish(request, progress.soFar);
      return;
    }
    step.accept({
      arrivedUs: this.#events.nowUs,
      done: (compute) => this.#enter(request, { stepIndex: progress.stepIndex + 1, soFar: sum(progress.soFar, compute) }),
    });
  }

  /** On a real server the parent's row has the children's compute times in sum, no pending, and next to no queue time. */
  #finish(request: Request, compute: Compute): void {
    this.counters.executions += 1;
    addRequest(this.counters, { requestUs: this.#events.nowUs - request.arrivedUs, queueUs: 0, compute });
    request.done?.(compute);
  }
}

function sum(a: Compute, b: Compute): Compute {
  return { inputUs: a.inputUs + b.inputUs, inferUs: a.inferUs + b.inferUs, outputUs: a.outputUs + b.outputUs };
}
