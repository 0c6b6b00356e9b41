// Prometheus's relabelling: rules that keep, drop or rewrite a label set.
import { createHash } from 'node:crypto';
import { type AnchoredRegex, compileAnchored } from './regex.ts';

export interface RelabelSettings {
  readonly source_labels: readonly string[];
  readonly separator: string;
  readonly regex: string;
  readonly target_label?: string | undefined;
  readonly replacement: string;
  readonly modulus?: number | undefined;
  readonly action: RelabelAction;
}

export type RelabelAction =
  | 'replace'
  | 'keep'
  | 'drop'
  | 'keepequal'
  | 'dropequal'
  | 'hashmod'
  | 'labelmap'
  | 'labeldrop'
  | 'labelkeep'
  | 'lowercase'
  | 'uppercase';

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

/** False when the rule drops the labels. As `relabel` of Prometheus's model/relabel: a label that is given an empty value is removed. */
function applyRule(rule: RelabelSettings, regex: AnchoredRegex, labels: Map<string, string>): boolean {
  const text = rule.source_labels.map((name) => labels.get(name) ?? '').join(rule.separator);
  const target = rule.target_label ?? '';
  switch (rule.action) {
    case 'keep':
      return regex.matches(text);
    case 'drop':
      return !regex.matches(text);
    case 'keepequal':
      return (labels.get(target) ?? '') === text;
    case 'dropequal':
      return (labels.get(target) ?? '') !== text;
    case 'replace':
      replace({ rule, regex, text, labels });
      return true;
    case 'hashmod':
      write(labels, target, hashModulo(text, rule.modulus ?? 1));
      return true;
    case 'lowercase':
      write(labels, target, text.toLowerCase());
      return true;
    case 'uppercase':
      write(labels, target, text.toUpperCase());
      return true;
    case 'labelmap':
      for (const [name, value] of [...labels]) if (regex.matches(name)) write(labels, regex.expand(name, rule.replacement) ?? '', value);
      return true;
    case 'labeldrop':
      for (const name of [...labels.keys()]) if (regex.matches(name)) labels.delete(name);
      return true;
    case 'labelkeep':
      for (const name of [...labels.keys()]) if (!regex.matches(name)) labels.delete(name);
      return true;
  }
}

interface Replacing {
  readonly rule: RelabelSettings;
  readonly regex: AnchoredRegex;
  readonly text: string;
  readonly labels: Map<string, string>;
}

function replace({ rule, regex, text, labels }: Replacing): void {
  const target = regex.expand(text, rule.target_label ?? '');
  if (target !== undefined && LABEL_NAME.test(target)) write(labels, target, regex.expand(text, rule.replacement) ?? '');
}

function write(labels: Map<string, string>, name: string, value: string): void {
  if (value === '') labels.delete(name);
  else labels.set(name, value);
}

/** The last eight bytes of the MD5 as a big-endian number, modulo `modulus`: shards are then those of Prometheus. */
function hashModulo(text: string, modulus: number): string {
  const digest = createHash('md5').update(text).digest();
  return String(digest.readBigUInt64BE(8) % BigInt(modulus));
}
