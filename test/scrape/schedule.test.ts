import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDueMs, phaseOf } from '../../src/scrape/schedule.ts';

const interval = fc.integer({ min: 200, max: 600_000 });
const epochMs = fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 });

describe('phaseOf', () => {
  it('lies inside the interval and depends on the id alone', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), interval, (id, intervalMs) => {
        const phaseMs = phaseOf(id, intervalMs);
        expect(phaseMs).toBe(phaseOf(id, intervalMs));
        expect(Number.isInteger(phaseMs) && phaseMs >= 0 && phaseMs < intervalMs).toBe(true);
      }),
    );
  });

  it.each([
    { name: 'pods of a StatefulSet', id: (index: number) => `triton-${index}/triton/8002` },
    { name: 'addresses of a subnet', id: (index: number) => `http://10.0.${index >> 8}.${index & 255}:8002/metrics` },
  ])('spreads $name evenly', ({ id }) => {
    const perSlot = new Array<number>(50).fill(0);
    for (let index = 0; index < 1_000; index++) {
      const slot = Math.floor(phaseOf(id(index), 5_000) / 100);
      perSlot[slot] = (perSlot[slot] ?? 0) + 1;
    }
    // 20 expected in each slot of 100 ms; independent uniform phases stay below 40 and above 4 all but once in thousands of runs.
    expect(Math.max(...perSlot)).toBeLessThan(40);
    expect(Math.min(...perSlot)).toBeGreaterThan(4);
  });
});

describe('nextDueMs', () => {
  it.each([
    { name: 'the next instant of the phase', phaseMs: 1_200, startedMs: 11_200, due: 16_200 },
    { name: 'the same instant when the start was a tick late', phaseMs: 1_200, startedMs: 11_299, due: 16_200 },
    { name: 'missed instants are skipped', phaseMs: 1_200, startedMs: 23_000, due: 26_200 },
    { name: 'a quarter of an interval away is far enough', phaseMs: 1_250, startedMs: 10_000, due: 11_250 },
    { name: 'nearer is skipped', phaseMs: 1_249, startedMs: 10_000, due: 16_249 },
    { name: 'a first scrape just after the phase', phaseMs: 0, startedMs: 10_001, due: 15_000 },
  ])('$name', ({ phaseMs, startedMs, due }) => {
    expect(nextDueMs({ phaseMs, intervalMs: 5_000 }, startedMs)).toBe(due);
  });

  it('is always on the phase, and from a quarter to five quarters of an interval away', () => {
    fc.assert(
      fc.property(interval, fc.nat(), epochMs, (intervalMs, seed, startedMs) => {
        const phaseMs = seed % intervalMs;
        const dueMs = nextDueMs({ phaseMs, intervalMs }, startedMs);
        expect(dueMs % intervalMs).toBe(phaseMs);
        expect(dueMs - startedMs).toBeGreaterThanOrEqual(intervalMs / 4);
        expect(dueMs - startedMs).toBeLessThan(intervalMs * 1.25);
      }),
    );
  });

  it('never drifts: starts that are up to a tick late keep to phase + k × interval', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 5, maxLength: 50 }), epochMs, (delaysMs, startMs) => {
        const slot = { phaseMs: 1_234, intervalMs: 5_000 };
        const firstMs = nextDueMs(slot, startMs);
        let dueMs = firstMs;
        for (const delayMs of delaysMs) dueMs = nextDueMs(slot, dueMs + delayMs);
        expect(dueMs).toBe(firstMs + delaysMs.length * 5_000);
      }),
    );
  });
});
