// One scrape from what was read to what the pipeline is told.
import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import { deliver } from '../../src/scrape/attempt.ts';
import { BODY, createRig } from './support/rig.ts';
import { targetOf } from './support/targets.ts';

it('gives samples whole milliseconds, and keeps the duration as it was', async () => {
  const told: number[] = [];
  const durations: number[] = [];
  const clock = new VirtualClock(1_000_000.75);
  const attempt = deliver(
    { target: targetOf('a'), startedMs: 1_000_000.25, result: BODY },
    {
      clock,
      pipeline: {
        ingest: (_target, _bytes, sentMs) => {
          told.push(sentMs);
          return { kind: 'ingested', samples: 1, warnings: [] };
        },
        report: (_target, sentMs, { durationSeconds }) => {
          told.push(sentMs);
          durations.push(durationSeconds);
        },
        describe: () => [],
        forget: () => undefined,
      },
    },
  );
  expect(told).toEqual([1_000_000, 1_000_000]);
  expect(attempt.sentMs).toBe(1_000_000);
  expect(durations).toEqual([0.0005]);
});

it('begins a scrape with a fraction of a millisecond all the same', async () => {
  const rig = createRig({ fetch: async () => BODY });
  await rig.clock.advance(0.4);
  rig.scraper.setTargets([targetOf('a')]);
  rig.scraper.tick();
  await rig.scraper.idle();
  expect(rig.sent.get('a')).toEqual([1_000_000.4]);
  expect(rig.told).toEqual(['ingest a 1000000', 'report a 1000000 up']);
  await rig.stop();
});
