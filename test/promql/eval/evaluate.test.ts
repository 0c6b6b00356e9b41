// Expressions over a small table, at an instant, with the values that Prometheus gives.
import { describe, expect, it } from 'vitest';
import { ask, engineOver } from '../support/ask.ts';
import { load } from '../support/load.ts';

interface Case {
  readonly expr: string;
  readonly gives: readonly string[];
  /** Seconds; the table's last column when left out. */
  readonly at?: number;
}

function evaluates(table: string, cases: readonly Case[]): void {
  const engine = engineOver(load(10_000, table));
  it.each(cases)('$expr', async ({ expr, gives, at = 60 }) => {
    expect(await ask(engine, { expr, timeMs: at * 1000 })).toEqual(gives);
    // The plan's memory must not change the answer.
    expect(await ask(engine, { expr, timeMs: at * 1000 })).toEqual(gives);
  });
}

describe('selectors', () => {
  evaluates(
    `
    foo{a="x"}  0+1x6
    foo{a="y"}  0 1 2 3 4 5 stale
    foo{b="z"}  _ _ 2
    bar         NaN
    `,
    [
      { expr: 'foo', gives: ['foo{a="x"} 6', 'foo{b="z"} 2'] },
      { expr: 'foo', at: 59, gives: ['foo{a="x"} 5', 'foo{a="y"} 5', 'foo{b="z"} 2'] },
      { expr: 'foo', at: 9, gives: ['foo{a="x"} 0', 'foo{a="y"} 0'] },
      { expr: 'foo{a!=""}', at: 50, gives: ['foo{a="x"} 5', 'foo{a="y"} 5'] },
      { expr: 'foo{a=""}', gives: ['foo{b="z"} 2'] },
      { expr: 'foo{a=~"x|y"}', gives: ['foo{a="x"} 6'] },
      { expr: 'foo{a!~"x|y"}', gives: ['foo{b="z"} 2'] },
      { expr: '{__name__=~"fo.|ba.", a=""}', gives: ['bar{} NaN', 'foo{b="z"} 2'] },
      { expr: 'foo offset 50s', gives: ['foo{a="x"} 1', 'foo{a="y"} 1'] },
      { expr: 'foo{a="x"} offset -20s', at: 10, gives: ['foo{a="x"} 3'] },
      { expr: 'foo{b="z"}', at: 319.999, gives: ['foo{b="z"} 2'] },
      { expr: 'foo{b="z"}', at: 320, gives: [] },
      { expr: 'nothing', gives: [] },
      { expr: '+foo{b="z"}', gives: ['foo{b="z"} 2'] },
      { expr: '-foo{b="z"}', gives: ['{b="z"} -2'] },
    ],
  );
});

describe('functions over ranges', () => {
  evaluates(
    `
    c{a="x"}  0+10x6
    g{a="x"}  3 1 _ NaN 5 stale 4
    h         1e300 1e308 1e308 -1e308
    `,
    [
      { expr: 'rate(c[60s])', gives: ['{a="x"} 1'] },
      { expr: 'rate(c[1m] offset 10s)', gives: ['{a="x"} 0.8333333333333334'] },
      { expr: 'increase(c[20s])', gives: ['{a="x"} 20'] },
      { expr: 'rate(c[10s])', gives: [] },
      { expr: 'irate(c[60s])', gives: ['{a="x"} 1'] },
      { expr: 'delta(c[30s])', gives: ['{a="x"} 30'] },
      { expr: 'count_over_time(g[60s])', gives: ['{a="x"} 4'] },
      { expr: 'count_over_time(g[70s])', gives: ['{a="x"} 5'] },
      { expr: 'last_over_time(g[60s])', gives: ['g{a="x"} 4'] },
      { expr: 'last_over_time(g[15s])', at: 50, gives: ['g{a="x"} 5'] },
      { expr: 'last_over_time(g[10s])', at: 50, gives: [] },
      { expr: 'max_over_time(g[70s])', gives: ['{a="x"} 5'] },
      { expr: 'min_over_time(g[70s])', gives: ['{a="x"} 1'] },
      { expr: 'sum_over_time(g[70s])', gives: ['{a="x"} NaN'] },
      { expr: 'sum_over_time(g[30s])', gives: ['{a="x"} 9'] },
      { expr: 'avg_over_time(g[30s])', gives: ['{a="x"} 4.5'] },
      { expr: 'sum_over_time(h[70s])', at: 20, gives: ['{} Inf'] },
      { expr: 'avg_over_time(h[20s])', at: 20, gives: ['{} 1e+308'] },
    ],
  );
});

