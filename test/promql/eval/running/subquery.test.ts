// Looking from another instant (`@`, `offset`), and evaluating over a range (subqueries).
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/lib/virtual-clock.ts';
import type { SampleSource } from '../../../../src/model/sample-source.ts';
import { createEmbeddedEngine } from '../../../../src/promql/engine.ts';
import { engineOver } from '../../support/ask.ts';
import { evaluates } from '../../support/evaluates.ts';
import { load } from '../../support/load.ts';

const TABLE = `
    g{a="x"} 0+1x12
    g{a="y"} 10 9 _ NaN 7 stale 5 4
    c_total 0 5 10 2 7 12 17 22
    late _ _ _ _ _ 50
`;

describe('another instant', () => {
  evaluates(TABLE, [
    { expr: 'g @ 20', gives: ['g{a="x"} 2', 'g{a="y"} 9'] },
    { expr: 'g @ 20 offset 10s', gives: ['g{a="x"} 1', 'g{a="y"} 9'] },
    { expr: 'g offset 10s @ 20', gives: ['g{a="x"} 1', 'g{a="y"} 9'] },
    { expr: 'g offset -10s', gives: ['g{a="x"} 7', 'g{a="y"} 4'] },
    { expr: 'g @ 20.5 offset -9s500ms', gives: ['g{a="x"} 3', 'g{a="y"} NaN'] },
    { expr: 'g @ start()', gives: ['g{a="x"} 6', 'g{a="y"} 5'] },
    { expr: 'g @ end() offset 60s', gives: ['g{a="x"} 0', 'g{a="y"} 10'] },
    { expr: 'late', gives: ['late{} 50'] },
    { expr: 'late @ 49.999', gives: [] },
    { expr: 'late @ 50', gives: ['late{} 50'] },
    { expr: 'late @ 0 offset -50s', gives: ['late{} 50'] },
    { expr: 'rate(c_total[30s] @ 70)', gives: ['{} 0.5'] },
    { expr: 'rate(c_total[30s] @ 70 offset 40s)', gives: ['{} 0.35000000000000003'] },
    { expr: 'increase(c_total[30s] offset -10s)', gives: ['{} 15'] },
    { expr: 'g @ 10 + g', gives: ['{a="x"} 7', '{a="y"} 14'] },
    { expr: 'sum(g @ 10) - sum(g @ 0)', gives: ['{} 0'] },
    { expr: 'topk(scalar(g{a="x"} @ 20), g)', ordered: ['g{a="x"} 6', 'g{a="y"} 5'] },
    { expr: 'timestamp(g @ 15)', gives: ['{a="x"} 10', '{a="y"} 10'] },
  ]);

  it('is the query’s own start and end in a range', async () => {
    const ask = async (expr: string): Promise<readonly number[] | undefined> =>
      (await engineOver(load(10_000, TABLE)).range({ expr, startMs: 20_000, endMs: 40_000, stepMs: 10_000 })).series[0]?.values;
    expect(await ask('g{a="x"} @ start()')).toEqual([2, 2, 2]);
    expect(await ask('g{a="x"} @ end() offset 10s')).toEqual([3, 3, 3]);
    expect(await ask('g{a="x"} - g{a="x"} @ start()')).toEqual([0, 1, 2]);
    expect(await ask('sum_over_time(g{a="x"}[20s:10s] @ end())')).toEqual([7, 7, 7]);
    // What changes goes on changing beside it.
    expect(await ask('topk(1, g @ 0) * time()')).toEqual([200, 300, 400]);
  });

  it('is read once, however many steps there are', async () => {
    const source = load(10_000, TABLE);
    let reads = 0;
    const counted: SampleSource = {
      ...source,
      readNewest: (...args) => {
        reads += 1;
        return source.readNewest(...args);
      },
    };
    const engine = createEmbeddedEngine({ source: counted, clock: new VirtualClock() });
    await engine.range({ expr: 'sum(g @ 30) + scalar(late @ 50)', startMs: 0, endMs: 60_000, stepMs: 1000 });
    expect(reads).toBe(2);
  });
});

