// One leaf model in one server: a FIFO queue, its instances, and batches that form as Triton's dynamic batcher forms them.
import { addRequest, type Compute, newCounters, type Request, splitService } from './accounting.ts';
import type { EventQueue } from './event-queue.ts';
import { Level } from './level.ts';
import { exponential, type Random } from './random.ts';
import type { LeafSpec } from './spec.ts';
import type { BatchWork, ModelCounters } from './state.ts';

export class LeafModel {
  readonly spec: LeafSpec;
  readonly counters: ModelCounters = newCounters();
  /** What was executed, by batch size. */
  readonly batches = new Map<number, BatchWork>();
  readonly waiting = new Level();
  readonly executing = new Level();
  readonly #events: EventQueue;
  readonly #random: Random;
  /** Executions on this server's GPU, shared with the other models on it. */
  readonly #deviceWork: Level | undefined;
  #queue: Request[] = [];
  #busyInstances = 0;
  #timerIsSet = false;

  constructor(spec: LeafSpec, context: { readonly events: EventQueue; readonly random: Random; readonly deviceWork: Level | undefined }) {
    this.spec = spec;
    this.#events = context.events;
    this.#random = context.random;
    this.#deviceWork = context.deviceWork;
  }

  accept(request: Request): void {
    this.#queue.push(request);
    this.waiting.add(1, this.#events.nowUs);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#busyInstances < this.spec.instances) {
      const oldest = this.#queue[0];
      if (oldest === undefined) return;
      const dueUs = oldest.arrivedUs + this.spec.maxQueueDelayUs;
      const mayFill = this.spec.maxBatch > 1 && this.#queue.length < this.spec.maxBatch;
      if (mayFill && this.#events.nowUs < dueUs) {
        this.#dispatchAt(dueUs);
        return;
      }
      this.#execute(this.#takeBatch());
    }
  }

  /** One timer is enough: the queue is first in, first out, so a later oldest request is due later. */
  #dispatchAt(dueUs: number): void {
    if (this.#timerIsSet) return;
    this.#timerIsSet = true;
    this.#events.at(dueUs, () => {
      this.#timerIsSet = false;
      this.#dispatch();
    });
  }

  #takeBatch(): readonly Request[] {
    if (this.#queue.length <= this.spec.maxBatch) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    return this.#queue.splice(0, this.spec.maxBatch);
  }

  #execute(batch: readonly Request[]): void {
    const startedUs = this.#events.nowUs;
    this.#busyInstances += 1;
    this.waiting.add(-batch.length, startedUs);
    this.executing.add(batch.length, startedUs);
    this.#deviceWork?.add(1, startedUs);
    const meanUs = this.spec.fixedUs + batch.length * this.spec.perRequestUs;
    const serviceUs = this.spec.variability === 'exponential' ? exponential(this.#random, meanUs) : meanUs;
    this.#events.at(startedUs + serviceUs, () => this.#complete(batch, startedUs));
  }

  #complete(batch: readonly Request[], startedUs: number): void {
    const nowUs = this.#events.nowUs;
    const compute = splitService(nowUs - startedUs);
    this.#busyInstances -= 1;
    this.executing.add(-batch.length, nowUs);
    this.#deviceWork?.add(-1, nowUs);
    this.counters.executions += 1;
    this.#addBatch(batch.length, compute);
    for (const request of batch) this.#finish(request, { compute, startedUs, nowUs });
    this.#dispatch();
  }

  #addBatch(size: number, compute: Compute): void {
    const work = this.batches.get(size) ?? { executions: 0, inputUs: 0, inferUs: 0, outputUs: 0 };
    work.executions += 1;
    work.inputUs += compute.inputUs;
    work.inferUs += compute.inferUs;
    work.outputUs += compute.outputUs;
    this.batches.set(size, work);
  }

  #finish(request: Request, times: { readonly compute: Compute; readonly startedUs: number; readonly nowUs: number }): void {
    const queueUs = times.startedUs - request.arrivedUs;
    addRequest(this.counters, { requestUs: times.nowUs - request.arrivedUs, queueUs, compute: times.compute });
    request.done?.(times.compute);
  }
}
