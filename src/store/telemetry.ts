// What the store says about itself.
import type { Counter, Meter } from '../model/meter.ts';

interface StoreSize {
  readonly series: number;
  readonly lines: number;
  readonly targets: number;
  readonly bytes: number;
}

export interface StoreTelemetry {
  /** Taken at every sweep. */
  size(size: StoreSize): void;
  readonly freed: Counter;
  readonly refusedRows: Counter;
  readonly refusedStamps: Counter;
}

export function storeTelemetry(meter: Meter): StoreTelemetry {
  const series = meter.gauge({ name: 'plimsoll_store_series', help: 'Series kept in memory, stale ones inside the retention included.' });
  const lines = meter.gauge({ name: 'plimsoll_store_lines', help: 'Distinct lines, kept once however many targets say them.' });
  const targets = meter.gauge({ name: 'plimsoll_store_targets', help: 'Targets that have series or may get them.' });
  const bytes = meter.gauge({ name: 'plimsoll_store_bytes', help: 'Memory held for samples, in use or free.' });
  return {
    size: (size) => {
      series.set(size.series);
      lines.set(size.lines);
      targets.set(size.targets);
      bytes.set(size.bytes);
    },
    freed: meter.counter({ name: 'plimsoll_store_rows_freed_total', help: 'Series freed because their newest sample left the retention.' }),
    refusedRows: meter.counter({
      name: 'plimsoll_store_rows_refused_total',
      help: 'New series refused because limits.series was reached.',
    }),
    refusedStamps: meter.counter({
      name: 'plimsoll_store_stamps_refused_total',
      help: 'Samples refused because their own time stamp was more than ten minutes ahead.',
    }),
  };
}
