// Rules that ask for too much, put to the embedded engine: they are ended by the limits of the configuration.
import { expect, it } from 'vitest';
import { storeShapes } from '../../../src/app/adapter/store-shapes.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf } from '../../../src/model/labels.ts';
import { nullMeter } from '../../../src/model/meter.ts';
import { createEmbeddedEngine } from '../../../src/promql/engine.ts';
import { createStore } from '../../../src/store/store.ts';
import { file, kind, type Rule, world } from './support.ts';

const CLOCK = new VirtualClock(1_000_000);

function storeOfOne(): ReturnType<typeof createStore> {
  const store = createStore({ retentionMs: 300_000, seriesLimit: 10, meter: nullMeter });
  const writer = store.openTarget({ id: 'a', labels: labelsOf({ namespace: 'ns', pod: 'a' }), honorLabels: false, intervalMs: 1000 });
  const row = writer.row(labelsOf({ __name__: 'queue' }), { ownTime: false, clash: 'rename' }) ?? -1;
  for (let second = 60; second >= 0; second -= 1) {
    writer.begin(CLOCK.nowMs() - second * 1000);
    writer.put(row, second);
  }
  return store;
}

async function ask(rule: Rule): Promise<unknown> {
  const source = storeOfOne();
  const more = { engine: createEmbeddedEngine({ source, clock: CLOCK }), clock: CLOCK, config: () => ({ limits: LIMITS }) };
  const { metrics } = await world({ rules: file([rule]), shapes: storeShapes(source), more });
  return await metrics.ofObjects({ metric: 'queue', kind: kind('pods'), namespace: 'ns', names: ['a'], metricSelector: [] });
}

const LIMITS = {
  body_bytes: 1,
  line_bytes: 1,
  labels_per_line: 1,
  series_per_target: 1,
  series: 1,
  targets: 1,
  query_samples: 10_000,
  query_timeout: 10_000,
  query_points: 1,
  query_bytes: 1,
  connections: 1,
};

it('what is within the limits is answered', async () => {
  expect(await ask({})).toMatchObject([{ answer: { kind: 'value', value: 0, newestMs: CLOCK.nowMs() } }]);
  expect(await ask({ metricsQuery: 'max(max_over_time(<<.Series>>{<<.LabelMatchers>>}[30s])) by (<<.GroupBy>>)' })).toMatchObject([
    { answer: { value: 29, windowMs: 30_000 } },
  ]);
});

it('a million points are not', async () => {
  const metricsQuery = 'max(max_over_time((<<.Series>>{<<.LabelMatchers>>} + 0)[1000s:1ms])) by (<<.GroupBy>>)';
  await expect(ask({ metricsQuery })).rejects.toMatchObject({ name: 'QueryError', failure: 'over-limit' });
});
