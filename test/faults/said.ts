// What a peer really said and when, so that what is served of it can be judged.

/** When a number was served, on the clock of `performance`. */
export interface Moment {
  readonly askedMs: number;
  readonly answeredMs: number;
  /** For how long this process stood still of late: everything may be so much later. */
  readonly stalledMs: number;
}

/** Another number at each answer, so that an old one is known again; all have five digits, so that half a one is too. */
export class Said {
  readonly #answers: { readonly atMs: number; readonly value: number }[] = [];
  #next: number;

  constructor(first: number) {
    this.#next = first;
  }

  /** The number of an answer that is given now. */
  say(): number {
    this.#next += 1;
    this.#answers.push({ atMs: performance.now(), value: this.#next });
    return this.#next;
  }

  /** Right when the value lies between the least and the largest number said since `memoryMs` before it was asked for: means of several do. */
  judge(value: number, { moment, memoryMs }: { readonly moment: Moment; readonly memoryMs: number }): 'right' | 'wrong' {
    const fromMs = moment.askedMs - memoryMs - moment.stalledMs;
    const recent = this.#answers.filter(({ atMs }) => atMs >= fromMs && atMs <= moment.answeredMs).map((answer) => answer.value);
    return value >= Math.min(...recent) && value <= Math.max(...recent) ? 'right' : 'wrong';
  }
}
