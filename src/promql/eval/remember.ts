// What was computed from the same things a moment ago need not be computed again.

/**
 * `compute`, called again only when one of its arguments is another than last time (by identity).
 * One result is kept, for as long as the returned function is.
 */
export function remember<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    if (last === undefined || last.args.some((arg, index) => arg !== args[index])) last = { args, result: compute(...args) };
    return last.result;
  };
}
