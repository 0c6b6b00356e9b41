// What is fuzzed: how the cases of each kind are run, and how the input of one is shown.
import { expositionCases, expositionOf } from './expositions.ts';
import { type Dice, diceOf } from './mutate.ts';
import { rawCases, rawTextOf } from './raw.ts';
import { questionOf, requestCases } from './requests.ts';

export const KINDS = ['requests', 'expositions', 'raw'] as const;
export type Kind = (typeof KINDS)[number];

/** Cases of a block share a memory, so whoever repeats one begins with its block. */
export const BLOCK = 1000;

export interface Cases {
  run(dice: Dice): Promise<void> | void;
  close?(): Promise<void>;
}

/** Of one block. */
export async function casesOf(kind: Kind): Promise<Cases> {
  if (kind === 'expositions') return { run: expositionCases() };
  return kind === 'raw' ? rawCases() : { run: await requestCases() };
}

export interface Case {
  readonly kind: Kind;
  readonly seed: number;
  readonly number: number;
}

export function diceFor({ kind, seed, number }: Case): Dice {
  return diceOf({ seed, number, purpose: kind });
}

/** The bytes that a case hands in. */
export function inputOf(one: Case): Uint8Array {
  const dice = diceFor(one);
  if (one.kind === 'expositions') return expositionOf(dice);
  return Buffer.from(one.kind === 'raw' ? rawTextOf(dice) : JSON.stringify(questionOf(dice), undefined, 2), 'latin1');
}
