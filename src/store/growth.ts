// What rates are made of, from samples one after another: for rows that fell, or were not said in some slot.
import { floatAt } from '../lib/columns.ts';
import type { GrowthColumns, SampleWindow } from '../model/sample-source.ts';

/** A sample below its predecessor means a restart from zero: what was counted before is added back, as in Prometheus's `funcs.go`. */
export function growthOf(
  { timesMs, values, length }: SampleWindow,
  { at, into }: { readonly at: number; readonly into: GrowthColumns },
): void {
  into.samples[at] = length;
  if (length === 0) return;
  const first = floatAt(values, 0);
  let previous = first;
  let growth = floatAt(values, length - 1) - first;
  for (let index = 1; index < length; index += 1) {
    const value = floatAt(values, index);
    if (value < previous) growth += previous;
    previous = value;
  }
  into.first[at] = first;
  into.growth[at] = growth;
  into.firstMs[at] = floatAt(timesMs, 0);
  into.lastMs[at] = floatAt(timesMs, length - 1);
}
