// The newest samples of a store, in turns: those that an instant selector finds.
import { expect, it } from 'vitest';
import { writeSample } from '../../src/exposition/write.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { METRIC_NAME } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import type { NewestRequest, NewestSample } from '../../src/model/newest-series.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { createNewestSeries } from '../../src/promql/newest.ts';
import { mergeLabels } from '../../src/store/series-labels.ts';
import { createStore, type SampleStore } from '../../src/store/store.ts';

const START_MS = 1_800_000_000_000;
const LOOKBACK_MS = 60_000;
const TARGETS = 30;
const LINES = 100;

interface Filled {
  readonly store: SampleStore;
  readonly clock: VirtualClock;
  readonly nowMs: number;
}

/** Some targets are closed, and some rows are not said any more. */
function filled(): Filled {
  const store = createStore({ retentionMs: 300_000, seriesLimit: 10_000, meter: nullMeter });
  for (let target = 0; target < TARGETS; target += 1) {
    const labels = new Map([
      ['instance', `i${target}`],
      ['pod', `p${target}`],
    ]);
    const writer = store.openTarget({ id: `t${target}`, labels, honorLabels: true, intervalMs: 5000 });
    const rows = Array.from({ length: LINES }, (_, line) =>
      writer.row(
        new Map([
          [METRIC_NAME, `x${line % 3}`],
          ['line', String(line)],
          ...(line % 7 === 0 ? ([['pod', line % 2 === 0 ? '' : 'own']] as const) : []),
        ]),
        { ownTime: false, clash: 'override' },
      ),
    );
    for (let scrape = 0; scrape < 3; scrape += 1) {
      writer.begin(START_MS + scrape * 5000 + target);
      for (const [line, row] of rows.entries())
        if (row !== undefined && (scrape < 2 || line % 5 !== 0)) writer.put(row, line * 100 + scrape);
    }
    if (target % 10 === 9) writer.close(START_MS + 12_000);
  }
  return { store, clock: new VirtualClock(START_MS + 15_000), nowMs: START_MS + 15_000 };
}

async function read({ store, clock, nowMs }: Filled, rest: Partial<NewestRequest> = {}): Promise<NewestSample[]> {
  const newest = createNewestSeries({ source: store, clock, lookbackMs: LOOKBACK_MS });
  const samples: NewestSample[] = [];
  for await (const piece of newest.newest({ expr: '{__name__=~"x0|x2"}', timeMs: nowMs, ...rest })) samples.push(...piece);
  return samples;
}

it('are what an instant selector finds', async () => {
  const world = filled();
  const engine = createEmbeddedEngine({ source: world.store, clock: world.clock, lookbackMs: LOOKBACK_MS });
  const result = await engine.instant({ expr: '{__name__=~"x0|x2"}', timeMs: world.nowMs });
  if (result.kind !== 'vector') throw new Error('no vector');
  const expected = result.series.map(({ labels, value, newestMs = 0 }) =>
    writeSample({ labels: new Map([...labels].sort()), value, timestampMs: newestMs }),
  );
  const samples = await read(world);
  const written = samples.map(({ line, target, value, timeMs }) =>
    writeSample({ labels: new Map([...mergeLabels(line, target)].sort()), value, timestampMs: timeMs }),
  );
  expect(written.toSorted()).toEqual(expected.toSorted());
  expect(written.length).toBeGreaterThan(1000);
});

it('have the labels of a line, and of a target, made once', async () => {
  const samples = await read(filled());
  expect(new Set(samples.map(({ line }) => line)).size).toBeLessThanOrEqual(LINES);
  expect(new Set(samples.map(({ target }) => target)).size).toBeLessThanOrEqual(TARGETS);
});

it('come in pieces, with turns for others in between', async () => {
  const { store, clock, nowMs } = filled();
  const newest = createNewestSeries({ source: store, clock, lookbackMs: LOOKBACK_MS });
  let turns = 0;
  let seen = 0;
  const sizes: number[] = [];
  const count = (): void => {
    turns += 1;
    if (turns < 100) setImmediate(count);
  };
  setImmediate(count);
  for await (const piece of newest.newest({ expr: '{line!=""}', timeMs: nowMs })) {
    sizes.push(piece.length);
    expect(turns).toBeGreaterThanOrEqual(seen);
    seen = turns;
  }
  expect(sizes.length).toBeGreaterThan(2);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
  expect(turns).toBeGreaterThan(1);
});

it('are read again where rows went between two pieces', async () => {
  const { store, clock, nowMs } = filled();
  const newest = createNewestSeries({ source: store, clock, lookbackMs: LOOKBACK_MS });
  const pieces: number[] = [];
  for await (const piece of newest.newest({ expr: '{line!=""}', timeMs: nowMs })) {
    pieces.push(piece.length);
    // All that is there is freed, and other rows take the places.
    if (pieces.length !== 1) continue;
    store.sweep(nowMs + 1_000_000);
    const writer = store.openTarget({ id: 'other', labels: new Map([['instance', 'other']]), honorLabels: true, intervalMs: 5000 });
    writer.begin(nowMs);
    for (let line = 0; line < 5; line += 1) {
      const row = writer.row(
        new Map([
          [METRIC_NAME, 'x0'],
          ['line', String(line)],
        ]),
        { ownTime: false, clash: 'override' },
      );
      if (row !== undefined) writer.put(row, line);
    }
  }
  expect(pieces.slice(1)).toEqual([5]);
});

it.each<[string, Partial<NewestRequest>, string]>([
  ['samples than the budget', { sampleBudget: 500 }, 'over-limit'],
  ['time than there is', { deadlineMs: START_MS }, 'deadline'],
  ['patience than the asker has', { abortSignal: AbortSignal.abort() }, 'aborted'],
])('take no more %s', async (_, rest, failure) => {
  await expect(read(filled(), rest)).rejects.toMatchObject({ name: 'QueryError', failure });
});
