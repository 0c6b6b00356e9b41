// Long evaluations: in slices between which others have their turn, with the same answer as in one go.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import type { QueryTrace } from '../../../src/model/query-engine.ts';
import type { SampleSource } from '../../../src/model/sample-source.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { engineOver } from '../support/ask.ts';
import { load } from '../support/load.ts';

const ROWS = 700;
const TABLE = Array.from(
  { length: ROWS },
  (_, i) => `m_total{i="${i}", pod="${i % 7}"} ${i} ${i + 1} ${i % 5 === 0 ? 0 : i + 2} ${i + 3}`,
).join('\n');
const SOURCE = load(10_000, TABLE);
const AT = { timeMs: 30_000 };

/** A clock by which every look at it takes so long that each slice is over as soon as anything was done in it. */
function slow(): { nowMs(): number; sleep(): Promise<void> } {
  let nowMs = 0;
  return {
    nowMs: () => {
      nowMs += 30;
      return nowMs;
    },
    sleep: () => Promise.resolve(),
  };
}

const EXPRESSIONS = [
  'm_total',
  'sum by (pod) (m_total)',
  'sum(rate(m_total[1m])) / sum(max_over_time(m_total[1m]))',
  'rate(m_total[1m]) + m_total',
  'm_total @ 10 - m_total @ 0',
  'topk(3, m_total) * scalar(sum(m_total))',
  'sum_over_time(m_total[30s:5s])',
  'rate(m_total[30s:5s]) > 0.1',
  'max_over_time(sum by (pod) (m_total)[30s:1s])',
  'count_values("v", m_total % 3)',
  'm_total[15s]',
];

