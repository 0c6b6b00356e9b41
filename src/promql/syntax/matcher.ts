// Conditions on labels, compiled from what the text says.
import { compileAnchored } from '../../lib/regex.ts';
import type { Matcher, MatchOperator } from '../../model/matcher.ts';

export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const satisfies readonly MatchOperator[];

/** Throws an Error saying what is wrong with a regular expression. */
export function compileMatcher(condition: Pick<Matcher, 'name' | 'operator' | 'value'>): Matcher {
  return { ...condition, matches: predicateOf(condition) };
}

function predicateOf({ operator, value }: Pick<Matcher, 'operator' | 'value'>): (text: string) => boolean {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const regex = compileAnchored(value);
  return operator === '=~' ? (text) => regex.matches(text) : (text) => !regex.matches(text);
}
