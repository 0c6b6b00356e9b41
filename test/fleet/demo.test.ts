import { describe, expect, it } from 'vitest';
import { demoFleet } from '../../src/fleet/demo.ts';
import { createFleet } from '../../src/fleet/fleet.ts';

describe('demoFleet', () => {
  it('has six Triton pods on two nodes and two exporters that say whose their GPUs are', () => {
    const fleet = createFleet(demoFleet(), { seed: 1, startMs: 0 });
    const phases = (): string[] => fleet.snapshot().tritons.map(({ pod, phase }) => `${pod} ${phase}`);
    expect(phases()).toEqual([0, 1, 2, 3, 4, 5].map((number) => `triton-${number} starting`));
    fleet.advanceTo(3_000);
    expect(phases()).toEqual([0, 1, 2, 3, 4, 5].map((number) => `triton-${number} up`));
    const { tritons, exporters } = fleet.snapshot();
    expect(exporters.map(({ gpus }) => gpus.map(({ pod }) => pod))).toEqual([
      ['triton-0', 'triton-1', 'triton-2'],
      ['triton-3', 'triton-4', 'triton-5'],
    ]);
    expect(new Set(tritons.map(({ gpuUuid }) => gpuUuid)).size).toBe(6);
    expect(fleet.endpoints().find(({ pod }) => pod === 'triton-4')?.labels).toEqual({
      app: 'triton',
      deployment: 'triton',
      service: 'triton',
      node: 'gpu-node-b',
    });
  });

  it('moves visibly within a minute, and no queue runs away in half an hour', () => {
    const fleet = createFleet(demoFleet(), { seed: 1, startMs: 0 });
    const inflight: number[] = [];
    let longestQueue = 0;
    for (let seconds = 5; seconds <= 1_800; seconds += 5) {
      fleet.advanceTo(seconds * 1000);
      let total = 0;
      for (const { waiting, executing } of fleet.truth()) {
        total += waiting + executing;
        longestQueue = Math.max(longestQueue, waiting);
      }
      inflight.push(total);
    }
    const firstMinute = inflight.slice(0, 12);
    expect(Math.min(...firstMinute)).toBeGreaterThan(2);
    expect(Math.max(...firstMinute)).toBeGreaterThan(1.5 * Math.min(...firstMinute));
    expect(longestQueue).toBeGreaterThan(4);
    expect(longestQueue).toBeLessThan(120);
  });

  it('loads the GPUs between idle and full', () => {
    const fleet = createFleet(demoFleet(), { seed: 1, startMs: 0 });
    fleet.advanceTo(120_000);
    for (const { gpu } of fleet.snapshot().tritons) {
      expect(gpu.utilization).toBeGreaterThan(0.2);
      expect(gpu.watts).toBeGreaterThan(25);
      expect(gpu.celsius).toBeGreaterThan(45);
      expect(gpu.usedMib).toBeGreaterThan(7_000);
    }
  });
});
