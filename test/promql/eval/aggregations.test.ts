// Aggregations beyond sums: which series are chosen, what is counted, what their parameter may be.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { engineOver } from '../support/ask.ts';
import { evaluates } from '../support/evaluates.ts';
import { load } from '../support/load.ts';

const TABLE = `
    m{a="x", i="1"} 1 2 3 4 5 6 7
    m{a="x", i="2"} 7 6 5 4 3 2 1
    m{a="x", i="3"} 4 4 4 4 4 4 4
    m{a="y", i="1"} NaN
    m{a="y", i="2"} -1 -1 -1 -1 -1 -1 Inf
    n{a="x"} 1 _ _ _ _ _ 2
    k 1 2 3 4 3 2 1
`;

describe('the order in which series are handed on', () => {
  evaluates(
    `
    g{a="x", i="1"} 5 stale
    g{a="y", i="1"} 3 3
    g{a="x", i="2"} 4 4
    h{i="1"} 2
    h{i="2"} 1
    h{i="3"} 3
    `,
    [
      { expr: 'sum by (a) (g)', at: 0, ordered: ['{a="x"} 9', '{a="y"} 3'] },
      { expr: 'sum by (a) (g)', at: 10, ordered: ['{a="y"} 3', '{a="x"} 4'] },
      { expr: 'limitk(1, max without (i) (g))', at: 10, ordered: ['{a="y"} 3'] },
      { expr: 'limitk(3, h)', at: 0, ordered: ['h{i="2"} 1', 'h{i="1"} 2', 'h{i="3"} 3'] },
      { expr: 'limit_ratio(1, h)', at: 0, ordered: ['h{i="2"} 1', 'h{i="1"} 2', 'h{i="3"} 3'] },
      { expr: 'limitk(1, limitk(2, h))', at: 0, ordered: ['h{i="2"} 1'] },
      { expr: 'last_over_time(g[20s:10s])', at: 10, ordered: ['g{a="x", i="1"} 5', 'g{a="y", i="1"} 3', 'g{a="x", i="2"} 4'] },
    ],
  );
  evaluates('late{i="1"} _ 1\nlate{i="2"} 2 2', [
    { expr: 'last_over_time(late[20s:10s])', at: 10, ordered: ['late{i="1"} 1', 'late{i="2"} 2'] },
  ]);
});

describe('what is told first, and where', () => {
  evaluates('h{i="1"} 2\nh{i="2"} 1\nk 1', [
    { expr: 'topk(NaN, k + on () h)', at: 0, fails: 'found duplicate series for the match group {} on the right hand-side' },
    { expr: 'h + on () bottomk(Inf, k)', at: 0, fails: 'Scalar value +Inf overflows int64' },
    { expr: 'quantile(1.1, quantile(1.1, k))', at: 0, warnings: [badQuantile('1:10')] },
    { expr: 'quantile(1.1, quantile_over_time(1.1, k[1m]))', at: 0, warnings: [badQuantile('1:10')] },
    { expr: 'quantile(1.1, k) + quantile(1.1, k)', at: 0, warnings: [badQuantile('1:29')] },
    { expr: 'quantile_over_time(1.1, k[1m]) + on () quantile(1.1, k)', at: 0, warnings: [badQuantile('1:49')] },
  ]);

  it.each([
    ['bottomk(scalar(nothing), k > on () h)', 'found duplicate series'],
    ['topk(scalar(nothing), k)', 'Parameter value is NaN'],
    ['limit_ratio(scalar(nothing), k)', 'Ratio value is NaN'],
    ['limitk(scalar(k) * 1e19, k)', 'Scalar value 2e+19 overflows int64'],
  ])('is, over a range, what the argument of %s fails with, or the parameter', async (expr, message) => {
    const source = load(1000, 'k 1 2\nh{i="1"} _ 2\nh{i="2"} _ 1');
    const engine = createEmbeddedEngine({ source, clock: new VirtualClock(), experimentalFunctions: true });
    await expect(engine.range({ expr, startMs: 0, endMs: 1000, stepMs: 1000 })).rejects.toThrow(message);
  });

  it('takes a ratio of any size', async () => {
    const engine = createEmbeddedEngine({ source: load(1000, 'k 1 2'), clock: new VirtualClock(), experimentalFunctions: true });
    const { series } = await engine.range({ expr: 'limit_ratio(1e300, k)', startMs: 0, endMs: 1000, stepMs: 1000 });
    expect(series.map(({ values }) => values)).toEqual([[1, 2]]);
  });

  it('is the value of the first step where the parameter alone moves', async () => {
    const engine = createEmbeddedEngine({ source: load(10_000, 'k 1'), clock: new VirtualClock(), experimentalFunctions: true });
    const { warnings } = await engine.range({ expr: 'limit_ratio(time(), vector(1))', startMs: 2000, endMs: 9000, stepMs: 1000 });
    expect(warnings).toEqual(['PromQL warning: ratio value should be between -1 and 1, got 2, capping to 1 (1:13)']);
  });
});

