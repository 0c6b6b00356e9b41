// Rules out of YAML, with the engine's own parser.
import { promqlReader } from '../../../src/app/adapter/promql-reader.ts';
import { compileAdapterRules } from '../../../src/config/prometheus-adapter/compile.ts';
import type { AdapterRule } from '../../../src/config/prometheus-adapter/rule.ts';
import type { OwnerKind } from '../../../src/model/object-kinds.ts';

export const OWNERS: readonly OwnerKind[] = [
  { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', kind: 'InferenceService' },
];

const PROMQL = promqlReader({ experimentalFunctions: false });

/** What is wrong with a file, a line each. */
export async function problemsOf(text: string): Promise<readonly string[]> {
  const compiled = await compileAdapterRules(text, { promql: PROMQL, owners: OWNERS });
  return compiled.kind === 'rules' ? [] : compiled.problems.map(({ path, message }) => `${path}: ${message}`);
}

/** All rules of a file that is right. */
export async function rulesOf(text: string): Promise<readonly AdapterRule[]> {
  const compiled = await compileAdapterRules(text, { promql: PROMQL, owners: OWNERS });
  if (compiled.kind === 'problems') throw new Error(compiled.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return [...compiled.rules.custom, ...compiled.rules.external];
}

export interface WrittenRule {
  readonly seriesQuery?: string;
  readonly seriesFilters?: readonly object[];
  readonly resources?: object;
  readonly name?: object;
  readonly metricsQuery?: string;
}

const USUAL: WrittenRule = {
  seriesQuery: 'queue_us{namespace!="",pod!=""}',
  resources: { overrides: { namespace: { resource: 'namespace' }, pod: { resource: 'pod' } } },
  metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[1m])) by (<<.GroupBy>>)',
};

/** JSON is YAML. */
export function file({
  rules,
  externalRules,
}: {
  readonly rules?: readonly WrittenRule[];
  readonly externalRules?: readonly WrittenRule[];
}): string {
  const whole = (all: readonly WrittenRule[] = []): readonly WrittenRule[] => all.map((rule) => ({ ...USUAL, ...rule }));
  return JSON.stringify({ rules: whole(rules), externalRules: whole(externalRules) });
}

export async function ruleOf(rule: WrittenRule): Promise<AdapterRule> {
  const [compiled] = await rulesOf(file({ rules: [rule] }));
  if (compiled === undefined) throw new Error('no rule');
  return compiled;
}
