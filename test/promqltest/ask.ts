// One question to an engine: its answer, or why there is none.
import {
  type Annotations,
  type InstantValue,
  type QueryEngine,
  QueryError,
  type QueryFailure,
  type RangeSeries,
} from '../../src/model/query-engine.ts';
import type { EvalCommand } from './format/commands.ts';
import type { Asked } from './pinned.ts';

export interface Answer extends Annotations {
  readonly kind: 'answer';
  readonly value: InstantValue;
  /** The series of the range that an instant is the middle of. */
  readonly range?: readonly RangeSeries[];
}

export interface Refusal {
  readonly kind: 'refusal';
  /** Undefined for what an engine should never throw. */
  readonly failure: QueryFailure | undefined;
  readonly message: string;
}

export function askInstant(engine: QueryEngine, { expr, timeMs }: Asked): Promise<Answer | Refusal> {
  return answered(async () => {
    const value = await engine.instant({ expr, timeMs });
    return { kind: 'answer', value, warnings: value.warnings, infos: value.infos ?? [] };
  });
}

export function askRange(engine: QueryEngine, { expr, asked }: EvalCommand): Promise<Answer | Refusal> {
  return answered(async () => {
    if (asked.kind !== 'range') throw new Error('BUG: asked as an instant');
    const { series, warnings, infos = [] } = await engine.range({ expr, ...asked });
    return { kind: 'answer', value: { kind: 'matrix', series }, warnings, infos };
  });
}

/** How far a range reaches on either side of an instant. */
const ASIDE_MS = 60_000;

/** An instant asked as the middle of a range: the same answer should come of it. A scalar is a series without labels there. */
export function askAsRange(engine: QueryEngine, { expr, timeMs }: Asked): Promise<Answer | Refusal> {
  return answered(async () => {
    const range = { expr, startMs: timeMs - ASIDE_MS, endMs: timeMs + ASIDE_MS, stepMs: ASIDE_MS };
    const { series, warnings, infos = [] } = await engine.range(range);
    const there = series.flatMap(({ labels, timesMs, values }) => {
      const value = values[timesMs.indexOf(timeMs)];
      return value === undefined ? [] : [{ labels, value }];
    });
    return { kind: 'answer', value: { kind: 'vector', series: there }, range: series, warnings, infos };
  });
}

async function answered(ask: () => Promise<Answer>): Promise<Answer | Refusal> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'refusal', failure: error.failure, message: error.message };
    return {
      kind: 'refusal',
      failure: undefined,
      message: `what is no QueryError: ${error instanceof Error ? error.stack : String(error)}`,
    };
  }
}
