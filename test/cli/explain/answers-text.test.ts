import { describe, expect, it } from 'vitest';
import { answersText } from '../../../src/cli/explain/answers-text.ts';

const QUESTION = {
  first: '2026-03-01T03:10:00.250Z',
  last: '2026-03-01T03:12:00.250Z',
  count: 9,
  user: 'system:serviceaccount:kube-system:horizontal-pod-autoscaler',
  api: 'custom.metrics.k8s.io',
  metric: 'triton_inflight_requests',
  namespace: 'demo',
  object: 'deployments.apps/triton',
  code: 200,
};
const ONCE = { ...QUESTION, last: QUESTION.first, count: 1 };

function text(answers: readonly object[], rest: object = {}): string {
  return answersText({ now: '2026-03-01T04:00:00Z', completeSince: '2026-02-28T04:00:00.5Z', answers, isCut: false, ...rest });
}

const KEPT = '\n(every answer since 2026-02-28T04:00:00Z is kept)\n';

describe('says in words', () => {
  it('a value with its evidence', () => {
    const value = {
      value: 12.3456789,
      newest: '2026-03-01T03:11:58.750Z',
      windowSeconds: 60,
      expected: 6,
      contributing: 5,
      estimated: true,
    };
    expect(text([{ ...QUESTION, value: { ...value, missing: [{ name: 'demo/triton-3' }] } }])).toBe(
      `2026-03-01T03:12:00Z  triton_inflight_requests of deployments.apps/triton in namespace demo for system:serviceaccount:kube-system:horizontal-pod-autoscaler
  200  12.3457  (newest sample 2026-03-01T03:11:58Z, over 60 s, 5 of 6 pods, the others estimated)
  missing: demo/triton-3
  given 9 times since 2026-03-01T03:10:00Z
${KEPT}`,
    );
  });

  it('a list', () => {
    const list = {
      objects: 3,
      values: 2,
      sum: 4,
      min: 1,
      max: 3,
      newest: '2026-03-01T03:09:58Z',
      missing: [{ name: 'b', reason: 'failed' }],
    };
    expect(text([{ ...ONCE, user: undefined, object: 'pods/*', labelSelector: 'app=triton', list }])).toBe(
      `2026-03-01T03:10:00Z  triton_inflight_requests of pods/* in namespace demo with labelSelector app=triton
  200  2 of 3 have a value: sum 4, mean 2, least 1, most 3  (newest sample 2026-03-01T03:09:58Z, instantaneous)
  missing: b (failed)
  given once
${KEPT}`,
    );
  });

  it.each([
    { list: { objects: 0, values: 0 }, said: '200  an empty list: nothing was selected' },
    { list: { objects: 2, values: 0 }, said: '200  0 of 2 have a value' },
    { failure: { reason: 'failed', message: 'connection refused' }, code: 404, said: '404 failed: connection refused' },
    { code: 500, said: '500' },
  ])('$said', ({ said, ...answer }) => {
    expect(text([{ ...ONCE, ...answer }]).split('\n')[1]).toBe(`  ${said}`);
  });

  it('an external metric with its selectors', () => {
    const external = { ...ONCE, user: '', object: undefined, namespace: undefined, metricLabelSelector: 'model=a' };
    expect(text([external]).split('\n')[0]).toBe(
      '2026-03-01T03:10:00Z  triton_inflight_requests as an external metric with metricLabelSelector model=a',
    );
  });

  it('that there are more, and that there are none', () => {
    expect(text([ONCE], { isCut: true })).toContain('\nThere are more; ask for a shorter time, or for more with limit.\n');
    expect(text([])).toBe('No answer: nobody asked, or it is no longer kept (every answer since 2026-02-28T04:00:00Z is kept).\n');
  });
});

it.each([null, 'text', {}, { answers: [] }, { now: 'now', completeSince: 'then', answers: [], isCut: false }])('refuses %j', (json) => {
  expect(() => answersText(json)).toThrow();
});
