// Kubernetes label selectors as PromQL label matchers.
import { quote } from '../lib/quote.ts';
import { quotePattern } from '../lib/regex.ts';
import type { LabelRequirement, LabelSelector } from '../model/label-selector.ts';
import { QueryError } from '../model/query-engine.ts';
import type { SignalInfo } from '../model/signal.ts';

/**
 * The conditions on a signal's own labels, comma-separated. Both languages take NotIn and `!=` as true for an absent label.
 * Throws a QueryError `bad-expression` for a label that the signal does not have.
 */
export function labelMatchers(signal: SignalInfo, selector: LabelSelector): string {
  return selector
    .map((requirement) => {
      if (!signal.labels.includes(requirement.key)) throw unknownLabel(signal, requirement.key);
      return labelMatcher(requirement);
    })
    .join(',');
}

function labelMatcher({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return `${key}${oneOf(values, { one: '=', any: '=~' })}`;
    case 'NotIn':
      return `${key}${oneOf(values, { one: '!=', any: '!~' })}`;
    case 'Exists':
      return `${key}!=""`;
    case 'DoesNotExist':
      return `${key}=""`;
  }
}

/** The operator and value of a matcher that holds for one of the values. */
export function oneOf(values: readonly string[], operators: { one: string; any: string }): string {
  const [first, ...others] = values;
  if (first !== undefined && others.length === 0) return `${operators.one}${promString(first)}`;
  return `${operators.any}${promString(values.map(quotePattern).join('|'))}`;
}

function promString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function unknownLabel(signal: SignalInfo, key: string): QueryError {
  const known = signal.labels.length === 0 ? 'it has none' : `it has no such label; use ${signal.labels.join(', ')}`;
  const message = `cannot select ${signal.name} by label ${quote(key)}: ${known}`;
  return new QueryError('bad-expression', message);
}
