// What Triton says of its pinned memory and of the machine it runs on, as canonical series at its own target.
import { scaleOf } from '../../lib/scale.ts';
import { METRIC_NAME } from '../../model/labels.ts';
import type { Line, RowWrite } from '../../model/line.ts';
import { isSentinel, isSentinelOrZero } from '../blank.ts';
import type { CanonicalSeries } from '../canonical.ts';
import { machineWrites } from '../machine.ts';

function ofTriton(raw: string): CanonicalSeries['from'] {
  return [{ raw, generation: 'triton', scale: 1 }];
}

/** Sizes are 0 until the server's first poll (2 s after its start by default): no machine has none. */
export const HOST_SERIES: readonly CanonicalSeries[] = [
  {
    name: 'triton_pinned_memory_total_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Size of the server’s pool of pinned memory.',
    zeroIsBlank: true,
    from: ofTriton('nv_pinned_memory_pool_total_bytes'),
  },
  {
    name: 'triton_pinned_memory_used_bytes',
    unit: 'bytes',
    kind: 'gauge',
    help: 'Part of the server’s pool of pinned memory that is in use.',
    from: ofTriton('nv_pinned_memory_pool_used_bytes'),
  },
];

const BY_RAW: ReadonlyMap<string, CanonicalSeries> = new Map(HOST_SERIES.flatMap((series) => series.from.map(({ raw }) => [raw, series])));

/** The write of a line about the host; none for any other line. */
export function hostWrites(line: Line): readonly RowWrite[] {
  const series = BY_RAW.get(line.labels.get(METRIC_NAME) ?? '');
  if (series === undefined) return machineWrites(line, { ofPod: true });
  const isBlank = series.zeroIsBlank === true ? isSentinelOrZero : isSentinel;
  return [{ labels: new Map([[METRIC_NAME, series.name]]), scale: scaleOf(1), isBlank }];
}