describe('aggregations', () => {
  evaluates(
    `
    m{a="x", b="1"}  1
    m{a="x", b="2"}  2
    m{a="y", b="1"}  30
    m{c="3"}         400
    n{a="x"}         NaN
    n{a="y"}         NaN
    n{a="z"}         7
    o                _
    s{b="1"}         1e16
    s{b="2"}         1
    s{b="3"}         -1e16
    i{b="1"}         Inf
    i{b="2"}         -Inf
    i{b="3"}         Inf
    `,
    [
      { expr: 'sum(m)', gives: ['{} 433'] },
      { expr: 'sum by (a) (m)', gives: ['{a="x"} 3', '{a="y"} 30', '{} 400'] },
      { expr: 'sum without (b) (m)', gives: ['{a="x"} 3', '{a="y"} 30', '{c="3"} 400'] },
      { expr: 'sum by (a, nothing) (m)', gives: ['{a="x"} 3', '{a="y"} 30', '{} 400'] },
      { expr: 'count(m) by (b)', gives: ['{b="1"} 2', '{b="2"} 1', '{} 1'] },
      { expr: 'avg without () (m{a="y"})', gives: ['{a="y", b="1"} 30'] },
      { expr: 'avg(m{a="x"})', gives: ['{} 1.5'] },
      { expr: 'min(m)', gives: ['{} 1'] },
      { expr: 'max(m)', gives: ['{} 400'] },
      { expr: 'max(n)', gives: ['{} 7'] },
      { expr: 'min(n)', gives: ['{} 7'] },
      { expr: 'max(n{a!="z"})', gives: ['{} NaN'] },
      { expr: 'sum(n)', gives: ['{} NaN'] },
      { expr: 'count(n)', gives: ['{} 3'] },
      { expr: 'sum(o)', gives: [] },
      { expr: 'sum(m > 1000)', gives: [] },
      { expr: 'sum(s)', gives: ['{} 1'] },
      { expr: 'avg(s)', gives: ['{} 0.3333333333333333'] },
      { expr: 'sum(i)', gives: ['{} NaN'] },
      { expr: 'avg(i{b!="2"})', gives: ['{} Inf'] },
      { expr: 'sum by (__name__) ({__name__=~"m|o|s", b="1"})', gives: ['m{} 31', 's{} 10000000000000000'] },
      { expr: 'sum(sum by (a) (m))', gives: ['{} 433'] },
    ],
  );
});

describe('scalars and vectors', () => {
  evaluates(
    `
    m{a="x"}  -2
    m{a="y"}  5
    one       3
    `,
    [
      { expr: '1 + 2 * 3 ^ 2 % 5 - 8 / 4', gives: ['2'] },
      { expr: '-7 % 3', gives: ['-1'] },
      { expr: '5 % 0', gives: ['NaN'] },
      { expr: '1 ^ NaN', gives: ['1'] },
      { expr: '(-1) ^ Inf', gives: ['1'] },
      { expr: '(-1) ^ -Inf', gives: ['1'] },
      { expr: '(-2) ^ 3', gives: ['-8'] },
      { expr: '1 / 0', gives: ['Inf'] },
      { expr: '1 == bool 1', gives: ['1'] },
      { expr: '1 != bool 1', gives: ['0'] },
      { expr: 'NaN == bool NaN', gives: ['0'] },
      { expr: 'm + 1', gives: ['{a="x"} -1', '{a="y"} 6'] },
      { expr: '1 - m', gives: ['{a="x"} 3', '{a="y"} -4'] },
      { expr: 'm > 0', gives: ['m{a="y"} 5'] },
      { expr: '0 < m', gives: ['m{a="y"} 5'] },
      { expr: '5 >= m', gives: ['m{a="x"} -2', 'm{a="y"} 5'] },
      { expr: 'm <= bool 0', gives: ['{a="x"} 1', '{a="y"} 0'] },
      { expr: 'm == 5 != 4', gives: ['m{a="y"} 5'] },
      { expr: 'abs(m)', gives: ['{a="x"} 2', '{a="y"} 5'] },
      { expr: 'clamp_min(m, 0)', gives: ['{a="x"} 0', '{a="y"} 5'] },
      { expr: 'clamp_max(m, scalar(one))', gives: ['{a="x"} -2', '{a="y"} 3'] },
      { expr: 'clamp_min(m, NaN)', gives: ['{a="x"} NaN', '{a="y"} NaN'] },
      { expr: 'clamp_min(one / 0, NaN)', gives: ['{} Inf'] },
      { expr: 'clamp_min(one * NaN, Inf)', gives: ['{} Inf'] },
      { expr: 'clamp_max(-one / 0, NaN)', gives: ['{} -Inf'] },
      { expr: 'clamp_max(one * NaN, -Inf)', gives: ['{} -Inf'] },
      { expr: '2 * on() one', gives: ['{} 6'] },
      { expr: 'm < ignoring() group_left 0', gives: ['m{a="x"} -2'] },
      { expr: '1 < bool 3 < bool 2 == bool 1', gives: ['1'] },
      { expr: 'scalar(one)', gives: ['3'] },
      { expr: 'scalar(m)', gives: ['NaN'] },
      { expr: 'scalar(m > 0)', gives: ['5'] },
      { expr: 'scalar(nothing)', gives: ['NaN'] },
      { expr: '-scalar(one)', gives: ['-3'] },
      { expr: 'vector(2) * 3', gives: ['{} 6'] },
      { expr: 'vector(scalar(one) + 1)', gives: ['{} 4'] },
      { expr: 'time()', gives: ['60'] },
      { expr: 'time() - 1m', gives: ['0'] },
    ],
  );
});
