// Lists that come to the same: whoever keeps something with a list finds it again while its items stay.

/** The list from before when it holds the same items. */
export function sameItemsOr<Item>(before: readonly Item[] | undefined, items: readonly Item[]): readonly Item[] {
  return before !== undefined && holdsSame(before, items) ? before : items;
}

export function holdsSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
