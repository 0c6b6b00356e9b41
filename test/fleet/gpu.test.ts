import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idleGpu, stepGpu } from '../../src/fleet/gpu.ts';
import type { GpuState } from '../../src/fleet/state.ts';
import { GPU } from './specs.ts';

function stateAfter(steps: number, step: { utilization: number; inUse: boolean }): GpuState {
  let gpu = idleGpu(GPU);
  for (let index = 0; index < steps; index += 1) gpu = stepGpu(GPU, gpu, { seconds: 1, ...step });
  return gpu;
}

describe('stepGpu', () => {
  it('stays idle when nothing runs', () => {
    const { energyJoules, ...rest } = stateAfter(10, { utilization: 0, inUse: false });
    expect(energyJoules).toBeCloseTo(160);
    expect(rest).toEqual({ utilization: 0, watts: 16, celsius: 40.4, usedMib: 0 });
  });

  it('lags behind a step: power in seconds, temperature later, both settle', () => {
    const soon = stateAfter(1, { utilization: 1, inUse: true });
    const later = stateAfter(300, { utilization: 1, inUse: true });
    expect(soon.watts).toBeGreaterThan(16);
    expect(soon.watts).toBeLessThan(50);
    expect(later.watts).toBeCloseTo(64.8);
    expect(later.celsius).toBeCloseTo(72.1, 0);
    expect(later.usedMib).toBeCloseTo(11_517, 0);
  });

  it('frees its memory at once when the process ends', () => {
    const busy = stateAfter(60, { utilization: 0.5, inUse: true });
    expect(stepGpu(GPU, busy, { seconds: 1, utilization: 0, inUse: false }).usedMib).toBe(0);
  });

  it('stays within the limits of the board, and energy never falls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ utilization: fc.double({ min: 0, max: 1, noNaN: true }), inUse: fc.boolean() }), { maxLength: 50 }),
        (steps) => {
          let gpu = idleGpu(GPU);
          for (const step of steps) {
            const next = stepGpu(GPU, gpu, { seconds: 1, ...step });
            expect(next.watts >= GPU.idleWatts - 1e-9 && next.watts <= GPU.limitWatts).toBe(true);
            expect(next.usedMib >= 0 && next.usedMib <= GPU.memoryMib).toBe(true);
            expect(next.energyJoules).toBeGreaterThan(gpu.energyJoules);
            gpu = next;
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
