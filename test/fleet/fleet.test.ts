import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demoFleet } from '../../src/fleet/demo.ts';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { constantLoad } from '../../src/fleet/load.ts';
import type { FleetSpec } from '../../src/fleet/spec.ts';
import { fleetSpec, leaf, pod } from './specs.ts';

const START_MS = 1_700_000_000_000;

function fleetOf(spec: FleetSpec, seed = 1): Fleet {
  return createFleet(spec, { seed, startMs: START_MS });
}

function at(spec: FleetSpec, seconds: number, seed = 1): Fleet {
  const fleet = fleetOf(spec, seed);
  fleet.advanceTo(START_MS + seconds * 1000);
  return fleet;
}

describe('determinism', () => {
  it('does not depend on the steps in which time is moved', () => {
    const direct = at(demoFleet(), 20);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 20_000 }), { maxLength: 30 }), (times) => {
        const stepped = fleetOf(demoFleet());
        for (const time of times) stepped.advanceTo(START_MS + time);
        stepped.advanceTo(START_MS + 20_000);
        expect(stepped.snapshot()).toEqual(direct.snapshot());
        expect(stepped.truth()).toEqual(direct.truth());
      }),
      { numRuns: 5 },
    );
  });

  it('depends on the seed', () => {
    expect(at(demoFleet(), 5, 2).snapshot()).not.toEqual(at(demoFleet(), 5, 1).snapshot());
  });

  it('leaves other pods’ service times alone when one pod restarts', () => {
    const pods = [pod({}), pod({ name: 'triton-1' })];
    const models = [leaf({ variability: 'exponential' })];
    const calm = at(fleetSpec({ pods, models, routing: 'round-robin' }), 10);
    const faults = [{ atMs: 9_000, pod: 'triton-0', kind: 'restart' as const }];
    const shaken = at(fleetSpec({ pods, models, routing: 'round-robin', faults }), 10);
    expect(shaken.snapshot().tritons[1]).toEqual(calm.snapshot().tritons[1]);
  });
});

describe('advanceTo', () => {
  it('begins at its start and never goes back', () => {
    const fleet = fleetOf(fleetSpec({}));
    fleet.advanceTo(START_MS - 5_000);
    expect(fleet.snapshot().atMs).toBe(START_MS);
    fleet.advanceTo(START_MS + 1_500);
    fleet.advanceTo(START_MS + 500);
    expect(fleet.snapshot().atMs).toBe(START_MS + 1_500);
  });
});

describe('truth', () => {
  it('integrates what the counters say once everything is done', () => {
    const load = { maxPerSecond: 80, perSecond: (seconds: number) => (seconds < 10 ? 80 : 0) };
    const fleet = at(fleetSpec({ arrivals: [{ model: 'm', load }], models: [leaf({ variability: 'exponential' })] }), 60);
    const [truth] = fleet.truth();
    const counters = fleet.snapshot().tritons[0]?.models[0]?.counters;
    expect(truth).toMatchObject({ namespace: 'demo', pod: 'triton-0', model: 'm', waiting: 0, executing: 0 });
    expect(truth?.waitingSeconds).toBeCloseTo((counters?.queueUs ?? 0) / 1e6, 2);
    expect(truth?.executingSeconds).toBeCloseTo(((counters?.requestUs ?? 0) - (counters?.queueUs ?? 0)) / 1e6, 2);
    expect(truth?.executingSeconds).toBeGreaterThan(5);
  });

  it('agrees with the pending gauge', () => {
    const fleet = at(fleetSpec({ arrivals: [{ model: 'm', load: constantLoad(300) }] }), 10);
    expect(fleet.truth()[0]?.waiting).toBeGreaterThan(1_000);
    expect(fleet.truth()[0]?.waiting).toBe(fleet.snapshot().tritons[0]?.models[0]?.pending);
  });

  it('lists leaves only, one per pod', () => {
    const models = [leaf({}), { kind: 'ensemble' as const, name: 'e', steps: ['m'] }];
    const fleet = at(fleetSpec({ models, pods: [pod({}), pod({ name: 'triton-1' })] }), 0);
    expect(fleet.truth().map(({ pod: name, model }) => `${name}/${model}`)).toEqual(['triton-0/m', 'triton-1/m']);
  });

  it('keeps its integrals over a restart, while the counters begin anew', () => {
    const spec = fleetSpec({
      arrivals: [{ model: 'm', load: constantLoad(90) }],
      faults: [{ atMs: 10_000, pod: 'triton-0', kind: 'restart' }],
    });
    const fleet = at(spec, 9.999);
    const before = fleet.truth()[0]?.executingSeconds ?? 0;
    fleet.advanceTo(START_MS + 10_000);
    expect(fleet.snapshot().tritons[0]?.models[0]?.counters.success).toBe(0);
    expect(fleet.truth()[0]?.executingSeconds).toBeCloseTo(before, 2);
    expect(fleet.truth()[0]).toMatchObject({ waiting: 0, executing: 0 });
    fleet.advanceTo(START_MS + 12_000);
    expect(fleet.truth()[0]?.executingSeconds).toBeGreaterThan(before + 1);
  });
});

