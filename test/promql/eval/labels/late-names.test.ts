// Names that are removed by the last step: what sees them until then, and what becomes of them.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../../src/model/labels.ts';
import { createEmbeddedEngine } from '../../../../src/promql/engine.ts';
import { evaluatesWithLateNames } from '../../support/evaluates.ts';
import { load } from '../../support/load.ts';

const TABLE = `
    a_total{i="1"}      0 10 20 30 40 50 60
    b_total{i="1"}      0 20 40 60 80 100 120
    typed{__type__="gauge", i="1"} 1 1 1 1 1 1 1
    h_bucket{le="1"}    0 2
    h_bucket{le="2"}    0 1
    h_bucket{le="+Inf"} 0 4
    odd_bucket{le="x"}  0 1
    g_bucket{le="+Inf"} 0 1
    f_bucket{le="1"}    0 3
    f_bucket{le="2"}    0 2
    f_bucket{le="+Inf"} 0 4
    c{i="1"} 5 5 5 5 5 5 5
    c{i="2"} 1 stale
    target_info{instance="", i="1", v="2"} 1 1 1 1 1 1 1
`;

const CLASH = 'vector cannot contain metrics with the same labelset';
const fell = (metric: string, at: string): string =>
  `PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "${metric}", from buckets 2 to 2, with a max diff of 1, over 1 samples from 1970-01-01T00:00:10Z to 1970-01-01T00:00:10Z (${at})`;

describe('the last step', () => {
  evaluatesWithLateNames(TABLE, [
    { expr: 'a_total', gives: ['a_total{i="1"} 60'] },
    { expr: '-a_total', gives: ['{i="1"} -60'], newest: [60] },
    { expr: '+a_total', gives: ['a_total{i="1"} 60'] },
    { expr: 'rate(a_total[1m])', gives: ['{i="1"} 1'] },
    { expr: 'last_over_time(a_total[1m])', gives: ['a_total{i="1"} 60'] },
    { expr: 'abs(typed)', gives: ['{i="1"} 1'] },
    { expr: 'timestamp(a_total)', gives: ['{i="1"} 60'] },
    { expr: 'scalar(-a_total)', gives: ['-60'] },
    { expr: 'rate({i="1", __name__=~".*_total"}[1m])', fails: CLASH },
    { expr: '-{__name__=~".*_total"}', fails: CLASH },
    { expr: 'sum(rate({__name__=~".*_total"}[1m]))', gives: ['{} 3'] },
    { expr: 'absent_over_time(none{__type__="gauge", i="7"}[1m])', gives: ['{i="7"} 1'] },
    { expr: 'absent(none{__type__="gauge", i="7"})', gives: ['{__type__="gauge", i="7"} 1'] },
  ]);
});

describe('until then', () => {
  evaluatesWithLateNames(TABLE, [
    { expr: 'sum by (__name__) (-{__name__=~".*_total"})', fails: CLASH },
    { expr: 'sum by (__name__) (a_total)', gives: ['a_total{} 60'] },
    { expr: 'count(sum by (__name__) (-{__name__=~".*_total"}))', gives: ['{} 2'] },
    { expr: 'sum by (__name__) (a_total or -b_total)', gives: ['a_total{} 60'] },
    { expr: 'sum by (__name__) (a_total or on (__name__) -b_total)', gives: ['a_total{} 60', '{} -120'] },
    { expr: 'sum by (__name__) (c{i="1"} or -c{i="2"})', at: 0, gives: ['{} 4'] },
    { expr: 'sum by (__name__) (c{i="1"} or -c{i="2"})', gives: ['c{} 5'] },
    { expr: 'sum without (i) (-a_total)', gives: ['{} -60'] },
    { expr: 'topk(1, -{__name__=~".*_total"})', gives: ['{i="1"} -60'] },
    { expr: 'limitk by (__name__) (1, -a_total)', gives: ['{i="1"} -60'] },
    { expr: 'count_values by (__name__) ("x", -a_total)', gives: ['a_total{x="-60"} 1'] },
    { expr: 'sort(-a_total)', gives: ['{i="1"} -60'] },
    { expr: 'sort_by_label(-a_total, "__name__")', gives: ['{i="1"} -60'] },
    { expr: 'label_replace(-a_total, "was", "$1", "__name__", "(.*)_total")', gives: ['{i="1", was="a"} -60'] },
    {
      expr: 'label_replace(-{__name__=~".*_total"}, "was", "$1", "__name__", "(.*)_total")',
      gives: ['{i="1", was="a"} -60', '{i="1", was="b"} -120'],
    },
    { expr: 'label_replace(-a_total, "__name__", "$1", "__name__", "(.*)")', gives: ['a_total{i="1"} -60'] },
    { expr: 'label_replace(-{__name__=~".*_total"}, "__name__", "kept", "__name__", "a.*")', gives: ['kept{i="1"} -60', '{i="1"} -120'] },
    { expr: 'label_replace(-a_total, "was", "$1", "i", "none")', gives: ['{i="1"} -60'] },
    { expr: 'label_join(-a_total, "__name__", "_", "__name__", "i")', gives: ['a_total_1{i="1"} -60'] },
    { expr: 'last_over_time((-a_total)[30s:10s])', gives: ['a_total{i="1"} -60'] },
    { expr: 'max_over_time((-a_total)[30s:10s])', gives: ['{i="1"} -40'] },
    { expr: 'info(-a_total)', gives: ['a_total{i="1"} -60'] },
  ]);
});

