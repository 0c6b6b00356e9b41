// What rates are made of, where samples are not the store's own: those of a subquery.
import { floatAt } from '../../lib/columns.ts';
import type { GrowthColumns, SampleWindow } from '../../model/sample-source.ts';

/** A fall is a restart from zero: what had been counted until then is added, as SampleSource.readGrowth does it. */
export function growthOf(window: SampleWindow, { at, into }: { readonly at: number; readonly into: GrowthColumns }): void {
  const { timesMs, values, length } = window;
  into.samples[at] = length;
  if (length === 0) return;
  let previous = floatAt(values, 0);
  let growth = floatAt(values, length - 1) - previous;
  into.first[at] = previous;
  for (let index = 1; index < length; index += 1) {
    const value = floatAt(values, index);
    if (value < previous) growth += previous;
    previous = value;
  }
  into.growth[at] = growth;
  into.firstMs[at] = floatAt(timesMs, 0);
  into.lastMs[at] = floatAt(timesMs, length - 1);
}
