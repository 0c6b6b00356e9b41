// The steady state moves floats only: a scrape of known rows must leave nothing for the garbage collector.
import { expect, it } from 'vitest';
import { INTERVAL_MS, openTarget, rowOf, storeWith } from './support/fixtures.ts';

const ROWS = 500;
const SCRAPES = 100;

/** The median over rounds, so that neither one garbage collection nor one compilation decides. */
function medianHeapGrowth(round: () => void): number {
  const growths: number[] = [];
  for (let count = 0; count < 15; count += 1) {
    const before = process.memoryUsage().heapUsed;
    round();
    growths.push(process.memoryUsage().heapUsed - before);
  }
  return growths.sort((a, b) => a - b)[7] ?? Number.NaN;
}

it('writes without garbage', () => {
  const store = storeWith();
  const writer = openTarget(store, 't');
  const rows = [...Array(ROWS).keys()].map((row) => rowOf(writer, { __name__: `row_${row}` }));
  let nowMs = 0;
  const round = (): void => {
    for (let scrape = 0; scrape < SCRAPES; scrape += 1) {
      nowMs = writer.begin(nowMs + INTERVAL_MS);
      for (const row of rows) writer.put(row, row);
    }
  };
  for (let count = 0; count < 30; count += 1) round();
  // One HeapNumber per put would be 600 kB or more.
  expect(medianHeapGrowth(round)).toBeLessThan(300_000);
});