describe('faults', () => {
  it.each([
    { kind: 'kill' as const, seconds: 12, phase: 'down', reading: 'refused', models: 0 },
    { kind: 'hang' as const, seconds: 12, phase: 'hanging', reading: 'hang', models: 1 },
    { kind: 'restart' as const, seconds: 12, phase: 'starting', reading: 'refused', models: 1 },
    { kind: 'restart' as const, seconds: 16, phase: 'up', reading: 'body', models: 1 },
    { kind: 'resume' as const, seconds: 12, phase: 'up', reading: 'body', models: 1 },
  ])('$kind: $phase after $seconds s', ({ kind, seconds, phase, reading, models }) => {
    const spec = fleetSpec({ pods: [pod({ startMs: -60_000 })], coldStartMs: 5_000, faults: [{ atMs: 10_000, pod: 'triton-0', kind }] });
    const fleet = at(spec, seconds);
    expect(fleet.phase('triton-0.demo:8002')).toBe(phase);
    expect(fleet.read('triton-0.demo:8002').kind).toBe(reading);
    expect(fleet.snapshot().tritons[0]?.models.length).toBe(models);
  });

  it('loses the work in a dead pod', () => {
    const fleet = at(
      fleetSpec({ arrivals: [{ model: 'm', load: constantLoad(300) }], faults: [{ atMs: 5_000, pod: 'triton-0', kind: 'kill' }] }),
      4.999,
    );
    expect(fleet.truth()[0]?.waiting).toBeGreaterThan(100);
    fleet.advanceTo(START_MS + 60_000);
    expect(fleet.truth()[0]).toMatchObject({ waiting: 0, executing: 0 });
    expect(fleet.truth()[0]?.executingSeconds).toBeCloseTo(5, 1);
  });

  it('gives a hanging pod nothing new, and lets it finish what it has', () => {
    const fleet = at(fleetSpec({ faults: [{ atMs: 1_000, pod: 'triton-0', kind: 'hang' }] }), 3);
    const success = fleet.snapshot().tritons[0]?.models[0]?.counters.success;
    fleet.advanceTo(START_MS + 10_000);
    expect(fleet.snapshot().tritons[0]?.models[0]?.counters.success).toBe(success);
    expect(fleet.truth()[0]).toMatchObject({ waiting: 0, executing: 0 });
  });

  it('strikes exporters too', () => {
    const fleet = at(fleetSpec({ faults: [{ atMs: 1_000, pod: 'dcgm-0', kind: 'kill' }] }), 2);
    expect(fleet.read('dcgm-0.demo:9400').kind).toBe('refused');
    expect(fleet.snapshot().exporters[0]?.phase).toBe('down');
  });

  it('counts energy from the start of the server, on a board that goes on', () => {
    const fleet = at(fleetSpec({ faults: [{ atMs: 10_000, pod: 'triton-0', kind: 'restart' }] }), 12);
    const { gpu, energyBeforeJoules } = fleet.snapshot().tritons[0] ?? { gpu: { energyJoules: 0 }, energyBeforeJoules: 0 };
    expect(energyBeforeJoules).toBeGreaterThan(9 * 16);
    expect(gpu.energyJoules - energyBeforeJoules).toBeLessThan(5 * 72);
  });

  it('goes idle with a dead pod', () => {
    const fleet = at(fleetSpec({ faults: [{ atMs: 10_000, pod: 'triton-0', kind: 'kill' }] }), 30);
    expect(fleet.snapshot().tritons[0]?.gpu).toMatchObject({ utilization: 0, usedMib: 0 });
  });
});

describe('endpoints', () => {
  it('names every pod with its labels', () => {
    expect(fleetOf(fleetSpec({})).endpoints()).toEqual([
      {
        id: 'triton-0.demo:8002',
        source: 'triton',
        namespace: 'demo',
        pod: 'triton-0',
        labels: { app: 'triton', node: 'node-a' },
        port: 8002,
      },
      {
        id: 'dcgm-0.demo:9400',
        source: 'dcgm',
        namespace: 'demo',
        pod: 'dcgm-0',
        labels: { app: 'dcgm-exporter', node: 'node-a' },
        port: 9400,
      },
    ]);
  });

  it('refuses at an endpoint that does not exist', () => {
    const fleet = fleetOf(fleetSpec({}));
    expect([fleet.read('nobody').kind, fleet.phase('nobody')]).toEqual(['refused', 'down']);
  });
});

describe('createFleet refuses', () => {
  it.each([
    { name: 'requests for an unknown model', spec: fleetSpec({ arrivals: [{ model: 'x', load: constantLoad(1) }] }), message: 'model "x"' },
    {
      name: 'faults of an unknown pod',
      spec: fleetSpec({ faults: [{ atMs: 0, pod: 'x', kind: 'kill' }] }),
      message: 'cannot kill pod "x"',
    },
  ])('$name', ({ spec, message }) => {
    expect(() => fleetOf(spec)).toThrow(message);
  });
});
