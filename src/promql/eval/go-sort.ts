// The order in which Go's sort leaves what compares as equal, or in no consistent way.

/** Up to this many Go sorts by insertion (sort.Sort and slices.SortFunc alike): there alone such an order can be told. */
const MOST_INSERTED = 12;

interface Orders {
  /** What Go asks. It may say of two items that each comes before the other, or that neither does. */
  readonly comesBefore: (one: number, other: number) => boolean;
  /** By which longer lists are sorted: it does not contradict itself. */
  readonly compare: (one: number, other: number) => number;
}

/** A new list. */
export function sortedAsGo(items: readonly number[], { comesBefore, compare }: Orders): readonly number[] {
  const sorted = [...items];
  if (sorted.length > MOST_INSERTED) return sorted.sort(compare);
  for (let end = 1; end < sorted.length; end += 1) {
    for (let at = end; at > 0; at -= 1) {
      const [before = -1, after = -1] = [sorted[at - 1], sorted[at]];
      if (!comesBefore(after, before)) break;
      sorted[at - 1] = after;
      sorted[at] = before;
    }
  }
  return sorted;
}
