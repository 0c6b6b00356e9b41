import { expect } from 'vitest';
import type { Reading } from '../../../src/cli/inspect/reading.ts';

/** Exactly one reading has this name and these labels, and its value is this one up to rounding. */
export function expectReading(readings: readonly Reading[], wanted: Omit<Reading, 'unit'>): void {
  const named = readings.filter((reading) => reading.name === wanted.name && sameLabels(reading, wanted));
  expect(named).toHaveLength(1);
  expect(named[0]?.value).toBeCloseTo(wanted.value, 6);
}

function sameLabels(a: Pick<Reading, 'labels'>, b: Pick<Reading, 'labels'>): boolean {
  const text = ({ labels }: Pick<Reading, 'labels'>): string => JSON.stringify(Object.entries(labels).toSorted());
  return text(a) === text(b);
}
