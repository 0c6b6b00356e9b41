// How often a value became another, and how often a counter began anew.
import { floatAt } from '../../../lib/columns.ts';
import type { SampleWindow } from '../../../model/sample-source.ts';

/** From NaN to NaN is no change. */
export function changes({ values, length }: SampleWindow): number {
  let count = 0;
  let previous = floatAt(values, 0);
  for (let index = 1; index < length; index += 1) {
    const value = floatAt(values, index);
    if (value !== previous && !(Number.isNaN(value) && Number.isNaN(previous))) count += 1;
    previous = value;
  }
  return count;
}

export function resets({ values, length }: SampleWindow): number {
  let count = 0;
  for (let index = 1; index < length; index += 1) if (floatAt(values, index) < floatAt(values, index - 1)) count += 1;
  return count;
}
