// Many readings become one number.
import type { SignalRow } from './catalogue.ts';
import type { Reading } from './readings.ts';

/** Each device enters once, however many pods share it (DESIGN rule 9). There is at least one reading. */
export function reduce(across: SignalRow['across'], readings: readonly Reading[]): number {
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
