// What was found about rules, for machines and for people.
import type { CheckedRule, RulesCheck } from '../../app/adapter/check-rules.ts';
import { section, withoutControls } from '../inspect/print.ts';

/** The keys that scripts rely on. */
export function checkJson(result: RulesCheck): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** Whether everything will work. */
export function isFine(result: RulesCheck): boolean {
  return 'rules' in result && result.rules.every(({ findings }) => findings.every(({ level }) => level !== 'error'));
}

export function checkText(file: string, result: RulesCheck): string {
  if ('problems' in result) {
    const lines = result.problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    return withoutControls(section(`${file} cannot be used: ${counted(lines.length, 'problem')}`, lines));
  }
  const { rules } = result;
  return withoutControls(`${rules.map(ruleText).join('\n')}\n${summary(rules)}\n`);
}

function ruleText({ rule, seriesQuery, query, metrics, findings }: CheckedRule): string {
  const lines = [
    `asks     ${query}`,
    ...(metrics ?? []).map(({ name, objects, series }) => `serves   ${name}${about(objects)}${series === name ? '' : `, of ${series}`}`),
    ...findings.map(({ level, code, message }) => `${level.padEnd(8)} ${code}: ${message}`),
  ];
  return section(`${rule}  ${seriesQuery}`, lines);
}

function about(objects: readonly string[]): string {
  return objects.length === 0 ? '' : ` of ${objects.join(', ')}`;
}

function summary(rules: readonly CheckedRule[]): string {
  const findings = rules.flatMap((rule) => rule.findings);
  const errors = findings.filter(({ level }) => level === 'error').length;
  const isHeld = rules.some(({ metrics }) => metrics !== undefined);
  const serving = rules.filter(({ metrics }) => (metrics ?? []).length > 0).length;
  const matched = isHeld ? `${serving} of them with series now` : 'held against no series: give --from or --url';
  return `${counted(rules.length, 'rule')}, ${matched}; ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
