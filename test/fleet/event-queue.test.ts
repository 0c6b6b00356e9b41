import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../src/fleet/event-queue.ts';

describe('EventQueue', () => {
  it('runs events in order of time, equal times in the order asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), (times) => {
        const events = new EventQueue();
        const seen: { time: number; index: number; nowUs: number }[] = [];
        for (const [index, time] of times.entries()) events.at(time, () => seen.push({ time, index, nowUs: events.nowUs }));
        events.runUntil(20);
        const expected = times.map((time, index) => ({ time, index, nowUs: time })).sort((a, b) => a.time - b.time || a.index - b.index);
        expect(seen).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('runs what events add, stops at the time given, and never goes back', () => {
    const events = new EventQueue();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(events.nowUs);
      events.at(events.nowUs + 10, again);
    };
    events.at(10, again);
    events.runUntil(35);
    events.runUntil(5);
    expect({ seen, nowUs: events.nowUs }).toEqual({ seen: [10, 20, 30], nowUs: 35 });
    events.runUntil(40);
    expect(seen).toEqual([10, 20, 30, 40]);
  });
});
