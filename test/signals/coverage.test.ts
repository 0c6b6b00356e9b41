import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absent } from '../../src/signals/absence.ts';
import { type AnswerBasis, answerOf } from '../../src/signals/answer.ts';
import type { PodOutcome } from '../../src/signals/outcome.ts';
import { NOW_MS, pod, rowNamed } from './support.ts';

const SUM = rowNamed('triton_inflight_requests');
const RATIO = rowNamed('triton_request_latency_seconds');
const MEAN = rowNamed('gpu_utilization_ratio');

function read(name: string, value: number, per = 1): PodOutcome {
  return { kind: 'read', pod: pod(name), readings: [{ device: name, value, per, newestMs: NOW_MS - value }] };
}

function missing(name: string, expected = true): PodOutcome {
  return { kind: 'missing', pod: pod(name), absent: absent('failed', `${name} is down`), expected };
}

function answer(outcomes: readonly PodOutcome[], basis: Partial<AnswerBasis> = {}): ReturnType<typeof answerOf> {
  return answerOf(outcomes, { row: SUM, atMs: NOW_MS, windowMs: 60_000, coverageRule: 'estimate', warnings: [], ...basis });
}

it('says what it holds', () => {
  expect(answer([read('a', 3), missing('b'), read('c', 5), missing('new', false)], { warnings: ['slow'] })).toEqual({
    kind: 'value',
    value: 12,
    newestMs: NOW_MS - 3,
    windowMs: 60_000,
    coverage: { expected: 3, contributing: 2, missing: [{ pod: { namespace: 'demo', name: 'b' }, why: 'b is down' }] },
    estimated: true,
    warnings: ['slow'],
  });
});

it.each([
  { name: 'a sum grows to all expected pods', row: SUM, outcomes: [read('a', 4), missing('b')], value: 8, estimated: true },
  { name: 'a new pod not read yet adds nothing', row: SUM, outcomes: [read('a', 4), missing('b', false)], value: 4, estimated: false },
  { name: 'nothing is missing', row: SUM, outcomes: [read('a', 4), read('b', 0)], value: 4, estimated: false },
  {
    name: 'an idle pod weighs nothing in a ratio',
    row: RATIO,
    outcomes: [read('a', 1, 4), read('b', 0, 0)],
    value: 0.25,
    estimated: false,
  },
  { name: 'a ratio of those that are there', row: RATIO, outcomes: [read('a', 1, 4), missing('b')], value: 0.25, estimated: false },
  { name: 'a mean of those that are there', row: MEAN, outcomes: [read('a', 0.5), missing('b')], value: 0.5, estimated: false },
])('$name', ({ row, outcomes, value, estimated }) => {
  expect(answer(outcomes, { row })).toMatchObject({ kind: 'value', value, estimated });
});

describe('absent', () => {
  it.each<{ name: string; outcomes: readonly PodOutcome[]; basis?: Partial<AnswerBasis>; reason: string; detail: string }>([
    {
      name: 'below half of the pods',
      outcomes: [read('a', 1), missing('b'), missing('c'), missing('d'), missing('e')],
      reason: 'incomplete',
      detail:
        'only 1 of 5 pods have a number, and at least half of them are needed; missing: demo/b (b is down), demo/c (c is down), demo/d (d is down) and 1 more',
    },
    {
      name: 'strict',
      outcomes: [read('a', 1), read('b', 1), missing('c')],
      basis: { coverageRule: 'strict' },
      reason: 'incomplete',
      detail: 'only 2 of 3 pods have a number, and signals.coverage is strict: all of them are needed; missing: demo/c (c is down)',
    },
    { name: 'no pods', outcomes: [], reason: 'no-data', detail: 'there are no pods to ask; see whether the workload is scaled to zero' },
    { name: 'one pod', outcomes: [missing('a')], reason: 'failed', detail: 'a is down' },
    {
      name: 'no pod that contributes, led by those expected',
      outcomes: [missing('new', false), missing('b')],
      reason: 'failed',
      detail: 'none of 2 pods has a number: demo/b (b is down)',
    },
    {
      name: 'no pod that is expected either',
      outcomes: [missing('a', false), missing('b', false)],
      reason: 'failed',
      detail: 'none of 2 pods has a number: demo/a (a is down), demo/b (b is down)',
    },
    {
      name: '0 ÷ 0',
      outcomes: [read('a', 0, 0)],
      basis: { row: RATIO },
      reason: 'undefined-ratio',
      detail: 'triton_request_latency_seconds is 0 ÷ 0: nothing happened in its window; it has a value again with the next request',
    },
    {
      name: 'x ÷ 0',
      outcomes: [read('a', 1, 0)],
      basis: { row: RATIO },
      reason: 'not-finite',
      detail: 'triton_request_latency_seconds comes out as Infinity',
    },
    {
      name: 'a sum past the largest number',
      outcomes: [read('a', 1e308), read('b', 1e308)],
      reason: 'not-finite',
      detail: 'triton_inflight_requests comes out as Infinity',
    },
  ])('$name', ({ outcomes, basis, reason, detail }) => {
    expect(answer(outcomes, basis)).toEqual({ kind: 'absent', reason, detail: expect.stringContaining(detail) });
  });
});

it('has no window when it is instantaneous', () => {
  expect(Object.keys(answer([read('a', 1)], { row: MEAN, windowMs: undefined }))).not.toContain('windowMs');
});

it('says when the time stamp is the evaluation’s', () => {
  const outcome: PodOutcome = { kind: 'read', pod: pod('a'), readings: [{ device: 'a', value: 1, per: 1, newestMs: undefined }] };
  expect(answer([outcome], { warnings: ['w'] })).toMatchObject({
    newestMs: NOW_MS,
    warnings: ['w', expect.stringContaining('evaluation')],
  });
});

it('estimates a sum as if missing pods were like the others, down to half', () => {
  const count = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 }), count, (values, gone) => {
      const outcomes = [
        ...values.map((value, index) => read(`p${index}`, value)),
        ...Array.from({ length: gone }, (_, i) => missing(`m${i}`)),
      ];
      const result = answer(outcomes);
      if (gone > values.length) return result.kind === 'absent' && result.reason === 'incomplete';
      const sum = values.reduce((total, value) => total + value, 0);
      return result.kind === 'value' && Math.abs(result.value - (sum * (values.length + gone)) / values.length) < 1e-9;
    }),
    { numRuns: 100 },
  );
});
