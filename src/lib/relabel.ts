// Prometheus's relabelling: rules that keep, drop or rewrite a label set.
import { type AnchoredRegex, compileAnchored } from './regex.ts';

export interface RelabelSettings {
  readonly source_labels: readonly string[];
  readonly separator: string;
  readonly regex: string;
  readonly target_label?: string | undefined;
  readonly replacement: string;
  readonly action: 'replace' | 'keep' | 'drop';
}

/** The label set after all rules, or undefined when a rule dropped it. */
export type Relabel = (labels: ReadonlyMap<string, string>) => ReadonlyMap<string, string> | undefined;

/** Compiles the rules; throws an Error naming the rule whose expression is wrong. */
export function compileRelabel(rules: readonly RelabelSettings[]): Relabel {
  const compiled = rules.map((rule) => ({ rule, regex: compileAnchored(rule.regex) }));
  if (compiled.length === 0) return (labels) => labels;
  return (labels) => {
    const result = new Map(labels);
    for (const { rule, regex } of compiled) {
      if (!applyRule(rule, regex, result)) return undefined;
    }
    return result;
  };
}

/** Plain names only (Prometheus's legacy validation): a name put together from other labels must not need quotes in every query. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** False when the rule drops the labels. As `relabel` of Prometheus's model/relabel: a replacement that comes out empty removes the label. */
function applyRule(rule: RelabelSettings, regex: AnchoredRegex, labels: Map<string, string>): boolean {
  const text = rule.source_labels.map((name) => labels.get(name) ?? '').join(rule.separator);
  if (rule.action === 'keep') return regex.matches(text);
  if (rule.action === 'drop') return !regex.matches(text);
  const target = regex.expand(text, rule.target_label ?? '');
  if (target === undefined || !LABEL_NAME.test(target)) return true;
  const value = regex.expand(text, rule.replacement) ?? '';
  if (value === '') labels.delete(target);
  else labels.set(target, value);
  return true;
}
