import { describe, expect, it } from 'vitest';
import { type SeriesOfPods, seriesOfPods } from '../../src/explain/series.ts';
import type { EvidenceRequest, EvidenceSource, SeriesEvidence } from '../../src/model/evidence.ts';
import type { Findings } from '../../src/model/explanation.ts';
import { labelsOf, METRIC_NAME } from '../../src/model/labels.ts';
import { readsOf } from '../../src/signals/reads.ts';
import { pod } from '../signals/support.ts';

const AT_MS = 1_000_000;

interface Asked {
  readonly requests: EvidenceRequest[];
  readonly series: SeriesOfPods;
}

async function placed(expr: string, all: readonly SeriesEvidence[], findings: Partial<Findings> = {}): Promise<Asked> {
  const requests: EvidenceRequest[] = [];
  const evidence: EvidenceSource = {
    series: async (request) => {
      requests.push(request);
      return {
        series: all.filter(({ labels }) =>
          request.matchers.every((matcher) => matcher.name === '__pod_set__' || matcher.matches(labels.get(matcher.name) ?? '')),
        ),
        more: 0,
      };
    },
    families: () => new Set(),
    feeding: () => [],
  };
  const known: Findings = {
    info: { name: 's', unit: 'u', help: '', labels: [] },
    across: 'sum',
    needs: '',
    deviceLabels: [],
    atMs: AT_MS,
    answers: [],
    pods: ['a', 'b'].map((name) => ({ kind: 'read', pod: pod(name), readings: [], targets: [] })),
    podCount: 2,
    expressions: [{ role: 'value', text: expr, short: expr, reads: readsOf(expr) }],
    liveTargets: new Set(['t']),
    ...findings,
  };
  const scope = { deadlineMs: 7, sampleBudget: 8 };
  return {
    requests,
    series: await seriesOfPods(known, { evidence, scope, writeLine: (labels, value) => `${labels.get(METRIC_NAME)} ${value}` }),
  };
}

function evidence(labels: Readonly<Record<string, string>>, rest: Partial<SeriesEvidence> = {}): SeriesEvidence {
  return {
    labels: labelsOf(labels),
    targetId: 't',
    newest: { value: 1, timeMs: AT_MS },
    run: undefined,
    origin: { kind: 'unknown' },
    ...rest,
  };
}

const names = ({ byPod }: SeriesOfPods) => [...byPod].map(([key, series]) => [key, series.map(({ name }) => name)]);

describe('what is asked', () => {
  it('is each selector once, of the pods first, with live targets, budget and deadline', async () => {
    const { requests } = await placed(
      'max by (uuid) (other) + rate(own{__pod_set__="1"}[1m]) + own{__pod_set__="1"} + own{__pod_set__="1"}',
      [],
      {
        deviceLabels: ['uuid'],
      },
    );
    expect(requests.map(({ matchers, range, only }) => [matchers[0]?.value, range, only?.labels])).toEqual([
      ['own', { fromMs: AT_MS - 60_000, toMs: AT_MS }, undefined],
      ['own', undefined, undefined],
      ['other', undefined, ['uuid']],
    ]);
    for (const { scope, atMs } of requests) {
      expect(scope).toMatchObject({ deadlineMs: 7, sampleBudget: 8, liveTargets: new Set(['t']) });
      expect([scope.podSet?.has('demo', 'a'), scope.podSet?.has('demo', 'c'), atMs]).toEqual([true, false, AT_MS]);
    }
  });
});

