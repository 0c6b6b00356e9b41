import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/model/pod.ts';
import { answerOf } from '../../src/signals/answer.ts';
import type { PodOutcome } from '../../src/signals/outcome.ts';
import { loadsOf, type PodLoad, pinnedPods, pinnedWarning, skewOf } from '../../src/signals/skew.ts';
import { NOW_MS, pod, rowNamed } from './support.ts';

const WINDOW_MS = 60_000;
const YOUNG = { readySinceMs: NOW_MS - 90_000 };

function load(name: string, [inflight, waiting]: readonly [number, number], rest: Partial<Pod> = {}): PodLoad {
  return { pod: pod(name, rest), inflight, waiting };
}

function read({ pod: one, inflight, waiting }: PodLoad): PodOutcome {
  return { kind: 'read', pod: one, readings: [{ device: one.name, value: inflight, per: waiting, newestMs: NOW_MS - 1000 }] };
}

describe('load skew', () => {
  it.each([
    { name: 'is 1 when even', loads: [load('a', [4, 0]), load('b', [4, 0])], skew: 1 },
    { name: 'is the number of pods when all is on one', loads: [load('a', [9, 0]), load('b', [0, 0]), load('c', [0, 0])], skew: 3 },
    { name: 'is the largest ÷ the mean', loads: [load('a', [6, 0]), load('b', [2, 0])], skew: 1.5 },
  ])('$name', ({ loads, skew }) => {
    expect(skewOf(loads)).toBe(skew);
  });

  it.each([
    { name: 'no pod', loads: [], why: 'no ready pod has a number' },
    { name: 'one pod', loads: [load('a', [4, 0])], why: 'only demo/a has a number, and a balance takes two' },
    { name: 'an idle workload', loads: [load('a', [0, 0]), load('b', [0, 0])], why: '0 requests are in flight over 2 pods' },
    { name: 'one stray request', loads: [load('a', [0.9, 0]), load('b', [0, 0])], why: '0.9 requests are in flight over 2 pods' },
  ])('is not defined for $name', ({ loads, why }) => {
    expect(skewOf(loads)).toContain(why);
  });

  it('is of ready pods that could be read', () => {
    const away = read(load('away', [4, 0], { ready: false }));
    const missing: PodOutcome = {
      kind: 'missing',
      pod: pod('m'),
      absent: { kind: 'absent', reason: 'failed', detail: '' },
      expected: true,
    };
    expect(loadsOf([read(load('a', [4, 1])), away, missing])).toEqual([load('a', [4, 1])]);
  });
});

describe('connections are pinned', () => {
  it.each([
    { name: 'a new pod is idle while requests wait', loads: [load('a', [8, 3]), load('b', [0, 0], YOUNG)], pinned: ['b'] },
    { name: 'health checks are no load', loads: [load('a', [80, 30]), load('b', [0.5, 0], YOUNG)], pinned: ['b'] },
    { name: 'two new pods', loads: [load('a', [8, 3]), load('b', [0, 0], YOUNG), load('c', [0, 0], YOUNG)], pinned: ['b', 'c'] },
    { name: 'not while nothing waits', loads: [load('a', [8, 0]), load('b', [0, 0], YOUNG)], pinned: [] },
    {
      name: 'not before it was ready for a window',
      loads: [load('a', [8, 3]), load('b', [0, 0], { readySinceMs: NOW_MS - 59_000 })],
      pinned: [],
    },
    { name: 'not when the idle pod is the older one', loads: [load('a', [8, 3], YOUNG), load('b', [0, 0])], pinned: [] },
    { name: 'not when an old pod has room', loads: [load('a', [8, 3]), load('c', [4, 0]), load('b', [0, 0], YOUNG)], pinned: [] },
    { name: 'not when the new pod gets its share', loads: [load('a', [8, 3]), load('b', [7, 2], YOUNG)], pinned: [] },
    { name: 'not when nobody has load', loads: [load('a', [0, 0]), load('b', [0, 0], YOUNG)], pinned: [] },
    { name: 'not without pods', loads: [], pinned: [] },
  ])('$name', ({ loads, pinned }) => {
    expect(pinnedPods(loads, { atMs: NOW_MS, windowMs: WINDOW_MS }).map(({ name }) => name)).toEqual(pinned);
  });

  it('names a few of many', () => {
    const pods = ['a', 'b', 'c', 'd', 'e'].map((name) => pod(name));
    expect(pinnedWarning(pods)).toContain('demo/a, demo/b, demo/c and 2 more');
  });
});

describe('an answer about skew', () => {
  const basis = {
    row: rowNamed('inference_load_skew_ratio'),
    atMs: NOW_MS,
    windowMs: WINDOW_MS,
    coverageRule: 'estimate',
    warnings: [],
  } as const;

  it('says that connections are pinned, and warns', () => {
    expect(answerOf([read(load('a', [8, 3])), read(load('b', [0, 0], YOUNG))], basis)).toMatchObject({
      kind: 'value',
      value: 2,
      isPinned: true,
      newestMs: NOW_MS - 1000,
      warnings: [expect.stringContaining('scale-out brings no relief: connections are pinned to old pods')],
    });
  });

  it('says that they are not', () => {
    expect(answerOf([read(load('a', [4, 1])), read(load('b', [4, 1], YOUNG))], basis)).toMatchObject({
      value: 1,
      isPinned: false,
      warnings: [],
    });
  });

  it('is absent with the reason', () => {
    expect(answerOf([read(load('a', [4, 1]))], basis)).toMatchObject({ kind: 'absent', reason: 'undefined-ratio' });
  });
});
