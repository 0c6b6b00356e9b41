// A gauge of the last error's code becomes a counter of errors.

/**
 * Counts changes to a code other than 0. What stood there at first is older than our reading and counts nothing;
 * the same code twice in a row, and all but the last of several between two scrapes, cannot be seen: a lower bound.
 */
export function createCodeCounter(): (code: number) => number {
  let last: number | undefined;
  let changes = 0;
  return (code) => {
    if (last !== undefined && code !== last && code !== 0) changes += 1;
    last = code;
    return changes;
  };
}
