import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/promql/syntax/parse.ts';
import { trapsOfRule } from '../../../src/signals/rules/rule-traps.ts';
import { trapsIn } from '../../../src/signals/rules/traps.ts';
import { compiled, file, type Rule } from './support.ts';

const OPTIONS = {
  types: new Map([
    ['declared_counter', 'counter'],
    ['looks_total', 'gauge'],
    ['declared_gauge', 'gauge'],
    ['unknown_total', 'unknown'],
  ]),
  intervalMs: 5000,
  retentionMs: 300_000,
};

function codesOf(expr: string): readonly string[] {
  return trapsIn(parseExpression(expr), OPTIONS).map(({ level, code }) => `${level} ${code}`);
}

describe('in expressions', () => {
  it.each([
    ['sum(rate(nv_inference_count[1m])) by (pod)', []],
    ['sum by (pod) (nv_inference_pending_request_count + on (pod) sum by (pod) (rate(nv_inference_compute_infer_duration_us[1m])))', []],
    ['sum(delta(nv_inference_count[1m])) by (pod)', ['warning delta-of-counter']],
    ['sum(deriv(declared_counter[1m])) by (pod)', ['warning delta-of-counter']],
    ['sum(delta(declared_gauge[1m])) by (pod)', []],
    ['sum(delta(looks_total[1m])) by (pod)', []],
    ['sum(idelta(unknown_total[1m])) by (pod)', ['warning delta-of-counter']],
    ['rate(declared_gauge[1m])', ['warning rate-of-gauge']],
    ['irate(nv_inference_pending_request_count[1m])', ['warning rate-of-gauge', 'warning queue-alone']],
    ['sum(http_requests_total) by (pod)', ['warning raw-counter']],
    ['avg_over_time(http_requests_total[1m])', ['warning raw-counter']],
    ['count(http_requests_total) by (pod)', []],
    ['timestamp(http_requests_total)', []],
    ['rate(a_total[1m]) / (1 + rate(b_total[1m]))', ['warning smoothed-divisor']],
    ['rate(a_total[1m]) / (sum(rate(b_total[1m])) * 1000 + 0.001)', ['warning smoothed-divisor']],
    ['rate(a_total[1m]) / clamp_min(rate(b_total[1m]), 1)', ['warning smoothed-divisor']],
    ['rate(a_total[1m]) / rate(b_total[1m])', []],
    ['avg(rate(nv_inference_compute_infer_duration_us[1m])) by (pod)', ['warning average-of-models']],
    ['avg(rate(nv_inference_compute_infer_duration_us[1m])) by (pod, model, gpu_uuid)', []],
    ['avg(rate(a_total[1m])) by (pod)', []],
    ['avg(rate(a_total[1m]) / rate(b_total[1m])) by (pod)', ['warning mean-of-ratios']],
    ['sum(rate(a_total[1m]) / 1e6) by (pod)', []],
    ['sum(rate(nv_inference_queue_duration_us[1m])) / sum(rate(nv_inference_compute_infer_duration_us[1m]))', ['warning ratio-of-queue']],
    ['sum(rate(nv_inference_queue_duration_us[1m])) / 1e6', ['warning queue-alone']],
    ['sum(nv_inference_pending_request_count) by (pod)', ['warning queue-alone']],
    ['avg_over_time(DCGM_FI_DEV_GPU_UTIL[2m])', ['warning utilisation']],
    ['nv_gpu_utilization * 100', ['warning utilisation']],
    ['DCGM_FI_DEV_FB_FREE', ['warning memory']],
    ['DCGM_FI_DEV_FB_USED', ['warning memory']],
    ['rate(a_total[9s])', ['error short-window']],
    ['rate(a_total[10s])', ['warning short-window']],
    ['rate(a_total[19s])', ['warning short-window']],
    ['rate(a_total[20s])', []],
    ['rate(a_total[5m])', []],
    ['rate(a_total[301s])', ['error long-window']],
    ['vector(1)', []],
  ])('%s', (expr, codes) => {
    expect(codesOf(expr)).toEqual(codes);
  });

  it('a recipe that is shipped with a server has five of them', () => {
    const expr = 'avg(delta(nv_inference_queue_duration_us{pod="a"}[30s])/(1+delta(nv_inference_request_success{pod="a"}[30s]))) by (pod)';
    expect(codesOf(expr)).toEqual([
      'warning average-of-models',
      'warning mean-of-ratios',
      'warning smoothed-divisor',
      'warning ratio-of-queue',
      'warning delta-of-counter',
    ]);
  });

  it('say what to write instead', () => {
    const [finding] = trapsIn(parseExpression('rate(a_total[7s])'), OPTIONS);
    expect(finding?.message).toBe('[7s] holds fewer than two samples at a scrape interval of 5 s; widen it to 20 s');
  });
});

describe('in rules', () => {
  it.each<{ readonly name: string; readonly rule: Rule; readonly isExternal?: boolean; readonly codes: readonly string[] }>([
    { name: 'a usual one', rule: {}, codes: [] },
    { name: 'a name without its group', rule: { name: { matches: '^(.*)_total$', as: '$1_rate' } }, codes: ['error lost-name'] },
    { name: 'a name with its group', rule: { name: { matches: '^(.*)_total$', as: '${1}_rate-$1' } }, codes: [] },
    { name: 'no label for namespaces', rule: { resources: { overrides: { pod: { resource: 'pod' } } } }, codes: ['error no-namespace'] },
    {
      name: 'nothing grouped by',
      rule: { metricsQuery: 'avg_over_time(<<.Series>>{<<.LabelMatchers>>}[2m])' },
      codes: ['warning not-grouped'],
    },
    { name: 'no conditions', rule: { metricsQuery: 'sum(<<.Series>>) by (<<.GroupBy>>)' }, codes: ['warning not-matched'] },
    {
      name: 'conditions one by one',
      rule: { metricsQuery: 'sum(<<.Series>>{pod=~`<<index .LabelValuesByName "pod">>`}) by (<<.GroupBy>>)' },
      codes: [],
    },
    { name: 'an external one', isExternal: true, rule: { metricsQuery: '<<.Series>>{<<.LabelMatchers>>}' }, codes: [] },
    {
      name: 'an external one of all namespaces',
      isExternal: true,
      rule: { resources: { namespaced: false } },
      codes: ['warning every-namespace'],
    },
    { name: 'an external one without a label', isExternal: true, rule: { resources: {} }, codes: ['error no-namespace'] },
  ])('$name', async ({ rule, isExternal = false, codes }) => {
    const { custom, external } = await compiled(isExternal ? file([], [rule]) : file([rule]));
    const found = [...custom, ...external].flatMap(trapsOfRule);
    expect(found.map(({ level, code }) => `${level} ${code}`)).toEqual(codes);
  });
});
