// Numbers that spread what they are made of evenly: the same for ever, so that what goes by them stays where it is.

/** FNV-1a over UTF-16 units, http://www.isthe.com/chongo/tech/comp/fnv/, mixed, without which texts that end alike lie close together; 32 bits, unsigned. */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return mixed(hash);
}

/** MurmurHash3's finaliser: each bit of the number turns half of the bits of the result; 32 bits, unsigned. */
export function mixed(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