describe('in slices', () => {
  it.each(EXPRESSIONS)('%s is answered as in one go, and reads as much', async (expr) => {
    const [one, other]: [QueryTrace, QueryTrace] = [
      { samplesRead: 0, selections: [] },
      { samplesRead: 0, selections: [] },
    ];
    const [atOnce, inSlices] = await Promise.all([
      createEmbeddedEngine({ source: SOURCE, clock: new VirtualClock() }).instant({ expr, ...AT, trace: one }),
      createEmbeddedEngine({ source: SOURCE, clock: slow() }).instant({ expr, ...AT, trace: other }),
    ]);
    expect(inSlices).toEqual(atOnce);
    expect(other).toEqual(one);
  });

  it('over a range too', async () => {
    const request = {
      expr: 'sum by (pod) (rate(m_total[20s])) + on(pod) max by (pod) (m_total)',
      startMs: 0,
      endMs: 40_000,
      stepMs: 10_000,
    };
    const atOnce = await engineOver(SOURCE).range(request);
    expect(await createEmbeddedEngine({ source: SOURCE, clock: slow() }).range(request)).toEqual(atOnce);
  });

  it('beside one another', async () => {
    const engine = createEmbeddedEngine({ source: SOURCE, clock: slow() });
    const wanted = await Promise.all(EXPRESSIONS.map((expr) => engineOver(SOURCE).instant({ expr, ...AT })));
    expect(await Promise.all(EXPRESSIONS.map((expr) => engine.instant({ expr, ...AT })))).toEqual(wanted);
  });

  it('gives the event loop back, and stops when the asker goes', async () => {
    const controller = new AbortController();
    const engine = createEmbeddedEngine({ source: SOURCE, clock: slow() });
    const answer = engine.instant({ expr: 'rate(m_total[1m])', ...AT, abortSignal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
  });

  it('answers ordinary questions at once', async () => {
    let turns = 0;
    setImmediate(() => {
      turns += 1;
    });
    await createEmbeddedEngine({ source: SOURCE, clock: systemClock() }).instant({ expr: 'sum(m_total offset 10s)', ...AT });
    expect(turns).toBe(0);
  });
});

describe('a list of many rows', () => {
  const size = 20_000;
  const many: SampleSource = {
    ...SOURCE,
    rowsVersion: 1,
    areOlder: () => true,
    select: () => Int32Array.from({ length: size }, (_, row) => row),
    labels: (row) => new Map([['i', String(row)]]),
    labelNames: () => new Set(['i']),
    labelIds: (rows) => rows.slice(),
    readNewest: (rows, { toMs }, { values, newestMs }) => {
      values.set(Float64Array.from(rows));
      newestMs.fill(toMs, 0, rows.length);
      return rows.length;
    },
    readEach: (rows, { toMs }, { window, visit }) => {
      window.length = 1;
      for (const [at, row] of rows.entries()) {
        window.values[0] = row;
        window.timesMs[0] = toMs;
        visit(at);
      }
    },
  };

  it.each(['x', 'max_over_time(x[1m])', 'x + max_over_time(x[1m]) - x'])('is read in pieces: %s', async (expr) => {
    for (const clock of [new VirtualClock(), slow()]) {
      const result = await createEmbeddedEngine({ source: many, clock }).instant({ expr, ...AT });
      if (result.kind !== 'vector') throw new Error(result.kind);
      expect(result.series.length).toBe(size);
      expect(result.series.every(({ labels, value }) => labels.get('i') === String(value))).toBe(true);
    }
  });

  it('over a range', async () => {
    const { series } = await createEmbeddedEngine({ source: many, clock: slow() }).range({ expr: 'x', startMs: 0, endMs: 2, stepMs: 1 });
    expect(series.length).toBe(size);
    expect(series[0]).toMatchObject({ timesMs: [0, 1, 2], newestMs: 2 });
  });
});

describe('rows that come or go between slices', () => {
  it('let the step begin anew', async () => {
    const source = load(10_000, TABLE);
    const engine = createEmbeddedEngine({ source, clock: slow() });
    const answer = engine.instant({ expr: 'count(rate(m_total[1m]))', ...AT });
    setImmediate(() => source.add(10_000, 'm_total{i="new"} 1 1 1 1'));
    expect(await answer).toMatchObject({ series: [{ value: ROWS + 1 }] });
  });

  it('are said when they never end', async () => {
    let version = 0;
    // Each time it is looked at another list of rows.
    const churning: SampleSource = {
      ...SOURCE,
      get rowsVersion() {
        version += 1;
        return version;
      },
      areOlder: () => false,
      readGrowth: SOURCE.readGrowth,
    };
    const engine = createEmbeddedEngine({ source: churning, clock: slow() });
    await expect(engine.instant({ expr: 'rate(m_total[1m])', ...AT })).rejects.toMatchObject({
      failure: 'execution',
      message: expect.stringContaining('series came or went 10 times while it was read'),
    });
  });
});

describe('the event loop', () => {
  it('is not held by a subquery of a million steps', async () => {
    const engine = createEmbeddedEngine({ source: load(10_000, 'x 1'), clock: systemClock() });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const controller = new AbortController();
    const answer = engine.instant({ expr: 'count_over_time(x[1000000s:1s])', ...AT, abortSignal: controller.signal });
    let turns = 0;
    while (turns < 20) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    controller.abort();
    await expect(answer).rejects.toMatchObject({ failure: 'aborted' });
    delay.disable();
    // Slices are 8 ms; the median is told, since a busy machine stretches the longest.
    expect(delay.percentile(50) / 1e6).toBeLessThan(50);
  });
});

describe('ways through the same samples', () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 50 }).map(String), fc.constantFrom('NaN', 'Inf', '_', 'stale', '1e308', '-0.1'));
  const table = fc
    .array(fc.array(value, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 })
    .map((rows) => rows.map((values, i) => `c_total{i="${i}"} ${values.join(' ')}`).join('\n'));

  // A subquery whose instants are those of the samples holds the same ones, where none is missing or stale.
  it('give the same rate', async () => {
    const whole = fc
      .array(fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }).map(String), { minLength: 7, maxLength: 7 }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((rows) => rows.map((values, i) => `c_total{i="${i}"} ${values.join(' ')}`).join('\n'));
    await fc.assert(
      fc.asyncProperty(whole, async (text) => {
        const engine = engineOver(load(10_000, text));
        for (const name of ['rate', 'increase', 'delta', 'sum_over_time', 'avg_over_time']) {
          const direct = await engine.instant({ expr: `${name}(c_total[40s])`, timeMs: 60_000 });
          expect(await engine.instant({ expr: `${name}(c_total[40s:10s])`, timeMs: 60_000 })).toEqual(direct);
        }
      }),
      { numRuns: 40 },
    );
  });

  // Over a range the samples are read once; at an instant they are read from the source.
  it.each([
    ...['rate', 'increase', 'delta', 'max_over_time'].map((name) => `${name}(c_total[25s] offset 3s)`),
    'quantile_over_time(0.3, c_total[25s] offset 3s)',
    'c_total offset 3s',
    'c_total - (c_total offset 13s)',
  ])('give the same %s', async (expr) => {
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(3000, 10_000, 40_000), async (text, stepMs) => {
        const engine = engineOver(load(10_000, text));
        const { series } = await engine.range({ expr, startMs: 0, endMs: 120_000, stepMs });
        const byLabel = new Map(
          series.map(({ labels, timesMs, values }) => [labels.get('i'), timesMs.map((at, step) => [at, values[step]])]),
        );
        const wanted = new Map<string | undefined, (number | undefined)[][]>();
        for (let timeMs = 0; timeMs <= 120_000; timeMs += stepMs) {
          const result = await engine.instant({ expr, timeMs });
          if (result.kind !== 'vector') throw new Error(result.kind);
          for (const { labels, value } of result.series)
            wanted.set(labels.get('i'), [...(wanted.get(labels.get('i')) ?? []), [timeMs, value]]);
        }
        expect([...byLabel].sort()).toEqual([...wanted].sort());
      }),
      { numRuns: 25 },
    );
  });

  it('give the same sums as values one by one', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (text) => {
        const engine = engineOver(load(10_000, text));
        const atOnce = await engine.range({ expr: 'sum(c_total) or avg(c_total) * 0', startMs: 0, endMs: 70_000, stepMs: 10_000 });
        const steps = [];
        for (let timeMs = 0; timeMs <= 70_000; timeMs += 10_000) {
          const result = await engine.instant({ expr: 'sum(c_total)', timeMs });
          if (result.kind === 'vector' && result.series[0] !== undefined) steps.push(result.series[0].value);
        }
        expect(atOnce.series[0]?.values ?? []).toEqual(steps);
      }),
      { numRuns: 40 },
    );
  });
});
