// The k best of many values, the worst of them on top. Which of equal ones stay, and in which order, is as in Go's container/heap and sort.
import { floatAt } from '../../../lib/columns.ts';
import { sortedAsGo } from '../go-sort.ts';

export class BestHeap {
  readonly #values: Float64Array;
  readonly #isWorse: (value: number, other: number) => boolean;
  readonly #limit: number;
  /** Positions of values. */
  readonly #heap: number[] = [];

  /** `isWorse` says of two numbers which is to go first; NaN goes before any. */
  constructor(values: Float64Array, about: { readonly limit: number; readonly isWorse: (value: number, other: number) => boolean }) {
    this.#values = values;
    this.#isWorse = about.isWorse;
    this.#limit = about.limit;
  }

  offer(position: number): void {
    if (this.#heap.length < this.#limit) {
      this.#heap.push(position);
      this.#rise(this.#heap.length - 1);
      return;
    }
    const worst = floatAt(this.#values, this.#heap[0] ?? -1);
    const value = floatAt(this.#values, position);
    if (!this.#isWorse(worst, value) && !(Number.isNaN(worst) && !Number.isNaN(value))) return;
    this.#heap[0] = position;
    this.#sink();
  }

  /** Positions as the heap has them, the worst first and the others in no order of their own. */
  held(): readonly number[] {
    return this.#heap;
  }

  /** Positions, the best first. */
  ranked(): readonly number[] {
    return sortedAsGo(this.#heap, {
      comesBefore: (one, other) => this.#goesFirst(other, one),
      compare: (one, other) => this.#compare(one, other),
    });
  }

  #compare(one: number, other: number): number {
    const [a, b] = [floatAt(this.#values, one), floatAt(this.#values, other)];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    if (a === b) return 0;
    return this.#isWorse(a, b) ? 1 : -1;
  }

  /** True when the first is the worse one; of NaN this says itself of both. */
  #goesFirst(one: number, other: number): boolean {
    const value = floatAt(this.#values, one);
    return Number.isNaN(value) || this.#isWorse(value, floatAt(this.#values, other));
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAbove(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#heap.length) return;
      if (child + 1 < this.#heap.length && this.#isAbove(child + 1, child)) child += 1;
      if (!this.#isAbove(child, at)) return;
      this.#swap(child, at);
      at = child;
    }
  }

  #isAbove(one: number, other: number): boolean {
    return this.#goesFirst(this.#heap[one] ?? -1, this.#heap[other] ?? -1);
  }

  #swap(one: number, other: number): void {
    const [a = -1, b = -1] = [this.#heap[one], this.#heap[other]];
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
