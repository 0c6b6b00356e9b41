// The engine's promises to those who ask: scope, limits, dates of values, and no error but a QueryError.
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { Meter } from '../../src/model/meter.ts';
import { podSetOf } from '../../src/model/pod.ts';
import type { QueryTrace } from '../../src/model/query-engine.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { ask, engineOver } from './support/ask.ts';
import { load } from './support/load.ts';

const TABLE = `
  q{instance="t1", namespace="n", pod="a", model="x"}  1 2 3
  q{instance="t1", namespace="n", pod="a", model="y"}  10 20 30
  q{instance="t2", namespace="n", pod="b", model="x"}  100 200
  q{instance="t3", namespace="other", pod="a"}         1000
  cap{instance="t1", namespace="n", pod="a"}           7
  world{}                                              5
`;

describe('newestMs', () => {
  it.each([
    { expr: 'q{model="y"}', newestMs: [20_000] },
    { expr: 'q{pod="b"}', newestMs: [10_000] },
    { expr: 'q{model="y"} offset 5s', newestMs: [10_000] },
    { expr: 'sum(q)', newestMs: [20_000] },
    { expr: 'sum by (namespace) (q)', newestMs: [20_000, 0] },
    { expr: 'rate(q{pod="b"}[1m])', newestMs: [10_000] },
    { expr: 'cap + on(pod) q{model="x", pod="a"}', newestMs: [20_000] },
    { expr: 'cap and on(pod) q{model="x"}', newestMs: [20_000] },
    { expr: 'cap unless on(pod) nothing', newestMs: [0] },
    { expr: 'cap or nothing', newestMs: [0] },
    { expr: 'cap * scalar(q{model="y"})', newestMs: [20_000] },
    { expr: 'clamp_max(cap, scalar(q{model="y"}))', newestMs: [20_000] },
    { expr: 'vector(scalar(q{pod="b"}))', newestMs: [10_000] },
    { expr: 'vector(1)', newestMs: [undefined] },
    { expr: 'sum(vector(1))', newestMs: [undefined] },
  ])('$expr', async ({ expr, newestMs }) => {
    const result = await engineOver(load(10_000, TABLE)).instant({ expr, timeMs: 20_000 });
    expect(result.kind === 'vector' && result.series.map((series) => series.newestMs)).toEqual(newestMs);
  });
});

describe('scope', () => {
  const engine = engineOver(load(10_000, TABLE));

  it('asks live targets only', async () => {
    const request = { expr: 'sum by (pod) (q)', timeMs: 20_000 };
    expect(await ask(engine, { ...request, liveTargets: new Set(['t1']) })).toEqual(['{pod="a"} 33']);
    expect(await ask(engine, { ...request, liveTargets: new Set(['t2', 't3']) })).toEqual(['{pod="a"} 1000', '{pod="b"} 200']);
    expect(await ask(engine, { ...request, liveTargets: new Set() })).toEqual([]);
  });

  it('takes the pod set where the expression asks for it', async () => {
    const podSet = podSetOf([
      { namespace: 'n', name: 'b' },
      { namespace: 'other', name: 'a' },
      { namespace: 'n', name: 'nobody' },
    ]);
    const expr = 'sum by (namespace, pod) (q{__pod_set__="x"}) + on() group_left sum(world)';
    expect(await ask(engine, { expr, timeMs: 10_000, podSet })).toEqual([
      '{namespace="n", pod="b"} 205',
      '{namespace="other", pod="a"} 1005',
    ]);
    expect(await ask(engine, { expr, timeMs: 10_000, podSet, liveTargets: new Set(['t2', '']) })).toEqual(['{namespace="n", pod="b"} 205']);
  });

  it('refuses a pod set that nobody gave', async () => {
    await expect(ask(engine, { expr: 'q{__pod_set__="x"}', timeMs: 0 })).rejects.toMatchObject({
      failure: 'bad-expression',
      message: 'cannot evaluate the matcher "__pod_set__": the question names no pods; ask through a signal or leave the matcher out',
    });
  });

  it('says in the trace what was selected and read', async () => {
    const trace: QueryTrace = { samplesRead: 0, selections: [] };
    await ask(engine, { expr: 'rate(q{pod="a"}[1m]) and cap', timeMs: 20_000, liveTargets: new Set(['t1']), trace });
    expect(trace).toEqual({
      samplesRead: 7,
      selections: [
        { selector: 'q{pod="a"}[1m]', series: 2 },
        { selector: 'cap', series: 1 },
      ],
    });
  });
});

