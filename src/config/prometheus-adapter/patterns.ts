// Regular expressions of a rule, bounded: RE2 reads them in time that follows their length, and its repetitions multiply that.
import { compileSearch, type SearchRegex } from '../../lib/regex.ts';

/** Longer than the names that it is held against can be. */
const MOST_CHARACTERS = 1000;
/** A class of characters said a thousand times takes twelve megabytes. */
const MOST_REPETITIONS = 4;

/** Throws an Error that says what is wrong, with what to do about a lookaround. */
export function compilePattern(pattern: string): SearchRegex {
  if (pattern.length > MOST_CHARACTERS)
    throw new Error(`it is longer than ${MOST_CHARACTERS} characters, the limit of a pattern; write several rules`);
  if ((pattern.match(/\{\d/g)?.length ?? 0) > MOST_REPETITIONS) {
    throw new Error(`it has more than ${MOST_REPETITIONS} repetitions such as {2,5}; write the text out`);
  }
  try {
    return compileSearch(pattern);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const advice = /\(\?<?[=!]/.test(pattern)
      ? '; RE2 has no lookaround: leave names out by seriesFilters with isNot'
      : '; write it in the syntax of RE2';
    throw new Error(`${message}${advice}`, { cause });
  }
}
