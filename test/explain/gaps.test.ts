import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../src/explain/gaps.ts';
import type { SeriesDocument } from '../../src/explain/series.ts';
import type { EvidenceSource } from '../../src/model/evidence.ts';
import type { Findings, PodFinding } from '../../src/model/explanation.ts';
import type { AbsentReason } from '../../src/model/signal.ts';
import type { TargetStatus } from '../../src/model/target.ts';
import { readsOf } from '../../src/signals/reads.ts';
import { pod, status } from '../signals/support.ts';

const EXPR = 'rate(nv_inference_count{__pod_set__="1"}[1m]) and on (model) triton_model_info{__pod_set__="1"}';

const FINDINGS: Findings = {
  info: { name: 's', unit: 'u', help: '', labels: [] },
  across: 'sum',
  needs: '',
  deviceLabels: [],
  atMs: 0,
  answers: [],
  pods: [],
  podCount: 0,
  expressions: [{ role: 'value', text: EXPR, short: EXPR, reads: readsOf(EXPR) }],
  liveTargets: new Set(),
};

function missing(reason: AbsentReason, targets: readonly TargetStatus[] = [status('t')]): PodFinding {
  return { kind: 'missing', pod: pod('a'), absent: { kind: 'absent', reason, detail: 'd' }, expected: true, targets };
}

function sourceOf(...families: readonly string[]): EvidenceSource {
  return {
    series: () => Promise.reject(new Error('not asked')),
    families: () => new Set(families),
    feeding: (name) => (name === 'triton_model_info' ? [] : [name]),
  };
}

const sampled = (name: string, samples: number, through = 'rate'): SeriesDocument => {
  const at = { value: 1, time: '' };
  return { name, labels: {}, target: 't', range: { seconds: 60, through, samples, first: at, last: at } };
};

function told(finding: PodFinding, families: readonly string[], series: readonly SeriesDocument[] = []): readonly string[] {
  return evidenceOf(finding, { findings: FINDINGS, series, evidence: sourceOf(...families) });
}

describe('a target lacks a family', () => {
  it.each([
    { families: [], says: ['t:8002 says 0 families, and none for nv_inference_count'] },
    { families: ['other'], says: ['t:8002 says one family, and none for nv_inference_count'] },
    {
      families: ['nv_inference_count_total'],
      says: ['t:8002 says one family, and none for nv_inference_count; the nearest it has are nv_inference_count_total'],
    },
    { families: ['nv_inference_count'], says: [] },
  ])('$families', ({ families, says }) => {
    expect(told(missing('no-data'), families)).toEqual(says);
  });
});

it('says that a rate waits for its second sample', () => {
  const series = [sampled('a', 1), sampled('b', 2), sampled('c', 1, 'avg_over_time')];
  expect(told(missing('no-data'), ['nv_inference_count'], series)).toEqual([
    '1 of its series have one sample in their window so far, and a rate takes two: a',
  ]);
});

it('says of models that do not count why, each once', () => {
  const leftOut = { ...sampled('a', 1), labels: { model: 'm' }, leftOut: 'an ensemble' };
  expect(told(missing('no-data'), ['nv_inference_count'], [leftOut, leftOut, sampled('b', 2)])).toEqual(['m does not count: an ensemble']);
});

it.each(['failed', 'stale', 'warming-up', 'no-target', 'not-ready'] as const)('leaves %s to the states of targets', (reason) => {
  expect(told(missing(reason), [])).toEqual([]);
});

it('says nothing of a pod that has a number', () => {
  expect(told({ kind: 'read', pod: pod('a'), readings: [], targets: [status('t')] }, [])).toEqual([]);
});
