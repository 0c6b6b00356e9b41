import { describe, expect, it } from 'vitest';
import { qualifiedName } from '../../../src/model/object-kinds.ts';
import { QueryError } from '../../../src/model/query-engine.ts';
import type { RuleMetricList } from '../../../src/model/rule-metrics.ts';
import { type Logged, recordingLog } from '../../app/support/log.ts';
import { compiled, fakeShapes, file, NEVER, world } from './support.ts';

function shown({ custom, external }: RuleMetricList): object {
  return { ...Object.fromEntries(custom.map(({ kind, metrics }) => [qualifiedName(kind), metrics])), external };
}

describe('metrics of the series that there are', () => {
  it.each([
    {
      name: 'each kind that a label stands for',
      rules: file([{}]),
      series: { queue: ['pod', 'namespace', 'model'] },
      list: { pods: ['queue'], namespaces: ['queue'], external: [] },
    },
    { name: 'no series', rules: file([{}]), series: { other: ['pod'] }, list: { external: [] } },
    { name: 'no label of a kind', rules: file([{}]), series: { queue: ['model'] }, list: { external: [] } },
    { name: 'external ones need none', rules: file([], [{}]), series: { queue: ['model'] }, list: { external: ['queue'] } },
    {
      name: 'names of several series',
      rules: file([{ seriesQuery: '{__name__=~"^nv_.*"}', name: { matches: '^nv_(.*)$' } }]),
      series: { nv_b: ['pod'], nv_a: ['pod', 'node'], c: ['pod'] },
      list: { nodes: ['a'], pods: ['a', 'b'], external: [] },
    },
    {
      name: 'names that the catalogue has are not taken',
      rules: file([{ name: { as: 'triton_inflight_requests' } }, { name: { as: 'mine' } }]),
      series: { queue: ['pod'] },
      list: { pods: ['mine'], external: [] },
    },
  ])('$name', async ({ rules, series, list }) => {
    const { metrics } = await world({ rules, shapes: fakeShapes(series) });
    expect(shown(metrics.list())).toEqual(list);
    expect(metrics.list()).toBe(metrics.list());
  });

  it('of two rules the later makes the metric', async () => {
    const rules = file([
      { name: { as: 'm' }, metricsQuery: 'sum(first) by (<<.GroupBy>>)' },
      { name: { as: 'm' }, metricsQuery: 'sum(second) by (<<.GroupBy>>)' },
    ]);
    const { metrics, asked } = await world({ rules, shapes: fakeShapes({ queue: ['pod', 'namespace'] }) });
    const [pods] = metrics.kindsOf('m');
    if (pods === undefined) throw new Error('no kind');
    await metrics.ofObjects({ metric: 'm', kind: pods, namespace: 'ns', names: ['a'], metricSelector: [] });
    expect(asked.map(({ expr }) => expr)).toEqual(['sum(second) by (pod)']);
  });

  it('tells once of names that the catalogue has', async () => {
    const logged: Logged[] = [];
    const shapes = fakeShapes({ queue: ['pod'] });
    const { metrics } = await world({ rules: file([{ name: { as: 'triton_inflight_requests' } }]), shapes, log: recordingLog(logged) });
    metrics.list();
    shapes.use({ queue: ['pod', 'node'] });
    await metrics.look(NEVER);
    metrics.list();
    expect(logged).toEqual([
      {
        said: 'warn rules make metrics of names that the catalogue has: the catalogue is served',
        fields: { metrics: 'rules[0]: triton_inflight_requests' },
      },
    ]);
  });
});

