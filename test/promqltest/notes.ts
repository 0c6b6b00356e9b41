// Warnings and infos of an answer held against what a file expects of them.
import type { Annotations } from '../../src/model/query-engine.ts';
import type { Difference } from './compare.ts';
import type { Expectation, Expectations } from './format/commands.ts';

/** The language speaks of annotations without what an API adds: which buckets it was about and when, and the place in the expression. */
const ADDED = /(?:, from buckets \S+ to \S+, with a max diff of .+)? \(\d+:\d+\)$/;

export function compareNotes({ warnings, infos = [] }: Annotations, expected: Expectations): Difference | undefined {
  const texts = { warning: warnings.map(asWritten), info: infos.map(asWritten) };
  return (
    ofKind('warning', texts.warning, { some: expected.warn, none: expected.noWarn }) ??
    ofKind('info', texts.info, { some: expected.info, none: expected.noInfo })
  );
}

function asWritten(text: string): string {
  return text.replace(ADDED, '');
}

function ofKind(
  kind: 'warning' | 'info',
  texts: readonly string[],
  { some, none }: { readonly some: readonly Expectation[]; readonly none: boolean },
): Difference | undefined {
  const got = texts.length === 0 ? `no ${kind}` : texts.map((text) => JSON.stringify(text)).join(', ');
  if (none && texts.length > 0) return { expected: `no ${kind}`, got };
  if (some.length === 0) return undefined;
  const missing = some.find((expectation) => texts.length === 0 || !texts.some((text) => expectation.matches(text)));
  if (missing !== undefined) return { expected: `the ${kind} ${missing.says}`, got };
  const surplus = texts.find((text) => !some.some((expectation) => expectation.matches(text)));
  if (surplus === undefined) return undefined;
  return { expected: `the ${kind} ${some.map(({ says }) => says).join(' or ')} alone`, got: JSON.stringify(surplus) };
}
