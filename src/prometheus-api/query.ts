// /query and /query_range: PromQL at an instant, and at the steps of a range.
import type { Clock } from '../lib/clock.ts';
import type { InstantResult, QueryEngine, RangeSeries } from '../model/query-engine.ts';
import { type Answer, type JsonPieces, withinLimit } from './answer.ts';
import type { Endpoint, Question } from './endpoint.ts';
import type { EvaluationStats, Evaluations } from './evaluations.ts';
import { ApiFailure, invalidParameter } from './failure.ts';
import type { Parameters } from './parameters.ts';
import { sortedByLabels } from './sort-series.ts';
import { instantPieces, matrixPieces } from './write-result.ts';

export interface QueryServices {
  readonly engine: QueryEngine;
  /** An engine that looks back so far for the sample of an instant. */
  readonly engineLookingBack: (lookbackMs: number) => QueryEngine;
  readonly evaluations: Evaluations;
  readonly clock: Clock;
}

/** Points of one series: Prometheus's own limit, of steps between the first and the last. */
const MOST_STEPS = 11_000;

export function queryEndpoints(services: QueryServices): readonly Endpoint[] {
  return [
    { path: '/query', takesForm: true, answer: (question) => query(question, services) },
    { path: '/query_range', takesForm: true, answer: (question) => queryRange(question, services) },
  ];
}

async function query({ parameters, abortSignal }: Question, services: QueryServices): Promise<Answer> {
  const limit = parameters.limit();
  const timeMs = parameters.timeOr('time', Math.floor(services.clock.nowMs()));
  const timeoutMs = parameters.duration('timeout');
  const engine = engineFor(parameters, services);
  const asked = { abortSignal, timeoutMs, parameter: 'query' };
  const { result, stats } = await services.evaluations.run(asked, (scope) =>
    engine.instant({ ...scope, expr: parameters.text('query'), timeMs }),
  );
  const { value, warnings } = await arranged(result, limit);
  return {
    data: resultPieces(instantPieces(value, timeMs), { parameters, stats, instantMs: timeMs }),
    warnings: [...result.warnings, ...warnings],
    infos: result.infos,
    release: services.evaluations.hold(pointsOf(value)),
  };
}

async function arranged(result: InstantResult, limit: number | undefined) {
  switch (result.kind) {
    case 'vector': {
      const { items, warnings } = withinLimit(result.series, limit);
      return { value: { kind: result.kind, series: items }, warnings } as const;
    }
    case 'matrix': {
      const { items, warnings } = withinLimit(await sortedByLabels(result.series), limit);
      return { value: { kind: result.kind, series: items }, warnings } as const;
    }
    default:
      return { value: result, warnings: [] };
  }
}

function pointsOf(value: Pick<InstantResult, 'kind'> & { readonly series?: readonly unknown[] }): number {
  return value.kind === 'matrix' ? pointsOfMatrix((value.series ?? []) as readonly RangeSeries[]) : (value.series?.length ?? 1);
}

function pointsOfMatrix(series: readonly RangeSeries[]): number {
  let points = 0;
  for (const { timesMs } of series) points += timesMs.length;
  return points;
}

async function queryRange({ parameters, abortSignal }: Question, services: QueryServices): Promise<Answer> {
  const limit = parameters.limit();
  const range = rangeOf(parameters);
  const timeoutMs = parameters.duration('timeout');
  const engine = engineFor(parameters, services);
  const asked = { abortSignal, timeoutMs, parameter: 'query' };
  const { result, stats } = await services.evaluations.run(asked, (scope) =>
    engine.range({ ...scope, ...range, expr: parameters.text('query') }),
  );
  const { items, warnings } = withinLimit(await sortedByLabels(result.series), limit);
  return {
    data: resultPieces(rangePieces(items), { parameters, stats }),
    warnings: [...result.warnings, ...warnings],
    infos: result.infos,
    release: services.evaluations.hold(pointsOfMatrix(items)),
  };
}

function rangeOf(parameters: Parameters): { readonly startMs: number; readonly endMs: number; readonly stepMs: number } {
  const startMs = parameters.requiredTime('start');
  const endMs = parameters.requiredTime('end');
  if (endMs < startMs) throw invalidParameter('end', 'end timestamp must not be before start time');
  // Samples have times in milliseconds, and so have steps.
  const stepMs = Math.trunc(parameters.requiredDuration('step'));
  if (stepMs <= 0) {
    throw invalidParameter('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  }
  if (Math.floor((endMs - startMs) / stepMs) > MOST_STEPS) {
    throw new ApiFailure(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  return { startMs, endMs, stepMs };
}

function engineFor(parameters: Parameters, { engine, engineLookingBack }: QueryServices): QueryEngine {
  const lookbackMs = parameters.lookbackMs();
  return lookbackMs === undefined ? engine : engineLookingBack(lookbackMs);
}

function* rangePieces(series: readonly RangeSeries[]): JsonPieces {
  yield '"resultType":"matrix","result":';
  yield* matrixPieces(series);
}

interface Statistics {
  readonly parameters: Parameters;
  readonly stats: EvaluationStats;
  /** Of an instant query: all its samples belong to that step. */
  readonly instantMs?: number;
}

function* resultPieces(result: JsonPieces, { parameters, stats, instantMs }: Statistics): JsonPieces {
  yield '{';
  yield* result;
  const wanted = parameters.text('stats');
  if (wanted !== '') yield `,"stats":${JSON.stringify(statsDocument(stats, wanted === 'all' ? instantMs : undefined))}`;
  yield '}';
}

/** Of Prometheus's statistics those that are measured here: a zero would say that nothing was needed. */
function statsDocument({ samplesRead, queuedMs, evaluatedMs }: EvaluationStats, instantMs: number | undefined): object {
  return {
    timings: {
      evalTotalTime: evaluatedMs / 1000,
      execQueueTime: queuedMs / 1000,
      execTotalTime: (queuedMs + evaluatedMs) / 1000,
    },
    samples: {
      ...(instantMs !== undefined && { totalQueryableSamplesPerStep: [[instantMs / 1000, samplesRead]] }),
      totalQueryableSamples: samplesRead,
    },
  };
}