describe('what has changed since last time', () => {
  it('is seen: new series, freed ones, other labels at the same place', async () => {
    const source = load(10_000, TABLE);
    const engine = engineOver(source);
    const request = { expr: 'sum by (pod) (q) * on(pod) group_left(kind) info', timeMs: 10_000 };
    expect(await ask(engine, request)).toEqual([]);
    source.add(10_000, 'info{pod="a", kind="old"} 1\ninfo{pod="b", kind="old"} 1 stale');
    expect(await ask(engine, request)).toEqual(['{kind="old", pod="a"} 1022']);
    source.add(10_000, 'info{pod="b", kind="new"} 1');
    expect(await ask(engine, request)).toEqual(['{kind="new", pod="b"} 200', '{kind="old", pod="a"} 1022']);
    source.remove('instance', 't3');
    await expect(ask(engine, { ...request, timeMs: 0 })).rejects.toMatchObject({ failure: 'execution' });
    expect(await ask(engine, request)).toEqual(['{kind="new", pod="b"} 200', '{kind="old", pod="a"} 22']);
  });

  it('keeps answering after more expressions than it remembers', async () => {
    const engine = engineOver(load(10_000, TABLE));
    for (let index = 0; index < 510; index += 1) {
      expect(await ask(engine, { expr: `world + ${index}`, timeMs: 0 })).toEqual([`{} ${5 + index}`]);
    }
    expect(await ask(engine, { expr: 'world + 0', timeMs: 0 })).toEqual(['{} 5']);
  });
});

describe('limits', () => {
  const many = Array.from({ length: 600 }, (_, index) => `m{i="${index}"} 1 2`).join('\n');

  it('counts samples', async () => {
    const engine = engineOver(load(10_000, many));
    await expect(ask(engine, { expr: 'sum(m)', timeMs: 10_000, sampleBudget: 600 })).resolves.toEqual(['{} 1200']);
    await expect(ask(engine, { expr: 'sum(rate(m[1m]))', timeMs: 10_000, sampleBudget: 600 })).rejects.toMatchObject({
      failure: 'over-limit',
      message:
        'query processing would load too many samples into memory in query execution: more than 600 (limit query_samples); select fewer series, shorten the range or raise the limit',
    });
  });

  it('keeps the deadline, before and during the work', async () => {
    const clock = new VirtualClock(1000);
    const source = load(10_000, many);
    const engine = createEmbeddedEngine({ source, clock });
    await expect(ask(engine, { expr: '1', timeMs: 0, deadlineMs: 1000 })).resolves.toEqual(['1']);
    const failed = {
      failure: 'deadline',
      message: expect.stringMatching(/^query timed out in expression evaluation \(limit query_timeout\)/),
    };
    await expect(ask(engine, { expr: '1', timeMs: 0, deadlineMs: 999 })).rejects.toMatchObject(failed);
    let now = 0;
    const hurried = createEmbeddedEngine({
      source,
      clock: {
        nowMs: () => {
          now += 1;
          return now;
        },
        sleep: () => Promise.resolve(),
      },
    });
    await expect(ask(hurried, { expr: 'sum(m)', timeMs: 0, deadlineMs: 2 })).rejects.toMatchObject(failed);
  });

  it('stops when the asker has gone', async () => {
    const engine = engineOver(load(10_000, TABLE));
    await expect(ask(engine, { expr: '1', timeMs: 0, abortSignal: AbortSignal.abort() })).rejects.toMatchObject({
      failure: 'aborted',
      message: 'query was canceled in expression evaluation; the one who asked has gone',
    });
  });

  it('looks back as far as it is told', async () => {
    const engine = createEmbeddedEngine({ source: load(10_000, 'm 1'), clock: new VirtualClock(), lookbackMs: 15_000 });
    expect(await ask(engine, { expr: 'm', timeMs: 14_999 })).toEqual(['m{} 1']);
    expect(await ask(engine, { expr: 'm', timeMs: 15_000 })).toEqual([]);
  });
});

