// Questions about which series there are.
import { describe, expect, it } from 'vitest';
import { podSetOf } from '../../src/model/pod.ts';
import { engineOver } from './support/ask.ts';
import { load } from './support/load.ts';

const TABLE = `
  q{instance="t1", namespace="n", pod="a", model="x"}  1 2 3
  q{instance="t1", namespace="n", pod="a", model="y"}  10 20 30
  q{instance="t2", namespace="n", pod="b", model="x"}  100 200
  q{instance="t3", namespace="other", pod="a"}         1000
  cap{instance="t1", namespace="n", pod="a"}           7
  world{}                                              5
`;

describe('series and labelValues', () => {
  const engine = engineOver(load(10_000, TABLE));
  const matcherOf = (name: string, value: string) => ({ name, operator: '=' as const, value, matches: (text: string) => text === value });
  const all = { startMs: 0, endMs: 20_000 };

  it('lists each series once, whichever matchers select it', async () => {
    const matchers = [[matcherOf('__name__', 'q'), matcherOf('model', 'x')], [matcherOf('pod', 'b')]];
    const { series } = await engine.series({ ...all, matchers });
    expect(series.map(({ labels, newestMs }) => [labels.get('pod'), newestMs])).toEqual([
      ['a', 20_000],
      ['b', 10_000],
    ]);
  });

  it.each([
    { startMs: 10_000, endMs: 15_000, pods: ['a', 'a', 'b'] },
    { startMs: 10_001, endMs: 19_999, pods: [] },
    { startMs: 11_000, endMs: 20_000, pods: ['a', 'a'] },
  ])('asks for a sample in [$startMs, $endMs]', async ({ pods, ...times }) => {
    const { series } = await engine.series({ ...times, matchers: [[matcherOf('__name__', 'q')]] });
    expect(series.map(({ labels }) => labels.get('pod'))).toEqual(pods);
  });

  it('lists the values of a label in order, within the scope', async () => {
    const matchers = [[matcherOf('__name__', 'q')]];
    expect(await engine.labelValues({ ...all, matchers, label: 'model' })).toEqual({ values: ['x', 'y'], warnings: [] });
    expect(await engine.labelValues({ ...all, matchers, label: 'pod', liveTargets: new Set(['t3']) })).toMatchObject({ values: ['a'] });
    const podSet = podSetOf([{ namespace: 'n', name: 'b' }]);
    const inSet = [[matcherOf('__pod_set__', ''), matcherOf('__name__', 'q')]];
    expect(await engine.labelValues({ ...all, matchers: inSet, label: 'pod', podSet })).toMatchObject({ values: ['b'] });
    await expect(engine.labelValues({ ...all, matchers: inSet, label: 'pod' })).rejects.toMatchObject({ failure: 'bad-expression' });
  });
});
