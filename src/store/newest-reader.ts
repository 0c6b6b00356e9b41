// The newest sample at many instants: a ring's slots are found once for all of its rows, and each row then goes along them.
import { floatAt, intAt } from '../lib/columns.ts';
import type { Instants, NewestColumns, RowId } from '../model/sample-source.ts';
import { BASE, LENGTH, NEWEST, NEWEST_MISSED, type RingId, type Rings, WIDTH } from './rings.ts';
import { COLUMN, type RowStates, SAID, SINCE, STATE_SHIFT, STILL } from './row-states.ts';
import type { RowRun } from './sample-reader.ts';
import type { Samples } from './samples.ts';
import { isStaleAt } from './stale.ts';

interface About {
  readonly instants: Instants;
  /** From then on the target's rows have no samples. */
  readonly closedMs: number;
}

/** Where one row's samples go: at its position, and then once more for each instant. */
interface Place {
  readonly position: number;
  readonly apart: number;
  readonly count: number;
  readonly into: NewestColumns;
}

export class NewestReader {
  readonly #rings: Rings;
  readonly #states: RowStates;
  /** Of each instant: the slot that decides, -1 where there is none; where its frame begins; its time. */
  #slots = new Int32Array(0);
  #starts = new Int32Array(0);
  #timesMs = new Float64Array(0);

  constructor({ rings, states }: Samples) {
    this.#rings = rings;
    this.#states = states;
  }

  /** Fills the cells of a run's rows, as SampleSource.readNewestOver has them. */
  read({ rows, ring, from, to }: RowRun, about: About, into: NewestColumns): void {
    const { count } = about.instants;
    this.#findSlots(ring, about);
    const values = this.#rings.valuesOf(ring);
    for (let position = from; position < to; position += 1) {
      const row = intAt(rows, position);
      const column = intAt(this.#states.records, (row << STATE_SHIFT) + COLUMN);
      const place = { position, apart: rows.length, count, into };
      if (column === STILL) this.#readStill(row, place);
      else this.#readMoving(column, values, place);
    }
  }

  #findSlots(ring: RingId, { instants, closedMs }: About): void {
    const { firstMs, stepMs, count, lookbackMs } = instants;
    this.#reserve(count);
    const values = this.#rings.valuesOf(ring);
    const [base, length, newest] = [this.#rings.at(ring, BASE), this.#rings.at(ring, LENGTH), this.#rings.at(ring, NEWEST)];
    const [width, newestMissed] = [this.#rings.at(ring, WIDTH), this.#rings.at(ring, NEWEST_MISSED)];
    const oldest = this.#rings.oldest(ring);
    const frames = this.#rings.startOf(ring, 0);
    let slot = Math.max(oldest - 1, this.#rings.lastUpTo(ring, firstMs));
    // Where it stands in the ring; the one before the oldest has no place.
    let place = slot < oldest ? 0 : slot % length;
    let timeMs = slot < oldest ? Number.NEGATIVE_INFINITY : floatAt(values, base + place);
    for (let at = 0; at < count; at += 1) {
      const toMs = firstMs + at * stepMs;
      while (slot < newest) {
        const next = slot < oldest ? oldest % length : place + 1 === length ? 0 : place + 1;
        const nextMs = floatAt(values, base + next);
        if (nextMs > toMs) break;
        slot += 1;
        place = next;
        timeMs = nextMs;
      }
      const isThere = timeMs > toMs - lookbackMs && toMs < closedMs && !(slot <= newestMissed && this.#rings.isMissed(ring, slot));
      this.#slots[at] = isThere ? slot : -1;
      this.#starts[at] = frames + place * width;
      this.#timesMs[at] = timeMs;
    }
  }

  /** Of a row that has one value for all the slots that it holds for. */
  #readStill(row: RowId, { position, apart, count, into }: Place): void {
    const record = row << STATE_SHIFT;
    const since = intAt(this.#states.records, record + SINCE);
    const said = intAt(this.#states.records, record + SAID);
    const value = floatAt(this.#states.values, row);
    let to = position;
    for (let at = 0; at < count; at += 1) {
      const slot = intAt(this.#slots, at);
      into.values[to] = value;
      into.newestMs[to] = slot >= 0 && slot >= since && slot <= said ? floatAt(this.#timesMs, at) : Number.NaN;
      to += apart;
    }
  }

  /** Of a row that has a cell in each slot. */
  #readMoving(column: number, values: Float64Array<ArrayBuffer>, { position, apart, count, into }: Place): void {
    const slots = this.#slots;
    const starts = this.#starts;
    const timesMs = this.#timesMs;
    let to = position;
    for (let at = 0; at < count; at += 1) {
      const cell = intAt(starts, at) + column;
      const value = floatAt(values, cell);
      const isThere = intAt(slots, at) >= 0 && (!Number.isNaN(value) || !isStaleAt(values, cell));
      into.values[to] = value;
      into.newestMs[to] = isThere ? floatAt(timesMs, at) : Number.NaN;
      to += apart;
    }
  }

  #reserve(count: number): void {
    if (this.#slots.length >= count) return;
    this.#slots = new Int32Array(count);
    this.#starts = new Int32Array(count);
    this.#timesMs = new Float64Array(count);
  }
}
