// Names and labels of series, by both ways: from the store, and from an engine.
import { expect, it } from 'vitest';
import { storeShapes } from '../../../src/app/adapter/store-shapes.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { parseMatchers } from '../../../src/promql/syntax/parse-selector.ts';
import { engineShapes } from '../../../src/signals/rules/engine-shapes.ts';
import { createStore, type SampleStore } from '../../../src/store/store.ts';

const ROW = { ownTime: false, clash: 'rename' } as const;

function storeWith(clock: VirtualClock): SampleStore {
  const store = createStore({ retentionMs: 300_000, seriesLimit: 1000, meter: nullMeter });
  const target = (id: string, labels: Readonly<Record<string, string>>, lines: readonly Readonly<Record<string, string>>[]): void => {
    const writer = store.openTarget({ id, labels: labelsOf(labels), honorLabels: false, intervalMs: 5000 });
    writer.begin(clock.nowMs());
    for (const line of lines) writer.put(writer.row(labelsOf(line), ROW) ?? -1, 1);
  };
  target('a', { pod: 'a', job: 'j' }, [{ __name__: 'queue', model: 'm' }, { __name__: 'count' }]);
  target('b', { node: 'b', job: 'j' }, [{ __name__: 'queue' }]);
  return store;
}

it.each(['queue', '{__name__=~".+"}', 'queue{pod="a"}', 'nothing', '{job="j",model="m"}'])('%s', async (selector) => {
  const clock = new VirtualClock();
  const store = storeWith(clock);
  const engine = createEmbeddedEngine({ source: store, clock });
  const asked = engineShapes({ engine, clock, lookbackMs: 60_000, everyMs: 15_000, timeoutMs: () => 1000 });
  const matchers = parseMatchers(selector);
  const sorted = async (shapes: ReturnType<typeof asked.read>) =>
    [...(await shapes)].map(([name, labels]) => [name, [...labels].sort()]).sort();
  const read = await sorted(storeShapes(store).read(matchers));
  expect(read).toEqual(await sorted(asked.read(matchers)));
  expect(read.length).toBe(selector === 'nothing' ? 0 : selector === '{__name__=~".+"}' ? 2 : 1);
});

it('an engine is asked again after a time, the store when rows come', async () => {
  const clock = new VirtualClock();
  const store = storeWith(clock);
  const byTime = engineShapes({
    engine: createEmbeddedEngine({ source: store, clock }),
    clock,
    lookbackMs: 60_000,
    everyMs: 15_000,
    timeoutMs: () => 1000,
  });
  const [time, rows] = [byTime.version(), storeShapes(store).version()];
  await clock.advance(14_000);
  expect([byTime.version(), storeShapes(store).version()]).toEqual([time, rows]);
  await clock.advance(1000);
  expect(byTime.version()).toBe(time + 1);
  store
    .openTarget({ id: 'c', labels: labelsOf({ pod: 'c' }), honorLabels: false, intervalMs: 5000 })
    .row(labelsOf({ __name__: 'queue' }), ROW);
  expect(storeShapes(store).version()).not.toBe(rows);
});
