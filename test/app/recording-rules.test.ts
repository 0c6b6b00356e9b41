// The file of recording rules: everything that is derived is recorded or said to be none, in an order in which it can be evaluated.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { recordingRules } from '../../src/app/recording-rules.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { FACT_NAMES } from '../../src/facts/names.ts';
import { parseExpression } from '../../src/promql/syntax/parse.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { CANONICAL_SERIES } from '../../src/sources/canonical.ts';
import { KUBELET_SERIES } from '../../src/sources/kubelet/families.ts';
import { HOST_SERIES } from '../../src/sources/triton/host.ts';

interface Rule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly interval: string; readonly rules: readonly Rule[] }[];
}

const DEFAULTS = { version: '1.2.3', group: 'plimsoll', intervalMs: 15_000, windowMs: undefined, models: {} };

function textWith(given: Partial<Parameters<typeof recordingRules>[0]> = {}): string {
  return recordingRules({ ...DEFAULTS, ...given });
}

function rulesOf(text: string): readonly Rule[] {
  const { groups } = parse(text) as RuleFile;
  return groups.flatMap(({ rules }) => rules);
}

function modelsOf(models: object): typeof DEFAULTS.models {
  return settingsOf('the test', [{ path: ['models'], value: models }]).config.models;
}

const SIGNALS = CATALOGUE.map(({ name }) => `plimsoll_${name}`);
const DERIVED = [...[...CANONICAL_SERIES, ...HOST_SERIES, ...KUBELET_SERIES].map(({ name }) => name), ...FACT_NAMES, ...SIGNALS];
const UNSAID = [
  'pod_cpu_used_seconds_total',
  'node_cpu_used_seconds_total',
  'triton_model_instances',
  'triton_model_max_batch_size',
  'triton_model_ready',
  'triton_server_ready',
  'triton_instance_busy_seconds_total',
  'triton_pending_leak_requests',
  'gpu_owner_candidate',
  'plimsoll_triton_capacity_requests',
  'plimsoll_triton_saturation_ratio',
  'plimsoll_triton_busy_instances_ratio',
  ...SIGNALS.filter((name) => /^plimsoll_(?:llm|inference)_/.test(name)),
];

it('is one group of the name and interval given, and says which Plimsoll wrote it', () => {
  const text = textWith({ group: 'mine: "x" # y', intervalMs: 90_000 });
  const { groups } = parse(text) as RuleFile;
  expect(groups).toMatchObject([{ name: 'mine: "x" # y', interval: '1m30s' }]);
  expect(text).toMatch(/^# Recording rules of Plimsoll 1\.2\.3, /);
});

it('records all that is derived, but for what no rule can say', () => {
  const recorded = new Set(rulesOf(textWith()).map(({ record }) => record));
  expect([...recorded].filter((name) => !DERIVED.includes(name))).toEqual([]);
  expect(DERIVED.filter((name) => !recorded.has(name))).toEqual(UNSAID);
});

it('what is no rule is said with a reason', () => {
  const reasons = textWith()
    .split('\n')
    .filter((line) => line.includes('# No rule: '));
  // Series and facts are named by what they lack, or by the series of their part.
  for (const name of [
    'triton_model_ready',
    'triton_server_ready',
    'triton_instance_busy_seconds_total',
    'gpu_owner_candidate',
    'plimsoll_triton_capacity_requests',
    'DCGM_FI_DEV_XID_ERRORS',
    'pod_cpu_usage_seconds_total',
  ]) {
    expect(reasons.join('\n')).toContain(name);
  }
});

describe.each([
  { name: 'as it is', text: textWith() },
  {
    name: 'with models',
    text: textWith({ models: modelsOf({ a: { kind: 'ensemble' }, 'b"\\': { instances: 2, max_batch_size: 8, counts: 'exclude' } }) }),
  },
])('$name', ({ text }) => {
  const rules = rulesOf(text);

  it('every expression is PromQL, with nothing left to fill in', () => {
    for (const { expr } of rules) {
      expect(() => parseExpression(expr)).not.toThrow();
      expect(expr).not.toMatch(/<<|__pod_set__/);
    }
  });

  it('a rule reads only what was recorded before it', () => {
    const seen = new Set<string>();
    const later = new Set(rules.map(({ record }) => record));
    for (const { record, expr } of rules) {
      for (const name of later) {
        const isRead = new RegExp(`(?<![\\w"])${name}(?![\\w"])`).test(expr);
        if (isRead && name !== record) expect(seen).toContain(name);
      }
      seen.add(record);
    }
  });

  it('no two rules record series of the same labels', () => {
    const keys = rules.map(({ record, labels = {} }) => JSON.stringify([record, Object.entries(labels).sort()]));
    expect(keys).toEqual([...new Set(keys)]);
  });
});

describe('models of a configuration', () => {
  const models = modelsOf({ whole: { kind: 'ensemble' }, busy: { instances: 2, max_batch_size: 8 }, caller: { counts: 'exclude' } });
  const rules = rulesOf(textWith({ models }));
  const infos = rules.filter(({ record, labels }) => record === 'triton_model_info' && labels?.['counters'] === undefined);

  it('say their kinds and numbers, and others are leaves', () => {
    expect(infos.map(({ labels }) => labels)).toEqual([
      { kind: 'leaf' },
      { kind: 'ensemble' },
      { kind: 'leaf', instances: '2', max_batch_size: '8' },
      { kind: 'leaf', counts: 'no' },
    ]);
    expect(infos[0]?.expr).toContain('{model!="whole",model!="busy",model!="caller"}');
    expect(infos[1]?.expr).toContain('{model="whole"}');
  });

  it('record what takes instances', () => {
    const exprOf = (name: string): string | undefined => rules.find(({ record }) => record === name)?.expr;
    expect(exprOf('triton_model_instances')).toMatch(/\{model="busy"\}\) \* 2$/);
    expect(exprOf('triton_model_max_batch_size')).toMatch(/\{model="busy"\}\) \* 8$/);
    expect(exprOf('plimsoll_triton_saturation_ratio')).toContain('triton_model_instances{');
    expect(exprOf('plimsoll_triton_busy_instances_ratio')).toBeUndefined();
  });
});

it.each([
  { intervalMs: 15_000, windowMs: undefined, rate: '60s', live: '45s', kubelet: '90s' },
  { intervalMs: 30_000, windowMs: undefined, rate: '120s', live: '90s', kubelet: '90s' },
  { intervalMs: 60_000, windowMs: 300_000, rate: '300s', live: '180s', kubelet: '180s' },
])('ranges are wide enough for scrapes every $intervalMs ms', ({ rate, live, kubelet, ...options }) => {
  const rules = rulesOf(textWith(options));
  const exprOf = (name: string): string => rules.find(({ record }) => record === name)?.expr ?? '';
  expect(exprOf('plimsoll_triton_queued_requests')).toContain(`[${rate}]`);
  expect(exprOf('plimsoll_triton_pending_requests')).toContain(`[${live}]`);
  expect(exprOf('plimsoll_pod_cpu_cores')).toContain(`pod_cpu_usage_seconds_total{namespace!="",pod!=""}[${kubelet}]`);
});
