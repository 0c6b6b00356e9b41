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
  const compiled = rules.map((rule): Compiled => {
    const regex = compileAnchored(rule.regex);
    return { rule, regex, renamed: renaming(rule, regex) };
  });
  if (compiled.length === 0) return (labels) => labels;
  return (labels) => {
    const result = new Map(labels);
    return compiled.every((one) => applyRule(one, result)) ? result : undefined;
  };
}

interface Compiled {
  readonly rule: RelabelSettings;
  readonly regex: AnchoredRegex;
  /** What a label's name becomes, by way of `replacement`; undefined for a name that does not match. */
  readonly renamed: (name: string) => string | undefined;
}

/** Names remembered for each rule: the labels of ten thousand pods have the same few, and expressions are slow. */
const KEPT_NAMES = 1000;

function renaming({ replacement }: RelabelSettings, regex: AnchoredRegex): Compiled['renamed'] {
  const known = new Map<string, string | undefined>();
  return (name) => {
    if (known.has(name)) return known.get(name);
    if (known.size >= KEPT_NAMES) known.clear();
    const renamed = regex.expand(name, replacement);
    known.set(name, renamed);
    return renamed;
  };
}

/** Plain names only (Prometheus's legacy validation): a name put together from other labels must not need quotes in every query. */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** False when the rule drops the labels. As `relabel` of Prometheus's model/relabel: a label that is given an empty value is removed. */
function applyRule({ rule, regex, renamed }: Compiled, labels: Map<string, string>): boolean {
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
      for (const [name, value] of [...labels]) writeNamed(labels, renamed(name), value);
      return true;
    case 'labeldrop':
      for (const name of [...labels.keys()]) if (renamed(name) !== undefined) labels.delete(name);
      return true;
    case 'labelkeep':
      for (const name of [...labels.keys()]) if (renamed(name) === undefined) labels.delete(name);
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
  writeNamed(labels, regex.expand(text, rule.target_label ?? ''), regex.expand(text, rule.replacement) ?? '');
}

/** Nothing is written under a name that is none. */
function writeNamed(labels: Map<string, string>, name: string | undefined, value: string): void {
  if (name !== undefined && LABEL_NAME.test(name)) write(labels, name, value);
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