describe('results', () => {
  const engine = engineOver(load(10_000, 'm{b="y"} 1 2 stale 4\nm{b="x", a="z"} NaN 5\nm{b="x"} _ _ _ 7\nn 3'));

  it('are numbers and texts as they are asked for', async () => {
    expect(await engine.instant({ expr: '1 + 1', timeMs: 0 })).toEqual({ kind: 'scalar', value: 2, warnings: [], infos: [] });
    expect(await engine.instant({ expr: '("a")', timeMs: 0 })).toEqual({ kind: 'string', value: 'a', warnings: [], infos: [] });
  });

  it.each([
    {
      expr: 'm[25s]',
      series: [
        { labels: { a: 'z', b: 'x' }, timesMs: [10_000], values: [5], newestMs: 10_000 },
        { labels: { b: 'x' }, timesMs: [30_000], values: [7], newestMs: 30_000 },
        { labels: { b: 'y' }, timesMs: [10_000, 30_000], values: [2, 4], newestMs: 30_000 },
      ],
    },
    {
      expr: 'm{b="y"}[20s:5s]',
      series: [{ labels: { b: 'y' }, timesMs: [15_000, 30_000], values: [2, 4], newestMs: 30_000 }],
    },
    { expr: 'vector(1)[20s:10s]', series: [{ labels: {}, timesMs: [20_000, 30_000], values: [1, 1] }] },
  ])('are samples of series in order: $expr', async ({ expr, series }) => {
    const result = await engine.instant({ expr, timeMs: 30_000 });
    if (result.kind !== 'matrix') throw new Error(result.kind);
    const seen = result.series.map(({ labels, ...rest }) => {
      const { __name__, ...others } = Object.fromEntries(labels);
      return { labels: others, ...rest };
    });
    expect(seen).toEqual(series);
  });
});

describe('refusals', () => {
  const engine = engineOver(load(10_000, TABLE));

  it.each([
    { expr: 'q[5m]', type: 'range vector' },
    { expr: 'q[5m:1m]', type: 'range vector' },
    { expr: '"a"', type: 'string' },
  ])('$expr over a range', async ({ expr, type }) => {
    await expect(engine.range({ expr, startMs: 0, endMs: 0, stepMs: 1 })).rejects.toMatchObject({
      failure: 'bad-expression',
      message: `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
    });
  });

  it('of what is no expression', async () => {
    const refusal = { name: 'QueryError', failure: 'bad-expression', message: expect.stringMatching(/^1:4: parse error: /) };
    await expect(engine.instant({ expr: 'q +', timeMs: 0 })).rejects.toMatchObject(refusal);
    await expect(engine.range({ expr: 'q +', startMs: 0, endMs: 0, stepMs: 1 })).rejects.toMatchObject(refusal);
  });

  it('turns a fault below into an execution failure with its cause', async () => {
    const cause = new Error('the shelf fell down');
    const broken = {
      ...load(10_000, TABLE),
      select: () => {
        throw cause;
      },
    };
    await expect(engineOver(broken).instant({ expr: 'q', timeMs: 0 })).rejects.toMatchObject({
      name: 'QueryError',
      failure: 'execution',
      message: 'cannot evaluate the query: the shelf fell down; report this, it is a fault of Plimsoll',
      cause,
    });
    const odd = {
      ...load(10_000, TABLE),
      select: () => {
        throw 'no error';
      },
    };
    await expect(engineOver(odd).instant({ expr: 'q', timeMs: 0 })).rejects.toMatchObject({ message: expect.stringContaining('no error') });
  });
});

describe('telemetry', () => {
  it('counts queries, samples and failures', async () => {
    const seen: string[] = [];
    const note = (name: string) => (value: number, labels?: object) => seen.push(`${name} ${value} ${JSON.stringify(labels ?? {})}`);
    const meter: Meter = {
      counter: ({ name }) => ({ add: note(name) }),
      gauge: ({ name }) => ({ set: note(name) }),
      histogram: ({ name }) => ({ observe: note(name) }),
    };
    const engine = createEmbeddedEngine({ source: load(10_000, TABLE), clock: new VirtualClock(), meter });
    await engine.instant({ expr: 'q', timeMs: 0 });
    await expect(engine.instant({ expr: 'q(', timeMs: 0 })).rejects.toThrow();
    expect(seen).toEqual([
      'plimsoll_query_samples_total 4 {}',
      'plimsoll_query_duration_seconds 0 {"method":"instant"}',
      'plimsoll_query_failures_total 1 {"failure":"bad-expression"}',
      'plimsoll_query_samples_total 0 {}',
      'plimsoll_query_duration_seconds 0 {"method":"instant"}',
    ]);
  });
});