function badQuantile(place: string): string {
  return `PromQL warning: quantile value should be between 0 and 1, got 1.1 (${place})`;
}

describe('at an instant', () => {
  evaluates(TABLE, [
    { expr: 'group(m)', gives: ['{} 1'] },
    { expr: 'group by (a) (m)', gives: ['{a="x"} 1', '{a="y"} 1'] },
    { expr: 'group(nothing)', gives: [] },
    { expr: 'stdvar by (a) (m{a="x"})', gives: ['{a="x"} 6'] },
    { expr: 'stddev(m{a="x"})', gives: ['{} 2.449489742783178'] },
    { expr: 'stdvar(m)', gives: ['{} NaN'] },
    { expr: 'stdvar(m{i="1"})', gives: ['{} NaN'] },
    { expr: 'topk(2, m)', ordered: ['m{a="y", i="2"} Inf', 'm{a="x", i="1"} 7'] },
    { expr: 'topk(1, m)', at: 0, ordered: ['m{a="x", i="2"} 7'] },
    { expr: 'topk by (a) (1, m)', ordered: ['m{a="x", i="1"} 7', 'm{a="y", i="2"} Inf'] },
    { expr: 'topk without (i) (2, m)', ordered: ['m{a="x", i="1"} 7', 'm{a="x", i="3"} 4', 'm{a="y", i="2"} Inf', 'm{a="y", i="1"} NaN'] },
    { expr: 'bottomk(2, m)', ordered: ['m{a="x", i="2"} 1', 'm{a="x", i="3"} 4'] },
    { expr: 'bottomk(3, m)', at: 30, ordered: ['m{a="y", i="2"} -1', 'm{a="x", i="2"} 4', 'm{a="x", i="3"} 4'] },
    {
      expr: 'topk(9, m)',
      ordered: ['m{a="y", i="2"} Inf', 'm{a="x", i="1"} 7', 'm{a="x", i="3"} 4', 'm{a="x", i="2"} 1', 'm{a="y", i="1"} NaN'],
    },
    {
      expr: 'bottomk(9, m)',
      ordered: ['m{a="x", i="2"} 1', 'm{a="x", i="3"} 4', 'm{a="x", i="1"} 7', 'm{a="y", i="2"} Inf', 'm{a="y", i="1"} NaN'],
    },
    { expr: 'topk(2, m{i="3"} or n)', at: 0, ordered: ['m{a="x", i="3"} 4', 'n{a="x"} 1'] },
    { expr: 'topk(0, m)', ordered: [] },
    { expr: 'topk(0.9, m)', ordered: [] },
    { expr: 'topk(-5, m)', ordered: [] },
    { expr: 'topk(NaN, m)', fails: 'Parameter value is NaN' },
    { expr: 'topk(1e19, m)', fails: 'Scalar value 1e+19 overflows int64' },
    { expr: 'topk(-1e19, m)', ordered: [] },
    { expr: 'topk(scalar(k), m)', at: 10, ordered: ['m{a="x", i="2"} 6', 'm{a="x", i="3"} 4'] },
    { expr: 'topk((2.9), m)', ordered: ['m{a="y", i="2"} Inf', 'm{a="x", i="1"} 7'] },
    { expr: 'sum(topk(2, m))', gives: ['{} Inf'] },
    { expr: '-topk(1, m)', gives: ['{a="y", i="2"} -Inf'] },
    { expr: 'quantile(0.5, m{a="x"})', gives: ['{} 4'] },
    { expr: 'quantile(0.1, m{a="x"})', gives: ['{} 1.6'] },
    { expr: 'quantile by (a) (0.25, m)', gives: ['{a="x"} 2.5', '{a="y"} NaN'] },
    { expr: 'quantile(0, m)', gives: ['{} NaN'] },
    { expr: 'quantile(1, m)', gives: ['{} NaN'] },
    {
      expr: 'quantile(-0.1, m)',
      gives: ['{} -Inf'],
      warnings: ['PromQL warning: quantile value should be between 0 and 1, got -0.1 (1:10)'],
    },
    { expr: 'quantile(1.5, m)', gives: ['{} Inf'], warnings: ['PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)'] },
    { expr: 'quantile(NaN, m)', gives: ['{} NaN'], warnings: ['PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)'] },
    { expr: 'quantile(scalar(k), m)', gives: ['{} NaN'] },
    { expr: 'limitk(2, m)', gives: ['m{a="x", i="1"} 7', 'm{a="x", i="2"} 1'] },
    { expr: 'limitk by (a) (1, m)', gives: ['m{a="x", i="1"} 7', 'm{a="y", i="1"} NaN'] },
    { expr: 'limitk(0, m)', gives: [] },
    { expr: 'limitk(NaN, m)', fails: 'Parameter value is NaN' },
    { expr: 'limit_ratio(0.5, m)', gives: ['m{a="x", i="1"} 7', 'm{a="x", i="2"} 1', 'm{a="x", i="3"} 4'] },
    { expr: 'limit_ratio(-0.5, m)', gives: ['m{a="y", i="1"} NaN', 'm{a="y", i="2"} Inf'] },
    {
      expr: 'limit_ratio(1, m)',
      gives: ['m{a="x", i="1"} 7', 'm{a="x", i="2"} 1', 'm{a="x", i="3"} 4', 'm{a="y", i="1"} NaN', 'm{a="y", i="2"} Inf'],
    },
    { expr: 'limit_ratio(0, m)', gives: [] },
    {
      expr: 'limit_ratio(1.1, m)',
      gives: ['m{a="x", i="1"} 7', 'm{a="x", i="2"} 1', 'm{a="x", i="3"} 4', 'm{a="y", i="1"} NaN', 'm{a="y", i="2"} Inf'],
      warnings: ['PromQL warning: ratio value should be between -1 and 1, got 1.1, capping to 1 (1:13)'],
    },
    {
      expr: 'limit_ratio(-7, m)',
      gives: ['m{a="x", i="1"} 7', 'm{a="x", i="2"} 1', 'm{a="x", i="3"} 4', 'm{a="y", i="1"} NaN', 'm{a="y", i="2"} Inf'],
      warnings: ['PromQL warning: ratio value should be between -1 and 1, got -7, capping to -1 (1:13)'],
    },
    { expr: 'limit_ratio(NaN, m)', fails: 'Ratio value is NaN' },
    { expr: 'count_values("v", m)', gives: ['{v="+Inf"} 1', '{v="1"} 1', '{v="4"} 1', '{v="7"} 1', '{v="NaN"} 1'] },
    {
      expr: 'count_values by (a) ("v", m)',
      gives: ['{a="x", v="1"} 1', '{a="x", v="4"} 1', '{a="x", v="7"} 1', '{a="y", v="+Inf"} 1', '{a="y", v="NaN"} 1'],
    },
    {
      expr: 'count_values without (i) ("v", m)',
      gives: ['{a="x", v="1"} 1', '{a="x", v="4"} 1', '{a="x", v="7"} 1', '{a="y", v="+Inf"} 1', '{a="y", v="NaN"} 1'],
    },
    { expr: 'count_values without (v, i, a) ("v", m)', gives: ['{} 5'] },
    { expr: 'count_values by (a) ("a", m)', gives: ['{a="+Inf"} 1', '{a="1"} 1', '{a="4"} 1', '{a="7"} 1', '{a="NaN"} 1'] },
    {
      expr: 'count_values("v", m / 3e30)',
      at: 10,
      gives: [
        '{v="-0.00000000000000000000000000000033333333333333338"} 1',
        '{v="0.00000000000000000000000000000066666666666666675"} 1',
        '{v="0.0000000000000000000000000000013333333333333335"} 1',
        '{v="0.000000000000000000000000000002"} 1',
        '{v="NaN"} 1',
      ],
    },
    {
      expr: 'count_values("v", m * 1e25)',
      at: 10,
      gives: [
        '{v="-10000000000000000000000000"} 1',
        '{v="20000000000000000000000000"} 1',
        '{v="40000000000000000000000000"} 1',
        '{v="60000000000000010000000000"} 1',
        '{v="NaN"} 1',
      ],
    },
    { expr: 'count_values("__name__", k)', gives: ['1{} 1'] },
    { expr: 'count_values("", m)', fails: 'invalid label name ""' },
    { expr: 'sum by (__name__) ({__name__=~"m|n|k"})', gives: ['k{} 1', 'm{} NaN', 'n{} 2'] },
    {
      expr: 'count without () ({__name__=~"m|n", a="x"})',
      gives: ['{a="x", i="1"} 1', '{a="x", i="2"} 1', '{a="x", i="3"} 1', '{a="x"} 1'],
    },
    { expr: 'max(m)', gives: ['{} Inf'] },
    { expr: 'min(m)', gives: ['{} 1'] },
    { expr: 'avg(m)', gives: ['{} NaN'] },
    // The parameter's own sample dates the answer.
    { expr: 'sum(topk(scalar(n), k @ 0))', at: 60, gives: ['{} 1'], newest: [60] },
    { expr: 'quantile(scalar(n) / 4, k @ 0)', at: 60, gives: ['{} 1'], newest: [60] },
    { expr: 'count_values("v", k @ 0)', gives: ['{v="1"} 1'], newest: [0] },
  ]);
});

