// Many readings become one number.
import type { SignalRow } from './catalogue.ts';
import { percentile95 } from './percentile.ts';
import type { Reading } from './readings.ts';

/** All but a skew, which takes the pods too. */
export type Reduction = Exclude<SignalRow['across'], 'skew'>;

/** Each GPU enters once, however many pods share it (DESIGN rule 9). There is at least one reading. */
export function reduce(across: Reduction, readings: readonly Reading[]): number {
  if (across === 'p95') return percentile95(readings);
  const [first] = readings;
  if (readings.length === 1 && first !== undefined) return first.value / (across === 'ratio' || across === 'hottest' ? first.per : 1);
  if (across === 'hottest') return hottest(readings);
  const devices = new Map<string, Reading>();
  for (const reading of readings) devices.set(reading.device, reading);
  let sum = 0;
  let per = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (const reading of devices.values()) {
    sum += reading.value;
    per += reading.per;
    max = Math.max(max, reading.value);
  }
  switch (across) {
    case 'sum':
      return sum;
    case 'mean':
    case 'ratio':
      return sum / per;
    case 'max':
      return max;
  }
}

/** The largest of the ratios, each the sum over all pods that have the device. */
function hottest(readings: readonly Reading[]): number {
  const sums = new Map<string, { value: number; per: number }>();
  for (const { device, value, per } of readings) {
    const sum = sums.get(device) ?? { value: 0, per: 0 };
    sums.set(device, { value: sum.value + value, per: sum.per + per });
  }
  let largest = Number.NEGATIVE_INFINITY;
  for (const { value, per } of sums.values()) largest = Math.max(largest, value / per);
  return largest;
}
