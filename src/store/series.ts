// What a series is made of: a line that many targets may say, a target, and the row where the two meet.
import type { Labels } from '../model/labels.ts';
import type { RowId } from '../model/sample-source.ts';
import type { Timeline } from './timeline.ts';

export interface StoredTarget {
  readonly id: string;
  readonly labels: Labels;
  /** Times of its scrapes, shared by all its rows without time stamps of their own. */
  readonly timeline: Timeline;
  /** From then on every row is stale; Infinity while the target is there. */
  closedMs: number;
  rowCount: number;
}

export interface StoredLine {
  readonly key: string;
  /** What the line says below or above the target's labels; an empty value hides the target's. */
  readonly labels: Labels;
  readonly rows: Map<StoredTarget, RowId>;
}

export interface Row {
  readonly id: RowId;
  readonly target: StoredTarget;
  readonly line: StoredLine;
  /** The target's, or one of its own when the line carries time stamps. */
  readonly timeline: Timeline;
  /** Its place in the timeline. */
  readonly place: number;
  /** The series' labels, merged when somebody first asks. */
  labels: Labels | undefined;
  /** When it was last said, or the time of its newest sample when that is later. */
  lastMs: number;
}
