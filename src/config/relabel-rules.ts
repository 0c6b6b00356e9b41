// What a relabelling rule needs, as Prometheus checks it: a rule that can never do what it says is refused.
import { compileAnchored } from '../lib/regex.ts';
import type { RelabelAction } from '../lib/relabel.ts';
import type { Problem } from './problem.ts';
import type { RelabelRule } from './schema.ts';

/** Prometheus's `model.LabelName.IsValid`, and for `replace` with groups of the expression in it. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const NAME_WITH_GROUPS = /^(?:(?:[a-zA-Z_]|\$(?:\{\w+\}|\w+))+\w*)+$/;

const WRITES: ReadonlySet<RelabelAction> = new Set(['replace', 'hashmod', 'lowercase', 'uppercase', 'keepequal', 'dropequal']);

/** Fields that mean nothing to an action, and the value that they have when nobody wrote them. */
const UNUSED: Partial<Readonly<Record<RelabelAction, readonly (keyof RelabelRule)[]>>> = {
  keepequal: ['regex', 'modulus', 'separator', 'replacement'],
  dropequal: ['regex', 'modulus', 'separator', 'replacement'],
  labeldrop: ['source_labels', 'target_label', 'modulus', 'separator', 'replacement'],
  labelkeep: ['source_labels', 'target_label', 'modulus', 'separator', 'replacement'],
};
const PRESET: Readonly<Partial<Record<keyof RelabelRule, unknown>>> = { separator: ';', regex: '(.*)', replacement: '$1' };

/** Everything that is wrong with some rules; `path` is that of their list. */
export function relabelProblems(rules: readonly RelabelRule[], path: string): Problem[] {
  return rules.flatMap((rule, index) =>
    [...problemsOf(rule)].map(({ path: field, message }) => ({ path: `${path}[${index}].${field}`, message })),
  );
}

function* problemsOf(rule: RelabelRule): Generator<Problem> {
  const { action, target_label: target, regex, modulus, replacement } = rule;
  if (WRITES.has(action) && target === undefined) yield { path: 'target_label', message: `missing; action ${action} needs it` };
  else if (target !== undefined && WRITES.has(action)) {
    const names = action === 'replace' ? NAME_WITH_GROUPS : NAME;
    if (!names.test(target)) yield { path: 'target_label', message: `${JSON.stringify(target)} is no label name` };
  }
  if (action === 'hashmod' && modulus === undefined) yield { path: 'modulus', message: 'missing; action hashmod needs it' };
  if (action === 'labelmap' && !NAME_WITH_GROUPS.test(replacement)) {
    yield { path: 'replacement', message: `${JSON.stringify(replacement)} makes no label names` };
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
