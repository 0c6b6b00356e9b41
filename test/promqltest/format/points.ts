// Samples in expanding notation: `1 2+3x4 _ _x5 stale -1.5e3 {{…}}`.
import type { Point } from './commands.ts';
import { UNSIGNED, unsignedOf } from './numbers.ts';

/** A week at one second, and more than any test has: bounds what a line of some characters can ask for. */
const MOST_POINTS = 1_000_000;

const BLANK = /\s+/y;
const GAP = /_(?:x(?<times>\d+))?(?=\s|$)/y;
const HISTOGRAM = /\{\{(?:[^}]|\}(?!\}))*\}\}(?:[+-]\{\{(?:[^}]|\}(?!\}))*\}\}(?=x))?(?:x(?<times>\d+))?(?=\s|$)/y;
const VALUE = new RegExp(
  `(?:(?<stale>stale)|(?<sign>[+-]?)(?<number>${UNSIGNED.source}))(?:(?<stepSign>[+-])(?<step>${UNSIGNED.source})(?=x))?(?:x(?<times>\\d+))?(?=\\s|$)`,
  'y',
);

/** Throws an Error that says what is wrong. */
export function parsePoints(text: string): readonly Point[] {
  const points: Point[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    if (found !== undefined) at += found[0].length;
    return found;
  };
  take(BLANK);
  while (at < text.length) {
    const start = at;
    const gap = take(GAP);
    const histogram = gap === undefined ? take(HISTOGRAM) : undefined;
    const value = gap === undefined && histogram === undefined ? take(VALUE) : undefined;
    const found = gap ?? histogram ?? value;
    if (found === undefined) throw new Error(`expected numbers, _, stale or {{…}}, got ${JSON.stringify(wordAt(text, start))}`);
    const { times } = found.groups ?? {};
    const more = Number(times ?? 0);
    if (points.length + more >= MOST_POINTS) throw new Error(`${found[0]} makes more than ${MOST_POINTS} samples of one line`);
    // A gap is said as often as it says, all else once more: the first, and then so many.
    const count = gap === undefined ? more + 1 : times === undefined ? 1 : more;
    if (value === undefined) pushEqual(points, { point: gap === undefined ? 'histogram' : 'none', count });
    else pushValues(points, { groups: value.groups ?? {}, text: value[0], count });
    take(BLANK);
  }
  return points;
}

function pushEqual(points: Point[], { point, count }: { readonly point: Point; readonly count: number }): void {
  for (let index = 0; index < count; index += 1) points.push(point);
}

function pushValues(
  points: Point[],
  { groups, text, count }: { readonly groups: Readonly<Record<string, string | undefined>>; readonly text: string; readonly count: number },
): void {
  const { stale, sign, number = '', stepSign, step } = groups;
  if (stale !== undefined) {
    if (step !== undefined) throw new Error(`expected no step after stale, got ${JSON.stringify(text)}`);
    pushEqual(points, { point: 'stale', count });
    return;
  }
  const size = unsignedOf(number);
  const growth = step === undefined ? 0 : unsignedOf(step);
  if (size === undefined || growth === undefined) throw new Error(`expected a number that a float can hold, got ${JSON.stringify(text)}`);
  let value = sign === '-' ? -size : size;
  // Added up rather than multiplied: that is how the language makes them, to the last digit.
  for (let index = 0; index < count; index += 1) {
    points.push(value);
    value += stepSign === '-' ? -growth : growth;
  }
}

function wordAt(text: string, at: number): string {
  return /^\S*/.exec(text.slice(at))?.[0] ?? '';
}
