// What a known line writes at each scrape.
import { type Scale, scaled } from '../../lib/scale.ts';
import type { RowId } from '../../model/sample-source.ts';

/** A row that a line feeds with its value as it was said, or changed: most lines have their raw row alone, which is then a mere number. */
export type Write = RowId | ChangedWrite;

interface ChangedWrite {
  readonly row: RowId;
  readonly scale: Scale;
  readonly isBlank: ((value: number) => boolean) | undefined;
  readonly convert: ((value: number) => number) | undefined;
}

/** The row that a write is for. */
export function rowOf(write: Write): RowId {
  return typeof write === 'number' ? write : write.row;
}

/** Every row that a line feeds. */
export function rowsOf(writes: RowId | readonly Write[]): readonly RowId[] {
  return typeof writes === 'number' ? [writes] : writes.map(rowOf);
}

/** What a row gets when its line says `value`; undefined when that stands for nothing. */
export function changed(write: Write, value: number): number | undefined {
  if (typeof write === 'number') return value;
  if (write.isBlank?.(value) === true) return undefined;
  if (write.convert === undefined) return scaled(value, write.scale);
  const converted = write.convert(value);
  return Number.isNaN(converted) ? undefined : converted;
}

/** Whether a line writes one of these rows. */
export function feedsOneOf(writes: RowId | readonly Write[], rows: ReadonlySet<RowId>): boolean {
  return typeof writes === 'number' ? rows.has(writes) : writes.some((write) => rows.has(rowOf(write)));
}
