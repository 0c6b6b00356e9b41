// What rates are made of, where samples are not read from the store at that moment: of subqueries, and over ranges.
import { floatAt } from '../../../lib/columns.ts';
import type { GrowthColumns, SampleWindow } from '../../../model/sample-source.ts';

type Columns = Pick<SampleWindow, 'timesMs' | 'values'>;

interface Between {
  /** The first sample, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Where the result goes. */
  readonly at: number;
  readonly into: GrowthColumns;
}

/** A fall is a restart from zero: what had been counted until then is added, as SampleSource.readGrowth does it. */
export function growthBetween({ timesMs, values }: Columns, { from, to, at, into }: Between): void {
  into.samples[at] = to - from;
  if (to === from) return;
  let previous = floatAt(values, from);
  let growth = floatAt(values, to - 1) - previous;
  into.first[at] = previous;
  for (let index = from + 1; index < to; index += 1) {
    const value = floatAt(values, index);
    if (value < previous) growth += previous;
    previous = value;
  }
  into.growth[at] = growth;
  into.firstMs[at] = floatAt(timesMs, from);
  into.lastMs[at] = floatAt(timesMs, to - 1);
}
