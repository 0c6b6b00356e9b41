// Whether a signal stays at what is known to be true.
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { progress } from './suite.ts';

export interface Steadiness {
  readonly title: string;
  readonly read: () => Promise<number>;
  readonly truth: number;
  /** A scrape interval, so that each reading has something new. */
  readonly everyMs: number;
}

const READINGS = 3;
/** Room for a few outliers, each of which the live window keeps for three scrapes. */
const MOST_READINGS = 18;

/**
 * Three readings in a row, a scrape apart, within tolerance of the truth. The truth is below N, or one of N waits, while a client
 * takes its answer and sends its next request: a millisecond that one scrape in 300 meets (measured), in 50 on a busy machine.
 * After such a one the count begins anew.
 */
export async function expectSteady({ title, read, truth, everyMs }: Steadiness): Promise<void> {
  const isOff = (value: number): boolean => Math.abs(value - truth) > tolerance(truth);
  const values: number[] = [];
  let inARow = 0;
  while (inARow < READINGS && values.length < MOST_READINGS) {
    if (values.length > 0) await setTimeout(everyMs);
    const value = await read();
    values.push(value);
    inARow = isOff(value) ? 0 : inARow + 1;
  }
  progress(`  ${title}: ${truth} is read as ${values.join(', ')}\n`);
  expect(values.slice(-READINGS).filter(isOff), `${title} is ${truth}`).toEqual([]);
}

/** How far a signal may be from a truth of so many requests. */
export function tolerance(truth: number): number {
  return Math.max(0.1, 0.05 * truth);
}
