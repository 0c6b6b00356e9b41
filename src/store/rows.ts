// The table of rows: ids, the limit, and the version that tells readers when ids have changed meaning.
import type { RowId } from '../model/sample-source.ts';
import type { Row } from './series.ts';

export class Rows {
  readonly #rows: (Row | undefined)[] = [];
  readonly #free: RowId[] = [];
  readonly #limit: number;
  #version = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get version(): number {
    return this.#version;
  }

  get count(): number {
    return this.#rows.length - this.#free.length;
  }

  get isFull(): boolean {
    return this.count >= this.#limit;
  }

  at(id: RowId): Row {
    const row = this.#rows[id];
    if (row === undefined) throw new Error(`BUG: there is no row ${id}; it was freed, or rowsVersion has changed since it was selected`);
    return row;
  }

  /** Adds a row under the id of the last one freed, or under a new one. */
  add(parts: Omit<Row, 'id'>): RowId {
    const id = this.#free.pop() ?? this.#rows.length;
    this.#rows[id] = { id, ...parts };
    parts.line.rows.set(parts.target, id);
    parts.target.rowCount += 1;
    this.#version += 1;
    return id;
  }

  /** Takes the rows out that were last said at or before `horizonMs`. */
  removeSaidUpTo(horizonMs: number): readonly Row[] {
    const gone: Row[] = [];
    for (const row of this.#rows) {
      if (row === undefined || row.lastMs > horizonMs) continue;
      this.#remove(row);
      gone.push(row);
    }
    if (gone.length > 0) this.#version += 1;
    return gone;
  }

  #remove({ id, line, target, timeline, place }: Row): void {
    this.#rows[id] = undefined;
    this.#free.push(id);
    line.rows.delete(target);
    target.rowCount -= 1;
    timeline.removeRow(place);
  }
}
