// What was computed from the same things a moment ago need not be computed again.

/** Autoscalers ask their few questions by turns. */
const MOST_KEPT = 4;

interface Kept<A, R> {
  readonly args: A;
  readonly result: R;
}

/**
 * `compute`, called again only when its arguments are others than the last few times (by identity).
 * The results are kept for as long as the returned function is.
 */
export function remember<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let kept: readonly Kept<A, R>[] = [];
  return (...args) => {
    const known = kept.find((one) => one.args.every((arg, index) => arg === args[index]));
    if (known !== undefined) return known.result;
    const result = compute(...args);
    kept = [{ args, result }, ...kept.slice(0, MOST_KEPT - 1)];
    return result;
  };
}
