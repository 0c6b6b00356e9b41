// Names and labels of series, asked of an engine: for one that does not tell when series come or go, at times.
import type { Clock } from '../../lib/clock.ts';
import { type Labels, METRIC_NAME } from '../../model/labels.ts';
import type { QueryEngine } from '../../model/query-engine.ts';
import type { SeriesShapes, Shapes } from '../../model/series-shapes.ts';

export interface EngineShapesOptions {
  readonly engine: Pick<QueryEngine, 'series'>;
  readonly clock: Clock;
  /** How long a series without new samples counts as there. */
  readonly lookbackMs: number;
  /** How often series may be others. */
  readonly everyMs: number;
  /** Longest time for one question. */
  readonly timeoutMs: () => number;
}

export function engineShapes({ engine, clock, lookbackMs, everyMs, timeoutMs }: EngineShapesOptions): SeriesShapes {
  return {
    version: () => Math.floor(clock.nowMs() / everyMs),
    read: async (matchers) => {
      const endMs = clock.nowMs();
      const { series } = await engine.series({ matchers: [matchers], startMs: endMs - lookbackMs, endMs, deadlineMs: endMs + timeoutMs() });
      return shapesOf(series.map(({ labels }) => labels));
    },
  };
}

export function shapesOf(series: Iterable<Labels>): Shapes {
  const shapes = new Map<string, Set<string>>();
  for (const labels of series) {
    const name = labels.get(METRIC_NAME) ?? '';
    const known = shapes.get(name) ?? new Set<string>();
    for (const [label, value] of labels) if (value !== '') known.add(label);
    shapes.set(name, known);
  }
  return shapes;
}
