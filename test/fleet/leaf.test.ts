import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/fleet/event-queue.ts';
import { LeafModel } from '../../src/fleet/leaf.ts';
import { Level } from '../../src/fleet/level.ts';
import { createRandom } from '../../src/fleet/random.ts';
import type { LeafSpec } from '../../src/fleet/spec.ts';
import { leaf } from './specs.ts';

interface Run {
  readonly model: LeafModel;
  readonly events: EventQueue;
  /** Completion times in milliseconds, in the order of arrival. */
  readonly completedMs: readonly number[];
}

function run(spec: Partial<LeafSpec>, arrivalsMs: readonly number[]): Run {
  const events = new EventQueue();
  const model = new LeafModel(leaf(spec), { events, random: createRandom(1, 'service'), deviceWork: new Level() });
  const completedMs: number[] = [];
  for (const [index, atMs] of arrivalsMs.entries()) {
    const done = (): void => {
      completedMs[index] = events.nowUs / 1000;
    };
    events.at(atMs * 1000, () => model.accept({ arrivedUs: events.nowUs, done }));
  }
  events.runUntil(1e9);
  return { model, events, completedMs };
}

describe('LeafModel', () => {
  it.each([
    { name: 'first in, first out', spec: {}, arrivalsMs: [0, 1, 2], completedMs: [10, 20, 30], executions: 3 },
    { name: 'two instances', spec: { instances: 2 }, arrivalsMs: [0, 1, 2], completedMs: [10, 11, 20], executions: 3 },
    { name: 'what waits goes as one batch', spec: { maxBatch: 4 }, arrivalsMs: [0, 1, 2], completedMs: [10, 20, 20], executions: 2 },
    {
      name: 'a batch is limited',
      spec: { maxBatch: 2 },
      arrivalsMs: [0, 1, 2, 3],
      completedMs: [10, 20, 20, 30],
      executions: 3,
    },
    {
      name: 'an idle instance waits for the delay of the oldest',
      spec: { maxBatch: 4, maxQueueDelayUs: 5_000 },
      arrivalsMs: [0, 3, 7],
      completedMs: [15, 15, 25],
      executions: 2,
    },
    {
      name: 'but not when the batch is full',
      spec: { maxBatch: 2, maxQueueDelayUs: 5_000 },
      arrivalsMs: [0, 3],
      completedMs: [13, 13],
      executions: 1,
    },
    {
      name: 'a timer for requests that have left does no harm',
      spec: { maxBatch: 2, maxQueueDelayUs: 5_000, instances: 3 },
      arrivalsMs: [0, 3, 4],
      completedMs: [13, 13, 19],
      executions: 2,
    },
    { name: 'without batching there is no delay', spec: { maxQueueDelayUs: 5_000 }, arrivalsMs: [0], completedMs: [10], executions: 1 },
    {
      name: 'time grows with the batch',
      spec: { maxBatch: 4, maxQueueDelayUs: 5_000, perRequestUs: 1_000 },
      arrivalsMs: [0, 1, 2],
      completedMs: [18, 18, 18],
      executions: 1,
    },
  ])('$name', ({ spec, arrivalsMs, completedMs, executions }) => {
    const { model, completedMs: actual } = run(spec, arrivalsMs);
    expect(actual).toEqual(completedMs);
    expect(model.counters).toMatchObject({ success: arrivalsMs.length, inferences: arrivalsMs.length, executions });
  });

  it('counts a batch of three with three times its compute time', () => {
    const { counters } = run({ maxBatch: 4, maxQueueDelayUs: 5_000 }, [0, 1, 2]).model;
    expect(counters).toEqual({
      success: 3,
      inferences: 3,
      executions: 1,
      requestUs: 15_000 + 14_000 + 13_000,
      queueUs: 5_000 + 4_000 + 3_000,
      inputUs: 3 * 10,
      inferUs: 3 * 9_940,
      outputUs: 3 * 50,
    });
  });

  it('moves counters at completion only', () => {
    const events = new EventQueue();
    const model = new LeafModel(leaf({}), { events, random: createRandom(1, 'service'), deviceWork: undefined });
    model.accept({ arrivedUs: 0 });
    model.accept({ arrivedUs: 0 });
    events.runUntil(9_999);
    expect(model.counters).toMatchObject({ success: 0, requestUs: 0, executions: 0 });
    expect({ waiting: model.waiting.value, executing: model.executing.value }).toEqual({ waiting: 1, executing: 1 });
  });

  it('keeps Little’s law: queue and compute counters are the time integrals of waiting and executing', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 60 });
    const spec = fc.record({
      instances: fc.integer({ min: 1, max: 3 }),
      maxBatch: fc.integer({ min: 1, max: 5 }),
      maxQueueDelayUs: fc.integer({ min: 0, max: 20_000 }),
      variability: fc.constantFrom('none' as const, 'exponential' as const),
    });
    fc.assert(
      fc.property(arrivals, spec, (arrivalsMs, parts) => {
        const { model, events } = run(parts, arrivalsMs);
        const { queueUs, inputUs, inferUs, outputUs, success } = model.counters;
        expect(success).toBe(arrivalsMs.length);
        // Each request loses less than one microsecond for every duration that is rounded down.
        const lostQueue = model.waiting.integralAt(events.nowUs) - queueUs;
        const lostCompute = model.executing.integralAt(events.nowUs) - (inputUs + inferUs + outputUs);
        expect(lostQueue).toBeGreaterThanOrEqual(-1e-3);
        expect(lostQueue).toBeLessThan(success + 1e-3);
        expect(lostCompute).toBeGreaterThanOrEqual(-1e-3);
        expect(lostCompute).toBeLessThan(3 * success + 1e-3);
      }),
      { numRuns: 100 },
    );
  });
});
