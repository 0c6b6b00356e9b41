// Values that are made when they are first needed.

/** What `make` makes, once; then it is let go, with all it holds. */
export function lazily<T extends object>(make: () => T): () => T {
  let pending: (() => T) | undefined = make;
  let made: T | undefined;
  return () => {
    made ??= pending?.();
    pending = undefined;
    if (made === undefined) throw new Error('BUG: a value was needed to make itself');
    return made;
  };
}
