import { describe, expect, it } from 'vitest';
import { FACT_NAMES } from '../../src/facts/names.ts';
import { CATALOGUE } from '../../src/signals/catalogue.ts';
import { renderTemplate } from '../../src/signals/template.ts';
import { EVERY_SERIES } from '../../src/sources/every-series.ts';
import { rowNamed } from './support.ts';

/** What a server's API tells. */
const BUSY: (typeof FACT_NAMES)[number] = 'triton_instance_busy_seconds_total';
const VALUES = { labelMatchers: '', windowMs: 60_000, liveWindowMs: 15_000 };

function rendered(name: string): string {
  return renderTemplate(rowNamed(name).expr, VALUES);
}

describe.each(CATALOGUE)('$name', (row) => {
  it('is a metric name with its unit and a help', () => {
    expect(row.name).toMatch(/^(triton|gpu|pod|node|llm|inference)_[a-z0-9_]+$/);
    expect(row.help).toMatch(/^[A-Z].*\.$/);
    expect(row.unit).not.toBe('');
  });

  it('has a second part exactly when its reduction takes one', () => {
    expect(row.per !== undefined).toBe(['ratio', 'hottest', 'skew'].includes(row.across));
  });

  it('groups by pod and by its devices', () => {
    const by = ['<<.GroupBy>>', ...row.device].join(', ');
    for (const template of [row.expr, row.per ?? row.expr]) expect(template).toContain(` by (${by}) (`);
  });

  it('says the range it reads', () => {
    const isRate = row.window === 'rate' || row.window === 'statistics';
    expect(row.expr.includes('<<.Window>>')).toBe(isRate);
    expect(row.expr.includes(BUSY)).toBe(row.window === 'statistics');
    expect(row.expr.includes('irate(')).toBe(row.window === 'pair');
    if (!isRate) expect(row.expr.includes('<<.LiveWindow>>')).toBe(row.window === 'live' || row.window === 'pair');
  });
});

it('has every name once', () => {
  expect(new Set(CATALOGUE.map((row) => row.name)).size).toBe(CATALOGUE.length);
});

it('is exported under a name that no series has', () => {
  const series = [...EVERY_SERIES.flatMap(({ name, from }) => [name, ...from.map(({ raw }) => raw)]), ...FACT_NAMES];
  for (const { name } of CATALOGUE) expect(series).not.toContain(`plimsoll_${name}`);
});

it('counts leaf models only, for every signal of Triton', () => {
  for (const { source, expr } of CATALOGUE)
    expect(expr.includes('triton_model_info{kind="leaf"')).toBe(source === 'triton' || source === 'inference');
});

it('renders in-flight requests', () => {
  const leaf = 'and on (instance, model, version) triton_model_info{kind="leaf",counts!="no",__pod_set__="1"}';
  const counted = 'and on (instance, model, version) triton_model_info{kind="leaf",counts!="no",counters!="no",__pod_set__="1"}';
  const rate = (step: string): string => `rate(nv_inference_compute_${step}_duration_us{__pod_set__="1"}[60s])`;
  expect(rendered('triton_inflight_requests')).toBe(
    `sum by (namespace, pod) (avg_over_time(nv_inference_pending_request_count{__pod_set__="1"}[15s]) ${leaf})` +
      ` + sum by (namespace, pod) ((${rate('input')} + ${rate('infer')} + ${rate('output')}) ${counted}) / 1e6`,
  );
});

it('renders the processors of pods and of their nodes', () => {
  expect(rendered('pod_cpu_cores')).toBe(
    'max by (namespace, pod) (irate(pod_cpu_used_seconds_total{__pod_set__="1"}[15s]) and pod_cpu_used_seconds_total{__pod_set__="1"})',
  );
  expect(rendered('node_cpu_utilization_ratio')).toBe(
    'max by (namespace, pod, node) (0 * pod_cpu_used_seconds_total{__pod_set__="1"}) + on (node) group_left () ' +
      'max by (node) (irate(node_cpu_used_seconds_total[15s]) and node_cpu_used_seconds_total)',
  );
});

it('renders GPU utilisation', () => {
  expect(rendered('gpu_utilization_ratio')).toBe(
    'max by (namespace, pod, uuid, mig_id) (gpu_owner{__pod_set__="1"} * on (uuid, mig_id) group_left () max by (uuid, mig_id) (gpu_utilization_ratio))',
  );
});
