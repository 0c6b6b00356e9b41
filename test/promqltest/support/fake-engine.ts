// An engine that answers what a test says, to see what the runner makes of it.
import { type InstantResult, type InstantValue, type QueryEngine, QueryError, type RangeSeries } from '../../../src/model/query-engine.ts';
import { parseSeriesLine } from '../format/series.ts';

export interface Question {
  readonly form: 'instant' | 'range';
  readonly expr: string;
  /** The middle one of a range. */
  readonly timeMs: number;
}

export type Reply = InstantResult | Error;

/** A range is told as series with one sample each, in the middle. */
export function answering(reply: (question: Question) => Reply): QueryEngine {
  const unasked = (): never => {
    throw new Error('nobody asks that');
  };
  return {
    instant: async ({ expr, timeMs }) => given(reply({ form: 'instant', expr, timeMs })),
    range: async ({ expr, startMs, endMs }) => {
      const timeMs = (startMs + endMs) / 2;
      const { warnings, infos = [], ...value } = given(reply({ form: 'range', expr, timeMs }));
      return { series: seriesOf(value, timeMs), warnings, infos };
    },
    series: async () => unasked(),
    labelValues: async () => unasked(),
  };
}

function given(reply: Reply): InstantResult {
  if (reply instanceof Error) throw reply;
  return reply;
}

function seriesOf(value: InstantValue, timeMs: number): readonly RangeSeries[] {
  if (value.kind === 'matrix') return value.series;
  if (value.kind === 'scalar') return [{ labels: new Map(), timesMs: [timeMs], values: [value.value] }];
  if (value.kind === 'string') throw new QueryError('bad-expression', 'a range cannot be a string');
  return value.series.map((series) => ({ labels: series.labels, timesMs: [timeMs], values: [series.value] }));
}

interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** One line a series: `m{a="x"} 1`. */
export function vector(lines: readonly string[], { warnings = [], infos = [] }: Notes = {}): InstantResult {
  const series = lines.map((line) => {
    const { labels, points } = parseSeriesLine(line);
    return { labels, value: Number(points[0]) };
  });
  return { kind: 'vector', series, warnings, infos };
}

/** The same with samples a step of a second apart. */
export function matrix(lines: readonly string[]): InstantResult {
  const series = lines.map((line) => {
    const { labels, points } = parseSeriesLine(line);
    const at = points.flatMap((point, index) => (point === 'none' ? [] : [index]));
    return { labels, timesMs: at.map((index) => index * 1000), values: at.map((index) => Number(points[index])) };
  });
  return { kind: 'matrix', series, warnings: [], infos: [] };
}

export function scalar(value: number): InstantResult {
  return { kind: 'scalar', value, warnings: [], infos: [] };
}
