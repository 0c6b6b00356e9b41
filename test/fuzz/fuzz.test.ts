// The short form of `npm run fuzz`: a fixed seed, and no longer than some seconds.
import { describe, expect, it } from 'vitest';
import { type Cases, casesOf, diceFor, inputOf, KINDS } from './kinds.ts';
import { diceOf, mutated } from './mutate.ts';

const SEED = 20_261_126;
const MOST_MS = 3000;
const MOST_CASES = { requests: 5000, expositions: 5000, raw: 500 } as const;

it.each(KINDS)('%s: nothing falls, hangs or tells what it must not', async (kind) => {
  const cases: Cases = await casesOf(kind);
  const endMs = performance.now() + MOST_MS;
  let number = 0;
  try {
    while (number < MOST_CASES[kind] && performance.now() < endMs) {
      await cases.run(diceFor({ kind, seed: SEED, number }));
      number += 1;
    }
  } catch (cause) {
    const input = Buffer.from(inputOf({ kind, seed: SEED, number })).toString('latin1');
    throw new Error(`case ${number} of seed ${SEED} fails with ${JSON.stringify(input)}`, { cause });
  } finally {
    await cases.close?.();
  }
  expect(number).toBeGreaterThan(0);
});

describe('the dice', () => {
  it('fall the same way for a seed and a number, and another way for any other', () => {
    const throws = (seed: number, number: number): string => {
      const dice = diceOf({ seed, number, purpose: 'test' });
      return Array.from({ length: 20 }, () => dice.below(10)).join('');
    };
    expect(throws(1, 1)).toBe(throws(1, 1));
    expect(new Set([throws(1, 1), throws(1, 2), throws(2, 1)]).size).toBe(3);
    expect(new Set(throws(1, 1)).size).toBeGreaterThan(4);
  });

  it('change a text within a bound', () => {
    const dice = diceOf({ seed: 1, number: 1, purpose: 'test' });
    let text = 'abc';
    for (let turn = 0; turn < 2000; turn += 1) {
      text = mutated(text, ['word'], dice);
      expect(text.length).toBeLessThan(21_000);
    }
  });
});
