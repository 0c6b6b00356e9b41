import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../src/model/labels.ts';
import { parseLabelSelector } from '../../../src/model/parse-label-selector.ts';
import type { InstantRequest, InstantResult } from '../../../src/model/query-engine.ts';
import type { SignalAnswer } from '../../../src/model/signal.ts';
import { fakeShapes, file, kind, type Rule, type World, world } from './support.ts';

type Series = readonly (readonly [labels: Readonly<Record<string, string>>, value: number, newestMs?: number])[];

function vector(series: Series, warnings: readonly string[] = []): InstantResult {
  return {
    kind: 'vector',
    warnings,
    series: series.map(([labels, value, newestMs]) => ({ labels: labelsOf(labels), value, ...(newestMs !== undefined && { newestMs }) })),
  };
}

const SHAPES = { queue: ['pod', 'namespace', 'node'] };

function worldOf(rule: Rule, answer: (request: InstantRequest) => InstantResult): Promise<World> {
  return world({ rules: file([rule], [rule]), shapes: fakeShapes(SHAPES), answer });
}

async function answersOf({ metrics }: World, names: readonly string[], selector = ''): Promise<readonly SignalAnswer[]> {
  const answers = await metrics.ofObjects({
    metric: 'queue',
    kind: kind('pods'),
    namespace: 'ns',
    names,
    metricSelector: parseLabelSelector(selector),
  });
  return answers.map(({ answer }) => answer);
}

describe('about objects', () => {
  it('one answer for each name, in the order asked', async () => {
    const asked = await worldOf({}, () =>
      vector(
        [
          [{ pod: 'b' }, 2, 5000],
          [{ pod: 'a' }, 1, 4000],
          [{ pod: 'x' }, 9, 1],
        ],
        ['a warning'],
      ),
    );
    const [b, c, a] = await answersOf(asked, ['b', 'c', 'a'], 'model=m');
    expect(a).toEqual({
      kind: 'value',
      value: 1,
      newestMs: 4000,
      coverage: { expected: 1, contributing: 1, missing: [] },
      estimated: false,
      warnings: ['a warning'],
    });
    expect(b).toMatchObject({ value: 2, newestMs: 5000 });
    expect(c).toEqual({
      kind: 'absent',
      reason: 'no-data',
      detail: 'rules[0] gives no series with pod="c"; see whether pods of that name are scraped, and whether their series have this label',
    });
    expect(asked.asked.map(({ expr, liveTargets, podSet }) => ({ expr, liveTargets, podSet }))).toEqual([
      { expr: 'sum(queue{model="m",namespace="ns",pod=~"b|c|a"}) by (pod)', liveTargets: undefined, podSet: undefined },
    ]);
  });

  it('the time is that of the evaluation where the engine does not tell another, and the window is the longest range', async () => {
    const asked = await worldOf({ metricsQuery: 'sum(rate(<<.Series>>{<<.LabelMatchers>>}[90s])) by (<<.GroupBy>>)' }, () =>
      vector([[{ pod: 'a' }, 1]]),
    );
    const nowMs = asked.clock.nowMs();
    expect(await answersOf(asked, ['a'])).toMatchObject([{ newestMs: nowMs, windowMs: 90_000 }]);
    expect(asked.asked).toMatchObject([{ timeMs: nowMs, deadlineMs: nowMs + 10_000, sampleBudget: 50_000_000 }]);
  });

  it('NaN stays NaN, for the API to leave out', async () => {
    const asked = await worldOf({}, () => vector([[{ pod: 'a' }, Number.NaN]]));
    expect(await answersOf(asked, ['a'])).toMatchObject([{ kind: 'value', value: Number.NaN }]);
  });

  it.each([
    {
      name: 'several values',
      series: [
        [{ pod: 'a', gpu: '0' }, 1],
        [{ pod: 'a', gpu: '1' }, 2],
      ],
      answer: { reason: 'ambiguous', detail: 'rules[0] gives several series with pod="a"; aggregate them: sum(…) by (<<.GroupBy>>)' },
    },
    {
      name: 'three values, of which the last is as the first',
      series: [
        [{ pod: 'a', gpu: '0' }, 1],
        [{ pod: 'a', gpu: '1' }, 2],
        [{ pod: 'a', gpu: '2' }, 1],
      ],
      answer: { reason: 'ambiguous' },
    },
    {
      name: 'equal values',
      series: [
        [{ pod: 'a', gpu: '0' }, 1],
        [{ pod: 'a', gpu: '1' }, 1],
      ],
      answer: { kind: 'value', value: 1 },
    },
    {
      name: 'no label',
      series: [[{}, 1]],
      answer: { reason: 'no-data', detail: 'rules[0] gives series without the label pod; write by (<<.GroupBy>>) into its metricsQuery' },
    },
    { name: 'no series', series: [], answer: { reason: 'no-data' } },
  ] satisfies readonly { name: string; series: Series; answer: object }[])('$name', async ({ series, answer }) => {
    expect(await answersOf(await worldOf({}, () => vector(series)), ['a'])).toMatchObject([answer]);
  });

  it('what is no vector is said', async () => {
    await expect(answersOf(await worldOf({}, () => ({ kind: 'scalar', value: 1, warnings: [] })), ['a'])).rejects.toThrow(
      'rules[0] gives a scalar where series belong; change its metricsQuery',
    );
  });

  it('names that make a query longer than the engine reads are asked about in several', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `a-pod-of-a-deployment-with-a-long-name-${index}`);
    const asked = await worldOf({}, ({ expr }) =>
      vector(names.filter((name) => expr.includes(`${name}|`) || expr.includes(`${name}"`)).map((pod) => [{ pod }, 1])),
    );
    const answers = await answersOf(asked, names);
    expect(asked.asked.length).toBe(2);
    expect(Math.max(...asked.asked.map(({ expr }) => expr.length))).toBeLessThanOrEqual(90_000);
    expect(answers.every((answer) => answer.kind === 'value')).toBe(true);
  });

  it('a metric whose series have gone has none', async () => {
    const asked = await worldOf({}, () => vector([]));
    const answers = await asked.metrics.ofObjects({
      metric: 'gone',
      kind: kind('pods'),
      namespace: 'ns',
      names: ['a'],
      metricSelector: [],
    });
    expect(answers).toMatchObject([{ answer: { reason: 'no-data', detail: expect.stringContaining('have just gone') } }]);
    expect(await asked.metrics.ofExternal({ metric: 'gone', namespace: 'ns', selector: [] })).toMatchObject({ reason: 'no-data' });
  });

  it('a failure of the engine is the asker’s to see', async () => {
    const asked = await worldOf({}, () => {
      throw new Error('down');
    });
    await expect(answersOf(asked, ['a'])).rejects.toThrow('down');
  });
});

