// Questions whose answers cost a call elsewhere: equal ones are asked once at a time, and their answers hold for a while.
import type { Clock } from '../lib/clock.ts';
import { Recent } from '../lib/recent.ts';

export interface Found<Answer> {
  readonly answer: Answer;
  /** How long it holds. */
  readonly keepMs: number;
}

interface Kept<Answer> {
  readonly question: string;
  readonly answer: Answer;
  readonly untilMs: number;
}

/** Characters of all questions whose answers are remembered: some ten thousand usual ones, and 8 MB if somebody makes them long. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** What an answer weighs besides its question. */
const ANSWER_CHARACTERS = 200;
/** Calls under way: kube-apiserver lets an extension API server have 400 at once. */
const MOST_PENDING = 400;

/** There are too many questions under way. */
export class TooManyPending extends Error {
  override readonly name = 'TooManyPending';
}

export class Answers<Answer> {
  readonly #clock: Clock;
  readonly #kept = new Recent<Kept<Answer>>({ limit: MOST_CHARACTERS, weigh: ({ question }) => question.length + ANSWER_CHARACTERS });
  readonly #pending = new Map<string, Promise<Answer>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer, if it still holds. */
  known(question: string): Answer | undefined {
    const kept = this.#kept.get(question);
    return kept !== undefined && this.#clock.nowMs() < kept.untilMs ? kept.answer : undefined;
  }

  /** What is known, what is on its way, or what `find` finds; when it rejects so does this, and nothing is remembered. */
  ask(question: string, find: () => Promise<Found<Answer>>): Promise<Answer> {
    const known = this.known(question);
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.#pending.get(question);
    if (pending !== undefined) return pending;
    if (this.#pending.size >= MOST_PENDING) {
      return Promise.reject(new TooManyPending(`${MOST_PENDING} questions to the API server are under way already`));
    }
    // Whatever way it fails, it does so after it was noted as pending.
    const found = this.#find(question, async () => find());
    this.#pending.set(question, found);
    return found;
  }

  async #find(question: string, find: () => Promise<Found<Answer>>): Promise<Answer> {
    try {
      const { answer, keepMs } = await find();
      this.#kept.set(question, { question, answer, untilMs: this.#clock.nowMs() + keepMs });
      return answer;
    } finally {
      this.#pending.delete(question);
    }
  }
}
