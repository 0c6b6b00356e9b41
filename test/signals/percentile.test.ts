import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/lib/key.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { nullMeter } from '../../src/model/meter.ts';
import { createEmbeddedEngine } from '../../src/promql/engine.ts';
import { percentile95 } from '../../src/signals/percentile.ts';
import type { Reading } from '../../src/signals/readings.ts';
import { createStore } from '../../src/store/store.ts';
import { NOW_MS, status } from './support.ts';

function bucketsOf(rates: Readonly<Record<string, number>>): Reading[] {
  return Object.entries(rates).map(([le, value]) => ({ device: keyOf([le]), value, per: 1, newestMs: undefined }));
}

describe('the 95th percentile', () => {
  it.each([
    { name: 'lies within a bucket', rates: { '0.5': 90, '1.0': 100, '+Inf': 100 }, expected: 0.75 },
    { name: 'lies in the first bucket, from 0 on', rates: { '2': 100, '+Inf': 100 }, expected: 1.9 },
    { name: 'is at least the largest bound in the last one', rates: { '1': 50, '2': 60, '+Inf': 100 }, expected: 2 },
    { name: 'is a negative bound itself in the first bucket', rates: { '-1': 100, '+Inf': 100 }, expected: -1 },
  ])('$name', ({ rates, expected }) => {
    expect(percentile95(bucketsOf(rates))).toBeCloseTo(expected, 12);
  });

  it.each([
    { name: 'nothing was observed', rates: { '1': 0, '+Inf': 0 } },
    { name: 'no bucket holds all', rates: { '1': 1, '2': 2 } },
    { name: 'there is one bucket', rates: { '+Inf': 2 } },
    { name: 'a bound is no number', rates: { '': 1, one: 1 } },
    { name: 'there is none', rates: {} },
  ])('is not known when $name', ({ rates }) => {
    expect(percentile95(bucketsOf(rates))).toBeNaN();
  });

  it('is over the observations of all pods, never a mean of their percentiles', () => {
    const busy = bucketsOf({ '1': 980, '2': 980, '+Inf': 980 });
    const slow = bucketsOf({ '1.0': 0, '2.0': 20, '+Inf': 20 });
    expect(percentile95([...busy, ...slow])).toBeCloseTo((0.95 * 1000) / 980, 12);
  });

  it('never falls where pods have other bounds', () => {
    expect(percentile95([...bucketsOf({ '1': 10, '+Inf': 10 }), ...bucketsOf({ '2': 5, '+Inf': 5 })])).toBe(2);
  });
});

/** The engine's own quantile of the same buckets. */
async function quantileOf(rates: Readonly<Record<string, number>>): Promise<number> {
  const store = createStore({ retentionMs: 300_000, seriesLimit: 1000, meter: nullMeter });
  const writer = store.openTarget(status('t').target);
  writer.begin(NOW_MS - 1000);
  for (const [le, rate] of Object.entries(rates)) {
    const row = writer.row(labelsOf({ __name__: 'b', le }), { ownTime: false, clash: 'override' });
    if (row !== undefined) writer.put(row, rate);
  }
  const engine = createEmbeddedEngine({ source: store, clock: new VirtualClock(NOW_MS), lookbackMs: 300_000 });
  const result = await engine.instant({
    expr: 'histogram_quantile(0.95, b)',
    timeMs: NOW_MS,
    deadlineMs: NOW_MS + 1000,
    sampleBudget: 1000,
  });
  return result.kind === 'vector' ? (result.series[0]?.value ?? Number.NaN) : Number.NaN;
}

it('is what PromQL makes of the same buckets', async () => {
  const counts = fc.array(fc.nat({ max: 50 }), { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(counts, async (increments) => {
      let all = 0;
      const rates = Object.fromEntries(
        increments.map((increment, at) => {
          all += increment;
          return [at === increments.length - 1 ? '+Inf' : String((at + 1) / 4), all];
        }),
      );
      const [ours, theirs] = [percentile95(bucketsOf(rates)), await quantileOf(rates)];
      if (Number.isNaN(theirs)) expect(ours).toBeNaN();
      else expect(ours).toBeCloseTo(theirs, 9);
    }),
    { numRuns: 50 },
  );
});
