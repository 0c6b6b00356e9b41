// Questions that have no value now: since when, why, and whether it has lasted.
import type { Answered, AnswerRecorder, AskedMetric, GivenAnswer } from '../../model/answer-recorder.ts';
import { questionText } from '../recorder/question.ts';

export interface Absence {
  readonly asked: AskedMetric;
  readonly sinceMs: number;
  /** When it was last asked for. */
  readonly lastMs: number;
  /** As the last answer has it. */
  readonly reason: string;
  readonly message: string;
}

/**
 * A rollout, a restart or a scrape that fails once are over within a minute, and an autoscaler that asks every 15 s keeps its replicas
 * meanwhile; what lasts longer somebody has to look at.
 */
const LASTING_MS = 60_000;
/** Who has not asked for so long asks no more: controllers are set to ask every 15 s, and to a few minutes at most. */
const FORGOTTEN_MS = 300_000;
/** Absences that are followed at a time: whoever asks for ever new metrics does not fill the memory. */
const MOST_FOLLOWED = 1000;

/** Costs next to nothing while every question has a value. */
export class Absences implements AnswerRecorder {
  /** By question. */
  readonly #absent = new Map<string, Absence>();
  /** Questions whose absence had lasted and is over. */
  readonly #over = new Map<string, Absence>();

  record({ atMs, asked, given }: Answered): void {
    const why = whyAbsent(given);
    if (why === 'refused' || (why === undefined && this.#absent.size === 0)) return;
    const key = questionText(asked);
    const before = this.#absent.get(key);
    if (why === undefined) {
      this.#absent.delete(key);
      if (before !== undefined && hasLasted(before) && this.#over.size < MOST_FOLLOWED) this.#over.set(key, { ...before, lastMs: atMs });
      return;
    }
    if (before === undefined && this.#absent.size >= MOST_FOLLOWED) return;
    this.#absent.set(key, { asked, sinceMs: before?.sinceMs ?? atMs, lastMs: atMs, ...why });
  }

  /** Those that have lasted, by question; those that nobody asks for any more are forgotten. */
  lasting(nowMs: number): ReadonlyMap<string, Absence> {
    const lasting = new Map<string, Absence>();
    for (const [key, absence] of this.#absent) {
      if (nowMs - absence.lastMs > FORGOTTEN_MS) this.#absent.delete(key);
      else if (hasLasted(absence)) lasting.set(key, absence);
    }
    return lasting;
  }

  /** Those that had lasted and are over, each told once, by question; `lastMs` is when there was a value again. */
  takeOver(): readonly (readonly [question: string, absence: Absence])[] {
    const over = [...this.#over];
    this.#over.clear();
    return over;
  }
}

/** Heard of at both ends: who asked once only may have been somebody who looked. */
function hasLasted({ sinceMs, lastMs }: Absence): boolean {
  return lastMs - sinceMs >= LASTING_MS;
}

/** Undefined for an answer that an autoscaler can use. Who was refused may be anybody. */
function whyAbsent(given: GivenAnswer): Pick<Absence, 'reason' | 'message'> | 'refused' | undefined {
  if (given.kind === 'failure') return given.isRefusal ? 'refused' : { reason: given.reason, message: given.message };
  if (given.kind === 'value' || given.answers.length > 0) return undefined;
  return {
    reason: 'no-object',
    message: 'the selector leaves no pod; see whether the workload is scaled to zero, or runs in another namespace',
  };
}
