// Inputs made of known ones by chance that a seed and a number decide: the same input at every run.
import { createRandom, type Random } from '../../src/fleet/random.ts';

export interface Dice {
  /** A whole number from 0 to before `count`. */
  below(count: number): number;
  /** One of them; there is one at least. */
  one<Item>(items: readonly Item[]): Item;
  /** True once in so many times. */
  oneIn(times: number): boolean;
}

/** The dice of one case: those of another case do not depend on how often these were thrown. */
export function diceOf({ seed, number, purpose }: { readonly seed: number; readonly number: number; readonly purpose: string }): Dice {
  const random: Random = createRandom(seed, `${purpose} ${number}`);
  // A draw is above zero and at most one.
  const below = (count: number): number => Math.ceil(random() * count) - 1;
  return {
    below,
    one: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('BUG: there is nothing to choose from');
      return item;
    },
    oneIn: (times) => below(times) === 0,
  };
}

/** The text with one to four changes, each a character, a piece, or a word of `words`. */
export function mutated(text: string, words: readonly string[], dice: Dice): string {
  let changed = text;
  for (let left = 1 + dice.below(4); left > 0; left -= 1) changed = changedOnce(changed, words, dice);
  return changed;
}

/** Kept short: a mutation that doubles would otherwise grow without end. */
const MOST_CHARACTERS = 20_000;

function changedOnce(text: string, words: readonly string[], dice: Dice): string {
  const at = dice.below(text.length + 1);
  const to = Math.min(text.length, at + dice.below(1 + dice.one([1, 4, 30, 300])));
  const [before, piece, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)];
  switch (dice.below(8)) {
    case 0:
      return before + after;
    case 1:
      return `${before}${piece}${piece}${after}`.slice(0, MOST_CHARACTERS);
    case 2:
      return before + String.fromCharCode(dice.below(256)) + text.slice(at + 1);
    case 3:
      return before + String.fromCharCode(dice.below(256)) + text.slice(at);
    case 4:
      return before + dice.one(words) + text.slice(at);
    case 5:
      return before + dice.one(words) + after;
    case 6: {
      const other = dice.below(text.length + 1);
      return text.slice(0, other) + piece + text.slice(other);
    }
    default:
      return before + flipped(text.charCodeAt(at) || 0, dice) + text.slice(at + 1);
  }
}

function flipped(code: number, dice: Dice): string {
  return String.fromCharCode((code ^ (1 << dice.below(8))) & 0xff);
}
