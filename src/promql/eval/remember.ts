// What was computed from the same things a moment ago need not be computed again.

type Key = object | undefined;
interface Node<R> {
  readonly next: WeakMap<object, Node<R>>;
  result: { readonly value: R } | undefined;
}

const NOTHING = {};

/** `compute`, called once for the same arguments (by identity). A result is kept for as long as each of its arguments is. */
export function remember<A extends readonly Key[], R>(compute: (...args: A) => R): (...args: A) => R {
  const root = node<R>();
  return (...args) => {
    let place = root;
    for (const arg of args) {
      const key = arg ?? NOTHING;
      let next = place.next.get(key);
      if (next === undefined) {
        next = node();
        place.next.set(key, next);
      }
      place = next;
    }
    place.result ??= { value: compute(...args) };
    return place.result.value;
  };
}

function node<R>(): Node<R> {
  return { next: new WeakMap(), result: undefined };
}