describe('external', () => {
  const ask = async (answer: InstantResult) =>
    (await worldOf({}, () => answer)).metrics.ofExternal({ metric: 'queue', namespace: 'ns', selector: parseLabelSelector('q=1') });

  it('an item for each series, with its labels, in an order of their own', async () => {
    const asked = await worldOf({}, () =>
      vector([
        [{ __name__: 'queue', q: '1' }, 1],
        [{ q: '2' }, 2],
      ]),
    );
    const items = await asked.metrics.ofExternal({ metric: 'queue', namespace: 'ns', selector: parseLabelSelector('q in (1,2)') });
    expect(
      'kind' in items ? items : items.map(({ labels, answer }) => [Object.fromEntries(labels), answer.kind === 'value' && answer.value]),
    ).toEqual([
      [{ q: '2' }, 2],
      [{ __name__: 'queue', q: '1' }, 1],
    ]);
    expect(asked.asked.map(({ expr }) => expr)).toEqual(['sum(queue{q=~"1|2",namespace="ns"}) by ()']);
  });

  it('a number is an item without labels', async () => {
    expect(await ask({ kind: 'scalar', value: 7, warnings: [] })).toMatchObject([{ labels: new Map(), answer: { value: 7 } }]);
  });

  it.each([
    {
      name: 'nothing',
      answer: vector([]),
      absent: {
        reason: 'no-data',
        detail: 'externalRules[0] gives no series; see whether its series are scraped, and whether the selector selects one',
      },
    },
    {
      name: 'one that is NaN',
      answer: vector([
        [{ q: '1' }, 1],
        [{ __name__: 'x', q: '2' }, Number.NaN],
      ]),
      absent: { reason: 'not-finite', detail: 'externalRules[0] gives NaN for {q="2"}, which is no number that can be scaled on' },
    },
    {
      name: 'infinity',
      answer: { kind: 'scalar', value: Number.POSITIVE_INFINITY, warnings: [] } as const,
      absent: { reason: 'not-finite', detail: 'externalRules[0] gives Infinity, which is no number that can be scaled on' },
    },
  ])('$name is a reason', async ({ answer, absent }) => {
    expect(await ask(answer)).toEqual({ kind: 'absent', ...absent });
  });

  it('more items than anybody adds up are refused', async () => {
    const series = Array.from({ length: 10_001 }, (_, index) => [{ q: String(index) }, 1] as const);
    await expect(ask(vector(series))).rejects.toThrow(
      'externalRules[0] gives 10001 series, and 10000 is the limit of items; aggregate them: sum(…)',
    );
  });

  it('what is no series and no number is said', async () => {
    await expect(ask({ kind: 'string', value: 'x', warnings: [] })).rejects.toThrow('externalRules[0] gives a string where series belong');
  });
});
