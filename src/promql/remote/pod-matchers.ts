// A pod set written out as conditions on `namespace` and `pod`, in as many pieces as one question may not name more pods.
import { quotePattern } from '../../lib/regex.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { PodRef } from '../../model/pod.ts';

/** What a matcher says; it is written, and asked by whoever reads it. */
export type WrittenMatcher = Pick<Matcher, 'name' | 'operator' | 'value'>;

/**
 * At least one piece: of no pods one that selects nothing. Conditions of several namespaces hold for pods too that nobody asked about:
 * a name in one of the other namespaces.
 */
export function podPieces(pods: readonly PodRef[], mostPods: number): readonly (readonly WrittenMatcher[])[] {
  const ordered = [...Map.groupBy(pods, ({ namespace }) => namespace).values()].flat();
  const pieces: (readonly WrittenMatcher[])[] = [];
  for (let from = 0; from < Math.max(1, ordered.length); from += mostPods) pieces.push(pieceOf(ordered.slice(from, from + mostPods)));
  return pieces;
}

function pieceOf(pods: readonly PodRef[]): readonly WrittenMatcher[] {
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))];
  const names = [...new Set(pods.map(({ name }) => name))];
  return [oneOf('namespace', namespaces), oneOf('pod', names)];
}

/** Every pod of the namespaces; undefined: of all. */
export function namespaceMatchers(namespaces: readonly string[] | undefined): readonly WrittenMatcher[] {
  const anyPod: WrittenMatcher = { name: 'pod', operator: '!=', value: '' };
  return namespaces === undefined ? [anyPod] : [oneOf('namespace', namespaces), anyPod];
}

/** Of no value: a condition that nothing satisfies, for a series without the label has it empty. */
function oneOf(name: string, values: readonly string[]): WrittenMatcher {
  const [first] = values;
  if (first !== undefined && values.length === 1) return { name, operator: '=', value: first };
  return values.length === 0 ? { name, operator: '=', value: '-' } : { name, operator: '=~', value: values.map(quotePattern).join('|') };
}