describe('a series belongs', () => {
  it('to the pod that it names, and to nobody else', async () => {
    const { series } = await placed('own{__pod_set__="1"}', [
      evidence({ __name__: 'own', namespace: 'demo', pod: 'a' }),
      evidence({ __name__: 'own', namespace: 'demo', pod: 'elsewhere' }),
      evidence({ __name__: 'own' }),
    ]);
    expect(names(series)).toEqual([
      ['demo/a', ['own']],
      ['demo/b', []],
    ]);
  });

  it('to every pod that shares its device', async () => {
    const owner = (name: string) => evidence({ __name__: 'owner', namespace: 'demo', pod: name, uuid: 'U' });
    const all = [owner('a'), owner('b'), evidence({ __name__: 'value', uuid: 'U' }), evidence({ __name__: 'value', uuid: 'other' })];
    const { series, requests } = await placed('value * on (uuid) owner{__pod_set__="1"}', all, { deviceLabels: ['uuid'] });
    expect(names(series)).toEqual([
      ['demo/a', ['owner', 'value']],
      ['demo/b', ['owner', 'value']],
    ]);
    expect(requests[1]?.only?.keys).toEqual(new Set(['1:U']));
  });

  it('once, however many selectors find it, and sixty to a pod', async () => {
    const many = Array.from({ length: 63 }, (_, index) => evidence({ __name__: 'own', namespace: 'demo', pod: 'a', model: `m${index}` }));
    const { series } = await placed('own{__pod_set__="1"} + own{model!="x",__pod_set__="1"}', many);
    expect(series.byPod.get('demo/a')).toHaveLength(60);
    expect(series.more.get('demo/a')).toBe(3);
    expect(series.more.get('demo/b')).toBeUndefined();
  });
});

describe('a series is written', () => {
  const of = { namespace: 'demo', pod: 'a' };
  const run = { samples: 3, first: { value: 10, timeMs: AT_MS - 20_000 }, last: { value: 50, timeMs: AT_MS }, growth: 40 };

  it.each([
    { expr: 'rate(own{__pod_set__="1"}[1m])', perSecond: 2 },
    { expr: 'irate(own{__pod_set__="1"}[1m])', perSecond: 2 },
    { expr: 'avg_over_time(own{__pod_set__="1"}[1m])', perSecond: undefined },
  ])('with its range: $expr', async ({ expr, perSecond }) => {
    const { series } = await placed(expr, [evidence({ __name__: 'own', ...of }, { run })]);
    const [one] = series.byPod.get('demo/a') ?? [];
    expect(one?.range).toMatchObject({ seconds: 60, samples: 3, first: { value: 10 }, last: { value: 50 } });
    expect(one?.range?.perSecond).toBe(perSecond);
  });

  it('without a rate of one sample', async () => {
    const single = { ...run, samples: 1, first: run.last, growth: 0 };
    const { series } = await placed('rate(own{__pod_set__="1"}[1m])', [evidence({ __name__: 'own', ...of }, { run: single })]);
    expect(series.byPod.get('demo/a')?.[0]?.range).not.toHaveProperty('perSecond');
  });

  it('with what JSON has no words for as null, and without what is not known', async () => {
    const { series } = await placed('own{__pod_set__="1"}', [
      evidence({ __name__: 'own', ...of }, { newest: { value: Number.NaN, timeMs: AT_MS } }),
      evidence({ __name__: 'own', ...of, model: 'm' }, { newest: undefined }),
    ]);
    const [nan, stale] = series.byPod.get('demo/a') ?? [];
    expect(nan?.newest?.value).toBeNull();
    expect(stale).toEqual({ name: 'own', labels: { ...of, model: 'm' }, target: 't' });
  });

  it('with a scale only where it changes something', async () => {
    const line = { labels: labelsOf({ __name__: 'raw' }), type: 'gauge' } as const;
    const origin = (times: number) => ({ kind: 'line', line, value: 3, scale: { times, dividedBy: 1 }, guards: [] }) as const;
    const { series } = await placed('own{__pod_set__="1"}', [
      evidence({ __name__: 'own', ...of }, { origin: origin(1) }),
      evidence({ __name__: 'own', ...of, model: 'm' }, { origin: origin(1000) }),
    ]);
    expect(series.byPod.get('demo/a')?.map(({ said }) => said)).toEqual([
      { line: 'raw 3', type: 'gauge', guards: [] },
      { line: 'raw 3', type: 'gauge', times: 1000, dividedBy: 1, guards: [] },
    ]);
  });
});