describe('binary operators', () => {
  evaluatesWithLateNames(TABLE, [
    { expr: 'a_total * 2', gives: ['{i="1"} 120'] },
    { expr: 'a_total > 2', gives: ['a_total{i="1"} 60'] },
    { expr: '-a_total < 2', gives: ['{i="1"} -60'] },
    { expr: 'a_total > bool 2', gives: ['{i="1"} 1'] },
    { expr: 'label_replace(a_total > bool 2, "was", "$1", "__name__", "(.+)")', gives: ['{i="1", was="a_total"} 1'] },
    { expr: 'label_replace(a_total > bool b_total, "was", "$1", "__name__", "(.+)")', gives: ['{i="1", was="a_total"} 0'] },
    { expr: 'label_replace(a_total + b_total, "was", "$1", "__name__", "(.+)")', gives: ['{i="1"} 180'] },
    { expr: 'a_total + on (i) group_left (__name__) b_total', gives: ['b_total{i="1"} 180'] },
    { expr: 'a_total > bool on (i) group_left (__name__) b_total', gives: ['{i="1"} 0'] },
    { expr: '-a_total + on (i) group_left () b_total', gives: ['{i="1"} 60'] },
    // What a filter's operand would have lost comes back, in Prometheus as here.
    { expr: '-a_total < b_total', gives: ['a_total{i="1"} -60'] },
    { expr: '-a_total and b_total', gives: ['{i="1"} -60'] },
    { expr: '-a_total unless b_total', gives: [] },
    { expr: '-a_total or on (__name__) b_total', gives: ['{i="1"} -60', 'b_total{i="1"} 120'] },
    { expr: '-a_total or on (__name__) -b_total', fails: CLASH },
    // Two of the same labels do no harm where they are gone by the end.
    { expr: 'sum({__name__=~".*_total"} + on (__name__) group_left () {__name__=~".*_total"})', gives: ['{} 360'] },
    { expr: '{__name__=~".*_total"} + on (__name__) group_left () {__name__=~".*_total"}', fails: CLASH },
  ]);
});

describe('histograms', () => {
  const at = 10;
  evaluatesWithLateNames(TABLE, [
    {
      expr: 'histogram_quantile(0.5, h_bucket)',
      at,
      gives: ['{} 1'],
      infos: [fell('h_bucket', '1:25')],
    },
    {
      expr: 'count(histogram_quantile(0.5, {__name__=~"[hf]_bucket"}))',
      at,
      gives: ['{} 2'],
      infos: [fell('h_bucket', '1:31'), fell('f_bucket', '1:31')],
    },
    {
      expr: 'histogram_quantile(0.5, odd_bucket)',
      at,
      gives: [],
      warnings: ['PromQL warning: bucket label "le" is missing or has a malformed value of "x" for metric name "odd_bucket" (1:25)'],
    },
    {
      expr: 'histogram_quantile(0.5, label_replace(odd_bucket, "__name__", "", "", ""))',
      at,
      gives: [],
      warnings: ['PromQL warning: bucket label "le" is missing or has a malformed value of "x" (1:25)'],
    },
    { expr: 'label_replace(histogram_quantile(0.5, g_bucket), "was", "$1", "__name__", "(.+)")', at, gives: ['{was="g_bucket"} NaN'] },
    { expr: 'histogram_quantiles(g_bucket, "q", 0.5, 0.9)', at, gives: ['{q="0.5"} NaN', '{q="0.9"} NaN'] },
    { expr: 'count(histogram_quantiles(g_bucket, "q", 0.5, 0.5))', at, gives: ['{} 2'] },
    { expr: 'histogram_quantiles(g_bucket, "q", 0.5, 0.5)', at, fails: CLASH },
  ]);
});

describe('over a range', () => {
  const engine = createEmbeddedEngine({
    source: load(10_000, 'm{i="1"} 1 _ 3\nn{i="1"} _ 2 _\np 1 2 stale\nq{i="1"} 1'),
    clock: new VirtualClock(),
    lookbackMs: 5000,
    delayedNameRemoval: true,
  });
  const ask = (expr: string) => engine.range({ expr, startMs: 0, endMs: 20_000, stepMs: 10_000 });

  it('joins series that never stand side by side', async () => {
    const { series } = await ask('-{__name__=~"m|n"}');
    expect(series).toEqual([{ labels: labelsOf({ i: '1' }), timesMs: [0, 10_000, 20_000], values: [-1, -2, -3], newestMs: 20_000 }]);
  });

  it('refuses those that do', async () => {
    await expect(ask('label_replace(-{__name__=~"m|p"}, "i", "1", "", "")')).rejects.toThrow(CLASH);
    await expect(ask('-{__name__=~"m|q"}')).rejects.toThrow(CLASH);
    // Before the end too, which an instant does not.
    await expect(ask('sum({__name__=~"m|q"} + on (__name__) group_left () {__name__=~"m|q"})')).rejects.toThrow(CLASH);
  });

  it.each([
    ['rate(p[15s]) or p', 'p'],
    ['-p or p', undefined],
  ])('a series of %j is what it was first', async (expr, name) => {
    const { series } = await ask(expr);
    expect(series.map(({ labels }) => labels.get('__name__'))).toEqual([name]);
  });

  it('a subquery for its own sake is named as its last step names it', async () => {
    const answer = await engine.instant({ expr: '(rate(p[15s]))[20s:10s]', timeMs: 20_000 });
    expect(answer).toMatchObject({ kind: 'matrix', series: [{ labels: new Map() }] });
  });
});
