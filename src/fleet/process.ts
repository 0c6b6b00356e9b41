// The life of a process that serves an endpoint: cold start, service, faults.
import type { EventQueue } from './event-queue.ts';
import type { Fault } from './spec.ts';
import type { Phase } from './state.ts';

interface ProcessOptions {
  readonly coldStartMs: number;
  readonly onStart: () => void;
  readonly onEnd: () => void;
}

export class Process {
  phase: Phase = 'down';
  readonly #events: EventQueue;
  readonly #options: ProcessOptions;
  /** Counts lives, so that the end of an interrupted cold start is not taken for the next one's. */
  #life = 0;

  constructor(events: EventQueue, options: ProcessOptions) {
    this.#events = events;
    this.#options = options;
  }

  /** A start below zero is a process that began before the fleet did, with nothing to show for it yet. */
  startAt(startMs: number): void {
    this.#events.at(Math.max(0, startMs) * 1000, () => this.#start(startMs * 1000));
  }

  apply(kind: Fault['kind']): void {
    if (kind === 'hang' && this.phase === 'up') this.phase = 'hanging';
    if (kind === 'resume' && this.phase === 'hanging') this.phase = 'up';
    if (kind === 'kill' || kind === 'restart') this.#stop();
    if (kind === 'restart') this.#start(this.#events.nowUs);
  }

  #start(startUs: number): void {
    if (this.phase !== 'down') return;
    this.#life += 1;
    const life = this.#life;
    this.phase = 'starting';
    this.#options.onStart();
    const readyUs = startUs + this.#options.coldStartMs * 1000;
    const becomeReady = (): void => {
      if (this.#life === life && this.phase === 'starting') this.phase = 'up';
    };
    if (readyUs <= this.#events.nowUs) becomeReady();
    else this.#events.at(readyUs, becomeReady);
  }

  #stop(): void {
    if (this.phase === 'down') return;
    this.phase = 'down';
    this.#options.onEnd();
  }
}
