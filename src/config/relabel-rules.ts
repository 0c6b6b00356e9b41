// What a relabelling rule needs, as Prometheus checks it: a rule that can never do what it says is refused.

import { quote } from '../lib/quote.ts';
import { compileAnchored } from '../lib/regex.ts';
import type { RelabelAction } from '../lib/relabel.ts';
import type { Problem } from './problem.ts';
import type { RelabelRule } from './schema.ts';

/** A label's name in Prometheus's legacy validation, and one that groups of the expression may be part of (its `relabelTarget`). */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const NAME_WITH_GROUPS = /^(?:[a-zA-Z_]|\$(?:\{\w+\}|\w))(?:\w|\$(?:\{\w+\}|\w))*$/;

const WRITES: ReadonlySet<RelabelAction> = new Set(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']);

/** Fields that mean nothing to an action; Prometheus refuses them too. */
const UNUSED: Partial<Readonly<Record<RelabelAction, readonly (keyof RelabelRule)[]>>> = {
  lowercase: ['replacement'],
  uppercase: ['replacement'],
  keepequal: ['separator', 'regex', 'modulus', 'replacement'],
  dropequal: ['separator', 'regex', 'modulus', 'replacement'],
  labeldrop: ['source_labels', 'separator', 'modulus', 'target_label', 'replacement'],
  labelkeep: ['source_labels', 'separator', 'modulus', 'target_label', 'replacement'],
};
/** What fields hold when nobody wrote them. */
const PRESET: Readonly<Partial<Record<keyof RelabelRule, unknown>>> = { separator: ';', regex: '(.*)', replacement: '$1' };

/** Everything that is wrong with some rules; `path` is that of their list. */
export function relabelProblems(rules: readonly RelabelRule[], path: string): Problem[] {
  return rules.flatMap((rule, index) =>
    [...problemsOf(rule)].map(({ path: field, message }) => ({ path: `${path}[${index}].${field}`, message })),
  );
}

function* problemsOf(rule: RelabelRule): Generator<Problem> {
  const { action, target_label: target, regex, modulus, replacement } = rule;
  if (WRITES.has(action)) {
    const names = action === 'replace' ? NAME_WITH_GROUPS : NAME;
    if (target === undefined) yield { path: 'target_label', message: `missing; action ${action} needs it` };
    else if (!names.test(target)) yield { path: 'target_label', message: `expected a label name, got ${quote(target)}` };
  }
  if (action === 'hashmod' && modulus === undefined) yield { path: 'modulus', message: 'missing; action hashmod needs it' };
  if (action === 'labelmap' && !NAME_WITH_GROUPS.test(replacement)) {
    yield { path: 'replacement', message: `expected what makes a label name, such as $1, got ${quote(replacement)}` };
  }
  const cause = regexFault(regex);
  if (cause !== undefined) yield { path: 'regex', message: `not an RE2 expression: ${cause}` };
  for (const name of UNUSED[action] ?? []) {
    const value = rule[name];
    const isWritten = Array.isArray(value) ? value.length > 0 : value !== PRESET[name];
    if (isWritten) yield { path: name, message: `action ${action} does not use it; leave it out` };
  }
}

function regexFault(pattern: string): string | undefined {
  try {
    compileAnchored(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