describe('subqueries', () => {
  evaluates(TABLE, [
    { expr: 'max_over_time(g[20s:10s])', gives: ['{a="x"} 6', '{a="y"} 5'] },
    { expr: 'count_over_time(g[20s:10s])', gives: ['{a="x"} 2', '{a="y"} 1'] },
    { expr: 'count_over_time(g[20s:7s])', gives: ['{a="x"} 3', '{a="y"} 2'] },
    { expr: 'count_over_time(g[20s:7s])', at: 57, gives: ['{a="x"} 3', '{a="y"} 2'] },
    { expr: 'count_over_time(g[30s:10s] offset 25s)', gives: ['{a="x"} 3', '{a="y"} 3'] },
    { expr: 'count_over_time(g[30s:10s] offset -25s)', gives: ['{a="x"} 3', '{a="y"} 3'] },
    { expr: 'sum_over_time(g[30s:10s] @ 40)', gives: ['{a="x"} 9', '{a="y"} NaN'] },
    { expr: 'sum_over_time(g[30s:10s] @ end() offset 10s)', gives: ['{a="x"} 12', '{a="y"} NaN'] },
    { expr: 'count_over_time(vector(1)[5m:])', at: 300, gives: ['{} 5'] },
    { expr: 'count_over_time(vector(1)[5m:])', at: 290, gives: ['{} 5'] },
    { expr: 'sum_over_time((g @ 20)[30s:10s])', gives: ['{a="x"} 6', '{a="y"} 27'] },
    { expr: 'rate(c_total[30s:10s])', gives: ['{} 0.5'] },
    { expr: 'increase(c_total[60s:10s])', gives: ['{} 26.4'] },
    { expr: 'rate(c_total[60s:30s])', gives: ['{} 0.2833333333333333'] },
    { expr: 'irate(sum(c_total)[30s:10s])', gives: ['{} 0.5'] },
    { expr: 'deriv(g[30s:10s])', gives: ['{a="x"} 0.1', '{a="y"} -0.1'] },
    { expr: 'max_over_time(rate(c_total[20s])[40s:10s])', gives: ['{} 0.5'] },
    { expr: 'max_over_time(sum_over_time(g[20s:10s])[30s:20s])', gives: ['{a="x"} 11', '{a="y"} 5'] },
    { expr: 'max_over_time(sum_over_time(g[20s:10s] offset 10s)[30s:20s] offset 10s)', gives: ['{a="x"} 5', '{a="y"} NaN'] },
    { expr: 'sum_over_time(count_values("v", g)[20s:10s])', gives: ['{v="5"} 2', '{v="6"} 1'] },
    { expr: 'max_over_time(topk(1, g)[60s:10s])', gives: ['{a="x"} 6', '{a="y"} 9'] },
    { expr: 'last_over_time(g[20s:10s])', gives: ['g{a="x"} 6', 'g{a="y"} 5'] },
    { expr: 'count_over_time(nothing[1m:10s])', gives: [] },
    { expr: 'absent_over_time(nothing{a="b"}[1m:10s])', gives: ['{} 1'] },
    { expr: 'quantile_over_time(0.5, g[60s:10s])', gives: ['{a="x"} 3.5', '{a="y"} 7'] },
    // The date is that of the newest sample below, not that of an instant of evaluation.
    { expr: 'sum_over_time(late[20s:3s])', at: 59, gives: ['{} 150'], newest: [50] },
    { expr: 'rate(c_total[30s:3s])', at: 59, gives: ['{} 0.3703703703703704'], newest: [50] },
    { expr: 'count_over_time(vector(1)[20s:10s])', gives: ['{} 2'], newest: [undefined] },
  ]);

  it('are evaluated once for all windows of a range, at multiples of their step', async () => {
    const times: number[] = [];
    const source = load(10_000, TABLE);
    const noted: SampleSource = {
      ...source,
      readNewest: (rows, range, into) => {
        times.push(range.toMs / 1000);
        return source.readNewest(rows, range, into);
      },
    };
    const engine = createEmbeddedEngine({ source: noted, clock: new VirtualClock() });
    const { series } = await engine.range({
      expr: 'sum_over_time(late[20s:10s] offset 5s)',
      startMs: 60_000,
      endMs: 80_000,
      stepMs: 10_000,
    });
    expect(times).toEqual([40, 50, 60, 70]);
    expect(series).toMatchObject([{ timesMs: [60_000, 70_000, 80_000], values: [50, 100, 100], newestMs: 50_000 }]);
  });

  it('have the step that the engine is told where they say none', async () => {
    const engine = createEmbeddedEngine({ source: load(10_000, TABLE), clock: new VirtualClock(), defaultSubqueryStepMs: 5000 });
    expect(await engine.instant({ expr: 'count_over_time(g{a="x"}[30s:])', timeMs: 60_000 })).toMatchObject({ series: [{ value: 6 }] });
  });

  it('count against the budget, also where they find nothing', async () => {
    const engine = engineOver(load(10_000, TABLE));
    for (const inner of ['vector(1)', 'nothing']) {
      const asked = engine.instant({ expr: `count_over_time(${inner}[1000d:1s])`, timeMs: 60_000, sampleBudget: 10_000 });
      await expect(asked).rejects.toMatchObject({ failure: 'over-limit' });
    }
  });
});
