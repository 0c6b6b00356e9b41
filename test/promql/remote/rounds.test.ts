import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import { type PodSet, podSetOf } from '../../../src/model/pod.ts';
import type { InstantResult } from '../../../src/model/query-engine.ts';
import { type AskedPods, type RoundOptions, Rounds } from '../../../src/promql/remote/rounds.ts';

const BUCKET_MS = 1250;
const HPAS = 1000;

interface Asked {
  readonly expr: string;
  readonly timeMs: number;
  readonly pods: AskedPods;
}

/** An engine that knows all pods of ten namespaces, and answers with the number in a pod's name. */
function rounds(options: Partial<RoundOptions> = {}) {
  const asked: Asked[] = [];
  const counted = { shared: 0 };
  const made = new Rounds({
    ask: async ({ expr, timeMs, pods }) => {
      asked.push({ expr, timeMs, pods });
      return answer(pods);
    },
    bucketMs: BUCKET_MS,
    mostNamed: 200,
    namespaces: () => ALL_NAMESPACES,
    shared: () => {
      counted.shared += 1;
    },
    ...options,
  });
  return { rounds: made, asked, counted };
}

const ALL_NAMESPACES = Array.from({ length: 10 }, (_, index) => `ns-${index}`);
const SETS: readonly PodSet[] = Array.from({ length: HPAS }, (_, hpa) =>
  podSetOf([0, 1].map((replica) => ({ namespace: `ns-${hpa % 10}`, name: `pod-${2 * hpa + replica}` }))),
);
const EVERY_POD = SETS.flatMap(({ pods }) => pods);

function answer(pods: AskedPods): InstantResult {
  if (pods.kind === 'none') return { kind: 'vector', series: [], warnings: [] };
  const told = pods.kind === 'pods' ? pods.pods : EVERY_POD.filter(({ namespace }) => pods.namespaces?.includes(namespace) ?? true);
  return {
    kind: 'vector',
    series: told.map(({ namespace, name }) => ({ labels: labelsOf({ namespace, pod: name }), value: numberOf(name) })),
    warnings: ['w'],
  };
}

function numberOf(name: string): number {
  return Number(name.slice('pod-'.length));
}

function setAt(index: number): PodSet {
  return SETS[index] ?? podSetOf([]);
}

const QUESTION = { expr: 'x', liveMs: 15_000, timeMs: 0 } as const;

describe('a thousand autoscalers that ask within 15 s', () => {
  it('cost two questions at most for each expression and bucket, one once they are known, and each gets its own pods', async () => {
    const clock = new VirtualClock(0);
    const { rounds: all, asked, counted } = rounds();
    for (let round = 0; round < 3; round += 1) {
      for (const podSet of SETS) {
        for (const expr of ['x', 'y']) {
          const result = await all.ask({ ...QUESTION, expr, timeMs: clock.nowMs(), podSet });
          expect(result).toMatchObject({ kind: 'vector', warnings: ['w'] });
          if (result.kind !== 'vector') continue;
          expect(result.series.map(({ value }) => value)).toEqual(podSet.pods.map(({ name }) => numberOf(name)));
        }
        await clock.advance(15_000 / HPAS);
      }
    }
    const perBucket = Map.groupBy(asked, ({ expr, timeMs }) => `${expr} ${timeMs}`);
    expect(Math.max(...[...perBucket.values()].map(({ length }) => length))).toBe(2);
    const later = [...perBucket].filter(([key]) => Number(key.split(' ')[1]) >= 15_000);
    expect(later.length).toBeGreaterThan(40);
    expect(later.every(([, questions]) => questions.length === 1)).toBe(true);
    expect(counted.shared + asked.length).toBe(3 * HPAS * 2);
    expect(asked.every(({ timeMs }) => timeMs % BUCKET_MS === 0)).toBe(true);
  }, 60_000);

  it('are one question where they ask while it is under way', async () => {
    const pending = Promise.withResolvers<InstantResult>();
    let questions = 0;
    const { rounds: all } = rounds({
      ask: () => {
        questions += 1;
        return pending.promise;
      },
    });
    const results = Array.from({ length: 50 }, () => all.ask({ ...QUESTION, podSet: setAt(0) }));
    pending.resolve(answer({ kind: 'pods', pods: setAt(0).pods }));
    for (const result of await Promise.all(results)) expect(result).toMatchObject({ series: [{ value: 0 }, { value: 1 }] });
    expect(questions).toBe(1);
  });
});

