// Rendezvous hashing: of so many places, the one that a key belongs to, and that hardly changes when a place is added.
import { hashOfText, mixed } from './hash.ts';

/**
 * The place of `key`, from 0 to `count` - 1: each place draws a number for the key, and the highest wins. A place that is added wins the keys
 * of its own share and nobody else's move, where a remainder (hash mod count) would move nearly all of them. It costs one draw a place.
 */
export function rendezvous(key: string, count: number): number {
  const hash = hashOfText(key);
  let best = 0;
  let highest = -1;
  for (let place = 0; place < count; place += 1) {
    const drawn = mixed(hash ^ mixed(place + 1));
    if (drawn <= highest) continue;
    best = place;
    highest = drawn;
  }
  return best;
}
