// Strings in quotes, as Prometheus and Go write them.
import { unquote } from '../../../src/promql/syntax/literals.ts';

// Halves of surrogate pairs are no characters, and there are none above 10FFFF.
const ESCAPES = [
  '[abfnrtv\\\\]',
  'x[\\da-fA-F]{2}',
  '[0-3][0-7]{2}',
  'u(?![dD][89a-fA-F])[\\da-fA-F]{4}',
  'U(?!0000[dD][89a-fA-F])00(?:0[\\da-fA-F]|10)[\\da-fA-F]{4}',
].join('|');

const MARKED: ReadonlyMap<string, RegExp> = new Map(
  ['"', "'"].map((mark) => [mark, new RegExp(`^${mark}(?:[^${mark}\\\\]|\\\\(?:${mark}|${ESCAPES}))*${mark}$`, 's')]),
);

/** The text inside; undefined when it is not in quotes of one kind, or has an escape that means nothing. */
export function textOf(quoted: string): string | undefined {
  const isWhole = MARKED.get(quoted.charAt(0))?.test(quoted) ?? /^`[^`]*`$/.test(quoted);
  return isWhole ? unquote(quoted) : undefined;
}