describe('what is asked', () => {
  it('are the pods of one who asks alone', async () => {
    const { rounds: all, asked } = rounds();
    await all.ask({ ...QUESTION, podSet: setAt(3) });
    expect(asked.map(({ pods }) => pods)).toEqual([{ kind: 'pods', pods: setAt(3).pods }]);
  });

  it('is everybody for the second who comes with other pods, and in the next bucket the pods of both', async () => {
    const { rounds: all, asked } = rounds();
    await all.ask({ ...QUESTION, podSet: setAt(0) });
    await all.ask({ ...QUESTION, podSet: setAt(1) });
    await all.ask({ ...QUESTION, podSet: setAt(2) });
    await all.ask({ ...QUESTION, timeMs: BUCKET_MS, podSet: setAt(0) });
    expect(asked.map(({ pods }) => pods)).toEqual([
      { kind: 'pods', pods: setAt(0).pods },
      { kind: 'namespaces', namespaces: ALL_NAMESPACES },
      // Who asked last comes last.
      { kind: 'pods', pods: [1, 2, 0].flatMap((index) => setAt(index).pods) },
    ]);
  });

  it('names no pods where there are too many, and no namespaces either', async () => {
    const { rounds: few, asked } = rounds({ mostNamed: 3 });
    for (const index of [0, 1]) await few.ask({ ...QUESTION, podSet: setAt(index) });
    await few.ask({ ...QUESTION, timeMs: BUCKET_MS, podSet: setAt(1) });
    expect(asked.at(-1)?.pods).toEqual({ kind: 'namespaces', namespaces: ['ns-0', 'ns-1'] });
    const { rounds: many, asked: others } = rounds({ namespaces: () => Array.from({ length: 101 }, (_, index) => `n${index}`) });
    for (const index of [0, 1]) await many.ask({ ...QUESTION, podSet: setAt(index) });
    expect(others.at(-1)?.pods).toEqual({ kind: 'namespaces', namespaces: undefined });
  });

  it('holds pods too of namespaces that nobody had told of', async () => {
    const { rounds: all, asked } = rounds({ namespaces: () => ['other'] });
    for (const index of [0, 1]) await all.ask({ ...QUESTION, podSet: setAt(index) });
    expect(asked.at(-1)?.pods).toEqual({ kind: 'namespaces', namespaces: ['other', 'ns-0', 'ns-1'] });
  });

  it('forgets pods that nobody asked about for a minute', async () => {
    const { rounds: all, asked } = rounds();
    for (const index of [0, 1]) await all.ask({ ...QUESTION, podSet: setAt(index) });
    await all.ask({ ...QUESTION, timeMs: 61_250, podSet: setAt(1) });
    expect(asked.at(-1)?.pods).toEqual({ kind: 'pods', pods: setAt(1).pods });
  });

  it('is asked apart where live targets alone count, and without pods where none are asked about', async () => {
    const { rounds: all, asked } = rounds();
    await all.ask({ ...QUESTION, podSet: undefined });
    await all.ask({ ...QUESTION, podSet: undefined });
    await all.ask({ ...QUESTION, liveMs: undefined, podSet: undefined });
    expect(asked.map(({ pods }) => pods.kind)).toEqual(['none', 'none']);
  });
});

it('gives all who ask in a bucket the same reason, and asks again in the next', async () => {
  let questions = 0;
  const { rounds: all } = rounds({
    ask: () => {
      questions += 1;
      return questions === 1 ? Promise.reject(new Error('down')) : Promise.resolve(answer({ kind: 'none' }));
    },
  });
  await expect(all.ask({ ...QUESTION, podSet: setAt(0) })).rejects.toThrow('down');
  await expect(all.ask({ ...QUESTION, podSet: setAt(0) })).rejects.toThrow('down');
  expect(questions).toBe(1);
  expect(await all.ask({ ...QUESTION, timeMs: BUCKET_MS, podSet: setAt(0) })).toMatchObject({ kind: 'vector', series: [] });
});

it('answers a question that came late as of its own bucket', async () => {
  const { rounds: all, asked } = rounds();
  await all.ask({ ...QUESTION, timeMs: BUCKET_MS, podSet: setAt(0) });
  await all.ask({ ...QUESTION, timeMs: BUCKET_MS - 1, podSet: setAt(0) });
  await all.ask({ ...QUESTION, timeMs: BUCKET_MS + 1, podSet: setAt(0) });
  expect(asked.map(({ timeMs }) => timeMs)).toEqual([BUCKET_MS, 0]);
});
