// The dashboards name nothing that nobody says: each selector's metric is one that Plimsoll says, keeps or reads.
import { beforeAll, describe, expect, it } from 'vitest';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { FACT_NAMES } from '../../src/facts/names.ts';
import { selectorsOf } from '../../src/promql/syntax/ast.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { EVERY_SERIES } from '../../src/sources/every-series.ts';
import { MODEL_READINGS } from '../../src/sources/triton/families.ts';
import { pageMetrics, registeredMetrics } from '../arch/docs/registered.ts';
import { chosenAtFirst, dashboards, labelValuesOf, panelQuestions } from './questions.ts';

/** Of https://github.com/kubernetes/kube-state-metrics, which need not be there. */
const OTHERS = ['info', 'status_desired_replicas', 'status_current_replicas', 'spec_max_replicas'].map(
  (field) => `kube_horizontalpodautoscaler_${field}`,
);

const known = new Set<string>([...OTHERS, ...FACT_NAMES, ...EVERY_SERIES.map(({ name }) => name), ...MODEL_READINGS.map(({ raw }) => raw)]);

beforeAll(async () => {
  for (const { name, type } of [...(await registeredMetrics()), ...(await pageMetrics())]) {
    const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    for (const part of parts) known.add(`${name}${part}`);
  }
  const { registry } = createRegistryMeter();
  for (const { name } of await registry.getMetricsAsJSON()) known.add(name);
});

describe.each(dashboards())('$title', (dashboard) => {
  const chosen = chosenAtFirst(dashboard, 'here');
  const expressions = [
    ...panelQuestions(dashboard, chosen).map(({ name, expr }) => ({ name, expr })),
    ...dashboard.templating.list
      .filter(({ type }) => type === 'query')
      .map((variable) => ({ name: variable.name, expr: labelValuesOf(variable, chosen).selector })),
  ];

  it.each(expressions)('$name', ({ expr }) => {
    const names = selectorsOf(parseExpression(expr)).map(({ name }) => name ?? '{}');
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(Object.entries({ 'a choice': 'it(a|b)', 'a name with a point': 'a\\\\.b' }))('can be read with %s too', (_, value) => {
    const all = Object.fromEntries(Object.entries(chosen).map(([name, text]) => [name, text === '.*' || text === 'here' ? value : text]));
    for (const { expr } of panelQuestions(dashboard, all)) expect(() => parseExpression(expr)).not.toThrow();
  });
});
