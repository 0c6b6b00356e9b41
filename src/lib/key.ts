// Several texts as one key of a Map.

/** Equal for equal texts in equal order, and for no others: each part is led by its length. */
export function keyOf(parts: readonly string[]): string {
  let key = '';
  for (const part of parts) key += `${part.length}:${part}`;
  return key;
}

/** The parts of a key that `keyOf` made. */
export function partsOf(key: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < key.length; ) {
    const colon = key.indexOf(':', at);
    const from = colon + 1;
    at = from + Number(key.slice(at, colon));
    parts.push(key.slice(from, at));
  }
  return parts;
}