describe('looks', () => {
  const RULES = file([{ seriesQuery: 'a' }, { seriesQuery: 'b' }, { seriesQuery: 'b', name: { as: 'c' } }]);

  it('ask once for each seriesQuery, and again when series have come or gone', async () => {
    const shapes = fakeShapes({ a: ['pod'] });
    const { metrics } = await world({ rules: RULES, shapes });
    expect(shapes.reads).toEqual(['a', 'b']);
    await metrics.look(NEVER);
    expect(shapes.reads).toHaveLength(2);
    shapes.use({ a: ['pod'], b: ['pod'] });
    await metrics.look(NEVER);
    expect(shapes.reads).toHaveLength(4);
    expect(shown(metrics.list())).toEqual({ pods: ['a', 'b', 'c'], external: [] });
    shapes.use({ b: ['pod'] });
    await metrics.look(NEVER);
    expect(shown(metrics.list())).toEqual({ pods: ['b', 'c'], external: [] });
  });

  it('are no business of whoever asks', async () => {
    const shapes = fakeShapes({ a: ['pod'] });
    const { metrics } = await world({ rules: RULES, shapes });
    shapes.use({ b: ['pod'] });
    for (let times = 0; times < 100; times += 1) expect(metrics.kindsOf('b')).toEqual([]);
    expect(shapes.reads).toHaveLength(2);
  });

  it('end when their time is used up, and go on there', async () => {
    const shapes = fakeShapes();
    const { metrics } = await world({ rules: RULES, shapes, more: { budgetMs: 0 } });
    expect(shapes.reads).toEqual(['a']);
    await metrics.look(NEVER);
    expect(shapes.reads).toEqual(['a', 'b']);
    await metrics.look(NEVER);
    expect(shapes.reads).toEqual(['a', 'b']);
  });

  it('keep what is known where the engine fails, and tell it once', async () => {
    const logged: Logged[] = [];
    const shapes = fakeShapes({ a: ['pod'] });
    const { metrics } = await world({ rules: file([{ seriesQuery: 'a' }]), shapes, log: recordingLog(logged) });
    shapes.use({});
    shapes.failure = new QueryError('unreachable', 'nobody there');
    await metrics.look(NEVER);
    await metrics.look(NEVER);
    expect(shown(metrics.list())).toEqual({ pods: ['a'], external: [] });
    expect(logged).toEqual([{ said: 'warn cannot look for the series of a rule', fields: { rule: 'rules[0]', err: 'nobody there' } }]);
    shapes.failure = undefined;
    await metrics.look(NEVER);
    expect(shown(metrics.list())).toEqual({ external: [] });
  });

  it('a fault of ours is no failure of the engine', async () => {
    const shapes = fakeShapes();
    shapes.failure = new TypeError('a fault');
    await expect(world({ rules: RULES, shapes })).rejects.toThrow('a fault');
  });

  it('other rules take over what is known, and what they no longer say is gone at once', async () => {
    const shapes = fakeShapes({ a: ['pod'], b: ['pod'] });
    const { metrics } = await world({ rules: RULES, shapes });
    metrics.useRules(await compiled(file([{ seriesQuery: 'b', name: { as: 'd' } }, { seriesQuery: 'e' }])));
    expect(shown(metrics.list())).toEqual({ pods: ['d'], external: [] });
    await metrics.look(NEVER);
    expect(shapes.reads).toEqual(['a', 'b', 'e']);
  });

  it('are made every second until the end', async () => {
    const shapes = fakeShapes({ a: ['pod'] });
    const { metrics, clock } = await world({ rules: file([{ seriesQuery: 'a' }]), shapes });
    const stop = new AbortController();
    const ended = metrics.follow(stop.signal);
    shapes.use({});
    await clock.advance(1000);
    expect(shapes.reads).toHaveLength(2);
    stop.abort();
    await ended;
  });
});

it('says how many rules have no series', async () => {
  const shapes = fakeShapes({ a: ['pod'] });
  const { metrics } = await world({ rules: file([{ seriesQuery: 'a' }, { seriesQuery: 'b' }], [{ seriesQuery: 'c' }]), shapes });
  expect(metrics.unmatched()).toBe('2 of 3 rules have no series now, the first of them rules[1]');
  shapes.use({ a: ['pod'], b: ['pod'], c: [] });
  await metrics.look(NEVER);
  expect(metrics.unmatched()).toBeUndefined();
});

it('ten thousand rules are looked through in some seconds of one core at most, and asked at once', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `m_${index}`);
  const shapes = fakeShapes(Object.fromEntries(names.slice(0, 100).map((name) => [name, ['pod', 'namespace']])));
  const { metrics } = await world({
    rules: file(names.map((seriesQuery) => ({ seriesQuery }))),
    shapes,
    more: { budgetMs: Number.POSITIVE_INFINITY },
  });
  expect(shapes.reads).toHaveLength(10_000);
  expect(metrics.list().custom.map(({ metrics: of }) => of.length)).toEqual([100, 100]);
  const startMs = performance.now();
  for (let times = 0; times < 1000; times += 1) metrics.kindsOf('m_50');
  // A thousand look-ups in maps; a relist for each would take minutes.
  expect(performance.now() - startMs).toBeLessThan(500);
}, 30_000);
