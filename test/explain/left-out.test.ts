import { describe, expect, it } from 'vitest';
import { leftOutOf } from '../../src/explain/left-out.ts';
import type { SeriesEvidence } from '../../src/model/evidence.ts';
import type { Findings, ReadSeries } from '../../src/model/explanation.ts';
import { labelsOf } from '../../src/model/labels.ts';
import type { Matcher } from '../../src/model/matcher.ts';
import { readsOf } from '../../src/signals/reads.ts';

function findings(reads: readonly ReadSeries[]): Findings {
  return {
    info: { name: 's', unit: 'u', help: '', labels: [] },
    across: 'sum',
    needs: '',
    deviceLabels: [],
    atMs: 0,
    answers: [],
    pods: [],
    podCount: 0,
    expressions: [{ role: 'value', text: '', short: '', reads }],
    liveTargets: new Set(),
  };
}

const READS = readsOf(
  'rate(nv_inference_count{__pod_set__="1"}[1m]) and on (model) triton_model_info{kind="leaf",counts!="no",__pod_set__="1"}',
);

function info(labels: Readonly<Record<string, string>>): SeriesEvidence {
  const all = labelsOf({ __name__: 'triton_model_info', instance: 'i', version: '1', ...labels });
  return { labels: all, targetId: 't', newest: undefined, run: undefined, origin: { kind: 'unknown' } };
}

const INFOS = [
  info({ model: 'leaf', kind: 'leaf' }),
  info({ model: 'ensemble', kind: 'ensemble' }),
  info({ model: 'excluded', kind: 'leaf', counts: 'no' }),
  info({ model: 'off', kind: 'leaf', counters: 'no' }),
];

describe('of a model', () => {
  it.each([
    { model: 'leaf', why: undefined },
    { model: 'ensemble', why: 'an ensemble: its requests count at its children' },
    { model: 'excluded', why: 'excluded by models.<name>.counts, or decoupled' },
    { model: 'off', why: 'its server counts nothing (counter_latencies=false)' },
    { model: 'unknown', why: 'not ready, or not known yet' },
  ])('$model', async ({ model, why }) => {
    const asked: (readonly Matcher[])[] = [];
    const leftOut = await leftOutOf(findings(READS), async (matchers) => {
      asked.push(matchers);
      return { series: INFOS, more: 0 };
    });
    expect(leftOut(labelsOf({ __name__: 'nv_inference_count', instance: 'i', version: '1', model }))).toBe(why);
    // Whatever the kind, of the pods alone.
    expect(asked.map((matchers) => matchers.map(({ name, value }) => `${name}=${value}`))).toEqual([
      ['__name__=triton_model_info', '__pod_set__=1'],
    ]);
  });
});

it('of no model, and the fact itself, all count', async () => {
  const leftOut = await leftOutOf(findings(READS), async () => ({ series: [], more: 0 }));
  expect(leftOut(labelsOf({ __name__: 'pod_cpu_cores' }))).toBeUndefined();
  expect(leftOut(labelsOf({ __name__: 'triton_model_info', model: 'm' }))).toBeUndefined();
});

it('asks nothing where models are not joined', async () => {
  const leftOut = await leftOutOf(findings(readsOf('gpu_owner{__pod_set__="1"}')), () => Promise.reject(new Error('asked')));
  expect(leftOut(labelsOf({ model: 'm' }))).toBeUndefined();
});
