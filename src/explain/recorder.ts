// The flight recorder: every answer that was given about a metric, in bounded memory, so that "why did it scale at 03:12" has an answer.
import type { Answered, AnswerRecorder } from '../model/answer-recorder.ts';
import { questionText } from './recorder/question.ts';
import { RUN_BYTES, Runs } from './recorder/runs.ts';
import { type AnswerSearch, type FoundAnswers, findAnswers } from './recorder/search.ts';
import { readShape, type Summary, sameWhateverTime, summaryOf } from './recorder/summary.ts';
import { HeldTexts, NO_TEXT, type TextId } from './recorder/texts.ts';

export interface FlightRecorderOptions {
  /** Most memory that records and their texts take. */
  readonly memoryBytes: number;
  /** When recording begins. */
  readonly startMs: number;
}

/** So that the oldest record, which goes as a whole, never takes more than an hour with it. */
const LONGEST_RUN_MS = 3_600_000;
/** Who is refused could ask ever again to have others' answers forgotten: of each question so much is kept, and the count of the rest. */
const REFUSALS_APART_MS = 60_000;
/** An entry of a Map of numbers. */
const LATEST_BYTES = 64;

/**
 * Equal answers to an equal question of the same user are one run with its first and last time and their number; times that only move on make
 * no other answer. When memory is used up the oldest run goes. Refusals are kept only of questions that somebody was admitted to ask.
 */
export class FlightRecorder implements AnswerRecorder {
  readonly #memoryBytes: number;
  readonly #runs = new Runs();
  readonly #texts = new HeldTexts();
  /** The newest run by question and user: the only one that may go on. */
  readonly #latest = new Map<number, number>();
  /** Since when nothing is missing. */
  #completeSinceMs: number;

  constructor({ memoryBytes, startMs }: FlightRecorderOptions) {
    this.#memoryBytes = memoryBytes;
    this.#completeSinceMs = startMs;
  }

  /** Upper bound of the memory in use. */
  get bytes(): number {
    return this.#runs.count * RUN_BYTES + this.#texts.bytes + this.#latest.size * LATEST_BYTES;
  }

  /** Runs kept. */
  get count(): number {
    return this.#runs.count;
  }

  /** Every answer that was given after this is kept. */
  get completeSinceMs(): number {
    return this.#completeSinceMs;
  }

  record({ atMs, user, asked, given }: Answered): void {
    const question = questionText(asked);
    const known = this.#texts.find(question);
    const isRefusal = given.kind === 'failure' && given.isRefusal;
    if (isRefusal && known === NO_TEXT) return;
    const summary = summaryOf(given);
    const run = known === NO_TEXT ? undefined : this.#latest.get(keyOf(known, this.#texts.find(user)));
    if (run !== undefined && this.#mayGoOn(run, { atMs, summary, isRefusal })) {
      this.#goOn(run, { atMs, newestMs: summary.newestMs });
      return;
    }
    this.#begin({ question, user, atMs, summary });
    while (this.bytes > this.#memoryBytes && this.#runs.count > 0) this.#dropOldest();
  }

  /** The newest first. */
  find(search: AnswerSearch): FoundAnswers {
    return findAnswers(search, { runs: this.#runs, textOf: (id) => this.#texts.textOf(id) });
  }

  #isSame(run: number, { shape, value, min, max, windowMs, expected, contributing, text }: Summary): boolean {
    const runs = this.#runs;
    return (
      Object.is(runs.float(run, 'value'), value) &&
      runs.int(run, 'shape') === shape &&
      Object.is(runs.float(run, 'min'), min) &&
      Object.is(runs.float(run, 'max'), max) &&
      runs.int(run, 'windowMs') === windowMs &&
      runs.int(run, 'expected') === expected &&
      runs.int(run, 'contributing') === contributing &&
      this.#isText(runs.int(run, 'text'), text)
    );
  }

  #isText(id: TextId, text: string): boolean {
    if (id === NO_TEXT || text === '') return id === NO_TEXT && text === '';
    return id === this.#texts.find(sameWhateverTime(text));
  }

  #mayGoOn(run: number, { atMs, summary, isRefusal }: { atMs: number; summary: Summary; isRefusal: boolean }): boolean {
    const ageMs = atMs - this.#runs.float(run, 'firstMs');
    const wasRefusal = readShape(this.#runs.int(run, 'shape')).kind === 'refusal';
    return (isRefusal && wasRefusal && ageMs < REFUSALS_APART_MS) || (ageMs < LONGEST_RUN_MS && this.#isSame(run, summary));
  }

  #goOn(run: number, { atMs, newestMs }: { readonly atMs: number; readonly newestMs: number }): void {
    this.#runs.setFloat(run, 'lastMs', atMs);
    this.#runs.setFloat(run, 'newestMs', newestMs);
    this.#runs.setInt(run, 'count', this.#runs.int(run, 'count') + 1);
  }

  #begin({ question, user, atMs, summary }: { question: string; user: string; atMs: number; summary: Summary }): void {
    const runs = this.#runs;
    const texts = this.#texts;
    const run = runs.append();
    const questionId = texts.hold(question);
    const userId = texts.hold(user);
    const textId = summary.text === '' ? NO_TEXT : texts.hold(sameWhateverTime(summary.text), summary.text);
    runs.setInt(run, 'question', questionId);
    runs.setInt(run, 'user', userId);
    runs.setInt(run, 'text', textId);
    runs.setInt(run, 'count', 1);
    for (const column of ['shape', 'windowMs', 'expected', 'contributing'] as const) runs.setInt(run, column, summary[column]);
    runs.setFloat(run, 'firstMs', atMs);
    runs.setFloat(run, 'lastMs', atMs);
    for (const column of ['value', 'min', 'max', 'newestMs'] as const) runs.setFloat(run, column, summary[column]);
    this.#latest.set(keyOf(questionId, userId), run);
  }

  #dropOldest(): void {
    const runs = this.#runs;
    const run = runs.oldest;
    const [question, user, text] = [runs.int(run, 'question'), runs.int(run, 'user'), runs.int(run, 'text')];
    this.#completeSinceMs = Math.max(this.#completeSinceMs, runs.float(run, 'lastMs'));
    if (this.#latest.get(keyOf(question, user)) === run) this.#latest.delete(keyOf(question, user));
    runs.dropOldest();
    for (const id of [question, user, text]) this.#texts.release(id);
  }
}

/** Ids of texts are int32, of which there are never more than a few millions. */
const MOST_IDS = 2 ** 26;

function keyOf(question: number, user: number): number {
  return question * MOST_IDS + user;
}
