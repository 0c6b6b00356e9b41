// What rates are made of, from samples one after another: for rows that fell, or were not said in some slot.
import type { GrowthColumns, SampleWindow } from '../model/sample-source.ts';

/** A sample below its predecessor means a restart from zero: what was counted before is added back, as in Prometheus's `funcs.go`. */
export function growthOf(
  { timesMs, values, length }: SampleWindow,
  { at, into }: { readonly at: number; readonly into: GrowthColumns },
): void {
  into.samples[at] = length;
  if (length === 0) return;
  const first = values[0] ?? Number.NaN;
  let previous = first;
  let growth = (values[length - 1] ?? Number.NaN) - first;
  for (let index = 1; index < length; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (value < previous) growth += previous;
    previous = value;
  }
  into.first[at] = first;
  into.growth[at] = growth;
  into.firstMs[at] = timesMs[0] ?? Number.NaN;
  into.lastMs[at] = timesMs[length - 1] ?? Number.NaN;
}
