// Several texts as one key of a Map.

/** Equal for equal texts in equal order, and for no others: each part is led by its length. */
export function keyOf(parts: readonly string[]): string {
  let key = '';
  for (const part of parts) key += `${part.length}:${part}`;
  return key;
}
