// Range queries: the same evaluation at every step.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { printLabelSet } from '../../src/promql/eval/print-labels.ts';
import { engineOver } from './support/ask.ts';
import { load } from './support/load.ts';

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
    { startMs: 0, endMs: 10, stepMs: 0, message: 'cannot evaluate the range: the step is 0 ms; ask for a step above zero' },
    { startMs: 10, endMs: 0, stepMs: 1, message: 'cannot evaluate the range: the end is before the start; swap them' },
    {
      startMs: 0,
      endMs: 11_000,
      stepMs: 1,
      message: 'cannot evaluate the range: it has 11001 steps and the limit is 11000; ask for a longer step or a shorter range',
    },
  ])('refuses $startMs..$endMs by $stepMs', async ({ message, ...times }) => {
    await expect(engineOver(load(10_000, TABLE)).range({ expr: 'q', ...times })).rejects.toMatchObject({
      failure: 'bad-expression',
      message,
    });
  });

  it('stops between steps when the asker goes', async () => {
    const controller = new AbortController();
    const answer = engineOver(load(10_000, TABLE)).range({ expr: 'q', startMs: 0, endMs: 1000, stepMs: 1, abortSignal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
  });
});
