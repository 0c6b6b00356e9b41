// Simulated time: what is due is done in order, and equal times in the order they were asked for.

interface Event {
  readonly atUs: number;
  readonly order: number;
  readonly action: () => void;
}

/** A binary heap of events; `nowUs` counts microseconds since the simulation began. */
export class EventQueue {
  nowUs = 0;
  #asked = 0;
  readonly #heap: Event[] = [];

  at(atUs: number, action: () => void): void {
    const heap = this.#heap;
    const event = { atUs, order: this.#asked++, action };
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = event;
  }

  /** Runs everything due up to and including `untilUs`, and leaves the time there; an earlier time changes nothing. */
  runUntil(untilUs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.atUs <= untilUs; next = this.#heap[0]) {
      this.#removeFirst();
      this.nowUs = Math.max(this.nowUs, next.atUs);
      next.action();
    }
    this.nowUs = Math.max(this.nowUs, untilUs);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      const event = heap[child];
      if (event === undefined || !isBefore(event, last)) break;
      heap[index] = event;
      index = child;
    }
    heap[index] = last;
  }

  #earlierChild(index: number): number {
    const left = 2 * index + 1;
    const leftEvent = this.#heap[left];
    const rightEvent = this.#heap[left + 1];
    return leftEvent !== undefined && rightEvent !== undefined && isBefore(rightEvent, leftEvent) ? left + 1 : left;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}
