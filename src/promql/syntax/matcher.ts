// Conditions on labels, compiled from what the text says.
import { compileWhole } from '../../lib/regex.ts';
import type { Matcher } from '../../model/matcher.ts';
import { type Predicate, simplePredicate } from './regex-shapes.ts';

type Condition = Pick<Matcher, 'name' | 'operator' | 'value'>;

/**
 * `countRegex` is told the pattern of each regular expression that has to be compiled, and may throw; so does this where the pattern is none:
 * an Error whose message says what is wrong.
 */
export function compileMatcher(condition: Condition, countRegex?: (pattern: string) => void): Matcher {
  const { name, operator, value } = condition;
  return { name, operator, value, matches: predicateOf(condition, countRegex) };
}

function predicateOf({ operator, value }: Condition, countRegex?: (pattern: string) => void): Predicate {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const matches = simplePredicate(value) ?? compiled(value, countRegex);
  return operator === '=~' ? matches : (text) => !matches(text);
}

function compiled(pattern: string, countRegex?: (pattern: string) => void): Predicate {
  countRegex?.(pattern);
  return compileWhole(pattern);
}