describe('over a range', () => {
  const engine = createEmbeddedEngine({ source: load(10_000, TABLE), clock: new VirtualClock(), experimentalFunctions: true });
  const range = { startMs: 0, endMs: 60_000, stepMs: 10_000 };

  it.each([
    // Of all steps the smallest and the largest are told.
    {
      expr: 'quantile(scalar(k) - 2.5, m)',
      warnings: [
        'PromQL warning: quantile value should be between 0 and 1, got 1.5 (1:10)',
        'PromQL warning: quantile value should be between 0 and 1, got -1.5 (1:10)',
      ],
    },
    { expr: 'quantile(scalar(nothing), m)', warnings: ['PromQL warning: quantile value should be between 0 and 1, got NaN (1:10)'] },
    {
      expr: 'limit_ratio(scalar(k) - 2.5, m)',
      warnings: [
        'PromQL warning: ratio value should be between -1 and 1, got 1.5, capping to 1 (1:13)',
        'PromQL warning: ratio value should be between -1 and 1, got -1.5, capping to -1 (1:13)',
      ],
    },
  ])('$expr is warned of once', async ({ expr, warnings }) => {
    expect((await engine.range({ ...range, expr })).warnings).toEqual(warnings);
  });

  it.each([
    { expr: 'topk((scalar(k) - 2) * 1e19, m)', message: 'Scalar value -1e+19 underflows int64' },
    { expr: 'topk(scalar(k) * 1e19, m)', message: 'Scalar value 4e+19 overflows int64' },
    { expr: 'limitk(scalar(nothing), m)', message: 'Parameter value is NaN' },
  ])('$expr is refused', async ({ expr, message }) => {
    await expect(engine.range({ ...range, expr })).rejects.toMatchObject({ failure: 'execution', message });
  });

  it('chooses at each step anew', async () => {
    const { series } = await engine.range({ ...range, expr: 'topk(1, m{a="x"})' });
    expect(series.map(({ labels, values }) => [labels.get('i'), values])).toEqual([
      // Of equal ones the first stays.
      ['1', [4, 5, 6, 7]],
      ['2', [7, 6, 5]],
    ]);
  });
});

it('refuses experiments unless they are asked for', async () => {
  const engine = engineOver(load(10_000, TABLE));
  for (const expr of ['limitk(1, m)', 'limit_ratio(1, m)'])
    await expect(engine.instant({ expr, timeMs: 0 })).rejects.toThrow('promql-experimental-functions');
});
