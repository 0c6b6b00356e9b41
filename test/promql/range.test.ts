// Range queries: the same evaluation at every step.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { engineOver } from './support/ask.ts';
import { load } from './support/load.ts';
import { printLabelSet } from './support/print-labels.ts';

const TABLE = 'q{instance="t1"} 1 2 3';

describe('range', () => {
  it('evaluates at every step and joins what belongs together', async () => {
    const engine = engineOver(load(10_000, 'm{a="x"} 1 2 stale 4\nm{a="y"} _ _ 30'));
    const { series } = await engine.range({ expr: 'm * 2', startMs: 0, endMs: 35_000, stepMs: 10_000 });
    expect(series.map(({ labels, ...rest }) => ({ labels: printLabelSet(labels), ...rest }))).toEqual([
      { labels: '{a="x"}', timesMs: [0, 10_000, 30_000], values: [2, 4, 8], newestMs: 30_000 },
      { labels: '{a="y"}', timesMs: [20_000, 30_000], values: [60, 60], newestMs: 20_000 },
    ]);
  });

  it('joins a series across changes of what else there is', async () => {
    const source = load(10_000, 'm{a="x"} 1 2');
    const clock = new VirtualClock();
    let asked = 0;
    const growing = {
      ...source,
      get rowsVersion() {
        asked += 1;
        return asked;
      },
    };
    const engine = createEmbeddedEngine({ source: growing, clock });
    const { series } = await engine.range({ expr: 'm', startMs: 0, endMs: 10_000, stepMs: 10_000 });
    expect(series).toMatchObject([{ timesMs: [0, 10_000], values: [1, 2] }]);
  });

  it('gives a scalar as one series without labels', async () => {
    const { series } = await engineOver(load(10_000, TABLE)).range({ expr: 'time()', startMs: 1000, endMs: 2000, stepMs: 1000 });
    expect(series).toEqual([{ labels: new Map(), timesMs: [1000, 2000], values: [1, 2] }]);
  });

  it.each([
    { startMs: 0, endMs: 10, stepMs: 0, message: 'zero or negative query resolution step widths are not accepted. Try a positive integer' },
    { startMs: 10, endMs: 0, stepMs: 1, message: 'end timestamp must not be before start time' },
    {
      startMs: 0,
      endMs: 11_001,
      stepMs: 1,
      message: 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    },
  ])('refuses $startMs..$endMs by $stepMs', async ({ message, ...times }) => {
    await expect(engineOver(load(10_000, TABLE)).range({ expr: 'q', ...times })).rejects.toMatchObject({
      failure: 'bad-expression',
      message,
    });
  });

  it('takes 11,000 steps after the first', async () => {
    const { series } = await engineOver(load(10_000, TABLE)).range({ expr: '1', startMs: 0, endMs: 11_000, stepMs: 1 });
    expect(series[0]?.values.length).toBe(11_001);
  });

  it('gives series in the order of their labels', async () => {
    const engine = engineOver(load(10_000, 'm{b="1"} 1\nm{b="1", a="2"} 2\nm{"\uffffa"="1"} 5\nm{"\u{1f600}"="1"} 6\nm{a="10"} 3\nk 4'));
    const { series } = await engine.range({ expr: '{__name__=~".+"}', startMs: 0, endMs: 0, stepMs: 1 });
    expect(series.map(({ values }) => values[0])).toEqual([4, 3, 2, 1, 5, 6]);
  });

  it('joins what comes of different series at different steps, and refuses it at the same one', async () => {
    const engine = engineOver(load(10_000, 'a{x="1"} 1 stale\nb{x="1"} _ 2 3'));
    const ask = (expr: string) => engine.range({ expr, startMs: 0, endMs: 20_000, stepMs: 10_000 });
    expect((await ask('-{__name__=~"a|b"}')).series).toMatchObject([{ values: [-1, -2, -3] }]);
    await expect(ask('-{__name__=~"a|b"} offset -1s or -{__name__="b"} offset -10s')).resolves.toBeDefined();
    // What is made of ranges may not differ by its name alone at any two steps, as in Prometheus.
    await expect(ask('sum_over_time({__name__=~"a|b"}[5s])')).rejects.toThrow('vector cannot contain metrics with the same labelset');
    await expect(ask('last_over_time({__name__=~"a|b"}[5s])')).resolves.toMatchObject({ series: [{ values: [1] }, { values: [2, 3] }] });
  });

  it('stops between steps when the asker goes', async () => {
    const controller = new AbortController();
    const clock = { nowMs: ticking(5), sleep: () => Promise.resolve() };
    const engine = createEmbeddedEngine({ source: load(10_000, TABLE), clock });
    const answer = engine.range({ expr: 'q', startMs: 0, endMs: 1000, stepMs: 1, abortSignal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
  });
});

/** A clock that goes on by so much whenever it is looked at. */
function ticking(byMs: number): () => number {
  let nowMs = 0;
  return () => {
    nowMs += byMs;
    return nowMs;
  };
}
