// The lines of a target by small integers, so that whoever compiles them can use arrays.
import { type Labels, METRIC_NAME } from '../model/labels.ts';
import type { Line, MetricType } from '../model/line.ts';
import type { Family } from './families.ts';
import { parseSeries } from './series.ts';
import { joinSeries, writeLabel } from './write.ts';

export interface PlannedLine {
  readonly id: number;
  /**
   * The series as text, equal for equal series, however they were written.
   * Labels are read from it when somebody asks: kept as they are, they would be most of a plan's memory.
   */
  readonly series: string;
  readonly family: Family;
  /** Settled at the end of the scan that met it first: a TYPE line may follow its samples. */
  type: MetricType;
  /** Number of the scan that last gave a sample of it. */
  seenAt: number;
}

export class LineTable {
  #bySeries = new Map<string, PlannedLine>();
  readonly #byId: (PlannedLine | undefined)[] = [];
  readonly #freeIds: number[] = [];

  get(id: number): PlannedLine | undefined {
    return this.#byId[id];
  }

  /** The line of a label set, if it was read before, in whatever words. */
  find(labels: Labels): PlannedLine | undefined {
    return this.#bySeries.get(seriesText(labels));
  }

  /** Adds a line that is not there yet, under an id that was given back or the lowest that was never used. */
  add(labels: Labels, family: Family): PlannedLine {
    const id = this.#freeIds.pop() ?? this.#byId.length;
    const line: PlannedLine = { id, series: seriesText(labels), family, type: 'unknown', seenAt: 0 };
    this.#bySeries.set(line.series, line);
    this.#byId[id] = line;
    return line;
  }

  /** Forgets all others and returns their ids, which are free from now. */
  keepOnly(lines: ReadonlySet<PlannedLine>): number[] {
    const freed: number[] = [];
    for (const line of this.#bySeries.values()) {
      if (lines.has(line)) continue;
      this.#bySeries.delete(line.series);
      this.#byId[line.id] = undefined;
      freed.push(line.id);
    }
    this.#freeIds.push(...freed);
    return freed;
  }
}

/** The line as its readers see it: labels by name, the empty ones left out. */
export function lineOf({ series, type }: PlannedLine): Line {
  const labels = parseSeries(series, Number.POSITIVE_INFINITY);
  if (typeof labels === 'string') throw new Error(`BUG: cannot read back the series ${series.slice(0, 50)}: ${labels}`);
  return { labels, type };
}

/** Sorted, and without empty labels, which mean the same as absent ones. */
function seriesText(labels: Labels): string {
  const pairs: string[] = [];
  for (const [name, value] of labels) {
    if (name !== METRIC_NAME && value !== '') pairs.push(writeLabel(name, value));
  }
  return joinSeries(labels.get(METRIC_NAME) ?? '', pairs.sort());
}
