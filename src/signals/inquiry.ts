// Pods become outcomes: the evaluation that every question comes to, counted and bounded.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Meter } from '../model/meter.ts';
import type { QueryEngine } from '../model/query-engine.ts';
import type { TargetBook } from '../model/target.ts';
import type { AnswerBasis } from './answer.ts';
import type { Arrangement, Arrangements } from './arrangement.ts';
import { type EvaluationRequest, evaluate } from './evaluate.ts';
import type { PodOutcome } from './outcome.ts';
import type { PodLists } from './pod-lists.ts';
import type { TargetViews } from './target-view.ts';
import type { SignalTelemetry } from './telemetry.ts';

export interface SignalsOptions {
  readonly engine: QueryEngine;
  /** Which templates are taken where there are two: the careful ones where a target's warnings ask for it, or always, where nobody knows of warnings. */
  readonly careful?: 'where-warned' | 'always';
  /** Asked at each question, so that a reload may replace it. */
  readonly inventory: () => Inventory;
  readonly book: TargetBook;
  readonly clock: Clock;
  /** Asked at each question, so that a reload may replace it. */
  readonly config: () => Pick<Config, 'signals' | 'limits'>;
  /** When Plimsoll started, on the same clock. */
  readonly startedMs: number;
  readonly meter: Meter;
}

/** What all questions share. */
export interface Context extends SignalsOptions {
  readonly telemetry: SignalTelemetry;
  readonly views: TargetViews;
  readonly arrangements: Arrangements;
  readonly podLists: PodLists;
}

export type Inquiry = Pick<EvaluationRequest, 'row' | 'pods' | 'metricSelector'> & { readonly abortSignal?: AbortSignal };

export interface Inquired {
  readonly outcomes: readonly PodOutcome[];
  readonly basis: AnswerBasis;
  /** What the question came down to. */
  readonly arrangement: Arrangement;
}

/** Rejects with a QueryError alone. */
export async function inquire(context: Context, { row, pods, metricSelector, abortSignal }: Inquiry): Promise<Inquired> {
  const { clock, startedMs, telemetry, careful = 'where-warned' } = context;
  const { signals, limits } = context.config();
  const atMs = clock.nowMs();
  const scope = {
    deadlineMs: atMs + limits.query_timeout,
    sampleBudget: limits.query_samples,
    ...(abortSignal === undefined ? {} : { abortSignal }),
  };
  const request = { row, pods, metricSelector, atMs, configuredWindowMs: signals.window, startedMs, careful, scope };
  try {
    const { outcomes, windowMs, warnings, arrangement } = await evaluate(context, request);
    return { outcomes, basis: { row, atMs, windowMs, coverageRule: signals.coverage, warnings }, arrangement };
  } catch (error) {
    telemetry.failed(row.name);
    throw error;
  } finally {
    telemetry.evaluated(row.name, (clock.nowMs() - atMs) / 1000);
  }
}
