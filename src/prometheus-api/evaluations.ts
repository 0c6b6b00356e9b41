// What a question may cost: its deadline, its samples, its turn among others, and the points of its answer.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { Gate } from '../lib/gate.ts';
import type { QueryScope, QueryTrace } from '../model/query-engine.ts';
import { ApiFailure, failureOf } from './failure.ts';

export type ApiLimits = Pick<Config['limits'], 'query_samples' | 'query_timeout' | 'query_points' | 'query_bytes'>;

export interface EvaluationsOptions {
  readonly clock: Clock;
  /** Asked for each question, so that a reload shows at once. */
  readonly limits: () => ApiLimits;
}

export interface Asked {
  /** Aborted when who asks goes away. */
  readonly abortSignal: AbortSignal;
  /** What the asker wants it to take at most. */
  readonly timeoutMs?: number | undefined;
  /** The parameter that holds the text. */
  readonly parameter: string;
}

export interface Evaluated<Result> {
  readonly result: Result;
  readonly stats: EvaluationStats;
}

export interface EvaluationStats {
  readonly samplesRead: number;
  readonly queuedMs: number;
  readonly evaluatedMs: number;
}

/** At a time: a large question lets small ones pass. */
const TOGETHER = 4;
/** Dashboards ask for their panels all at once. */
const MOST_WAITING = 100;
/** Large answers that may be on their way at a time. */
const LARGE_ANSWERS = 4;

export class Evaluations {
  readonly #clock: Clock;
  readonly #limits: () => ApiLimits;
  readonly #gate = new Gate({ waiting: MOST_WAITING, together: TOGETHER });
  #heldPoints = 0;

  constructor({ clock, limits }: EvaluationsOptions) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Evaluates when its turn has come; rejects with an ApiFailure. Waiting is part of the time that it may take. */
  async run<Result>(asked: Asked, work: (scope: QueryScope) => Promise<Result>): Promise<Evaluated<Result>> {
    const askedMs = this.#clock.nowMs();
    const limits = this.#limits();
    const deadlineMs = askedMs + Math.min(asked.timeoutMs ?? Number.POSITIVE_INFINITY, limits.query_timeout);
    const passed = await this.#gate.pass(async () => {
      const startMs = this.#clock.nowMs();
      refuseWhatIsLate({ deadlineMs, nowMs: startMs }, asked);
      const trace: QueryTrace = { samplesRead: 0, selections: [] };
      const { abortSignal } = asked;
      try {
        const result = await work({ deadlineMs, sampleBudget: limits.query_samples, abortSignal, trace });
        const evaluatedMs = this.#clock.nowMs() - startMs;
        return { result, stats: { samplesRead: trace.samplesRead, queuedMs: startMs - askedMs, evaluatedMs } };
      } catch (error) {
        throw failureOf(error, asked.parameter);
      }
    });
    if (passed !== undefined) return passed.result;
    throw new ApiFailure('unavailable', `cannot evaluate now: ${MOST_WAITING} queries wait already; ask again, and less often`);
  }

  /** Room for the points (a series without any counts as one) of an answer until it is released; throws an ApiFailure where there is none. */
  hold(points: number): () => void {
    const { query_points: most } = this.#limits();
    if (points > most) {
      const advice = 'select fewer series, ask for a longer step or raise the limit';
      throw new ApiFailure('execution', `cannot answer with ${points} points: limits.query_points is ${most}; ${advice}`);
    }
    if (this.#heldPoints + points > LARGE_ANSWERS * most) {
      const advice = 'ask again, and read answers faster';
      throw new ApiFailure('unavailable', `cannot answer now: answers of ${this.#heldPoints} points are on their way; ${advice}`);
    }
    this.#heldPoints += points;
    let isHeld = true;
    return () => {
      if (isHeld) this.#heldPoints -= points;
      isHeld = false;
    };
  }
}

function refuseWhatIsLate({ deadlineMs, nowMs }: { readonly deadlineMs: number; readonly nowMs: number }, { abortSignal }: Asked): void {
  if (abortSignal.aborted) throw new ApiFailure('canceled', 'query was canceled in query queue');
  if (nowMs >= deadlineMs) throw new ApiFailure('timeout', 'query timed out in query queue');
}
