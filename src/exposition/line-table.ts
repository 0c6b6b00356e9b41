// The lines of a target by small integers, so that whoever compiles them can use arrays.
import { type Labels, labelsKey } from '../model/labels.ts';
import type { Line } from '../model/line.ts';

export interface PlannedLine {
  readonly id: number;
  /** Equal for equal series, however they are written. */
  readonly key: string;
  /** Its type is settled at the end of the scan that met it first: a TYPE line may follow its samples. */
  line: Line;
  /** Number of the scan that last gave a sample of it. */
  seenAt: number;
}

export class LineTable {
  #byKey = new Map<string, PlannedLine>();
  readonly #byId: (PlannedLine | undefined)[] = [];
  readonly #freeIds: number[] = [];

  get(id: number): PlannedLine | undefined {
    return this.#byId[id];
  }

  /** The line of a label set that was read before, however it was written then. */
  find(labels: Labels): PlannedLine | undefined {
    return this.#byKey.get(seriesKey(labels));
  }

  /** Adds a line that is not there yet under the lowest id that was never used or the latest one given back. */
  add(labels: Labels): PlannedLine {
    const id = this.#freeIds.pop() ?? this.#byId.length;
    const line: PlannedLine = { id, key: seriesKey(labels), line: { labels, type: 'unknown' }, seenAt: 0 };
    this.#byKey.set(line.key, line);
    this.#byId[id] = line;
    return line;
  }

  /** Forgets all others and returns their ids, which are free from now. */
  keepOnly(lines: ReadonlySet<PlannedLine>): number[] {
    const freed: number[] = [];
    for (const line of this.#byKey.values()) {
      if (lines.has(line)) continue;
      this.#byKey.delete(line.key);
      this.#byId[line.id] = undefined;
      freed.push(line.id);
    }
    this.#freeIds.push(...freed);
    return freed;
  }
}

/** An empty label is the same as an absent one. */
function seriesKey(labels: Labels): string {
  return labelsKey(new Map([...labels].filter(([, value]) => value !== '')));
}
