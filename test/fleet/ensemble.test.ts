import { expect, it } from 'vitest';
import { EventQueue } from '../../src/fleet/event-queue.ts';
import { Server } from '../../src/fleet/server.ts';
import type { ModelSpec } from '../../src/fleet/spec.ts';
import { leaf } from './specs.ts';

const MODELS: readonly ModelSpec[] = [
  leaf({ name: 'first', fixedUs: 10_000, device: 'cpu' }),
  leaf({ name: 'second', fixedUs: 20_000 }),
  { kind: 'ensemble', name: 'both', steps: ['first', 'second'] },
  { kind: 'ensemble', name: 'outer', steps: ['both', 'first'] },
];

function serve(model: string, atUs: number): Server {
  const events = new EventQueue();
  const server = new Server(MODELS, { events, seed: 1, purpose: 'test' });
  server.accept(model, 0);
  events.runUntil(atUs);
  return server;
}

it('passes its steps one after the other and adds up their compute times', () => {
  const [first, second, both] = serve('both', 30_000).states();
  expect(first?.counters).toMatchObject({ success: 1, requestUs: 10_000 });
  expect(second?.counters).toMatchObject({ success: 1, requestUs: 20_000 });
  expect(both?.counters).toEqual({
    success: 1,
    inferences: 1,
    executions: 1,
    requestUs: 30_000,
    queueUs: 0,
    inputUs: 30,
    inferUs: 29_820,
    outputUs: 150,
  });
});

it('shows nothing in the parent before the last step is done', () => {
  const [, , both] = serve('both', 29_999).states();
  expect(both).toMatchObject({ counters: { success: 0, requestUs: 0 }, pending: 0, onGpu: false });
});

it('may contain another ensemble', () => {
  const [first, , both, outer] = serve('outer', 40_000).states();
  expect([first?.counters.success, both?.counters.success, outer?.counters.requestUs]).toEqual([2, 1, 40_000]);
});

it('says which models have GPU instances', () => {
  expect(
    serve('both', 0)
      .states()
      .map(({ name, onGpu }) => [name, onGpu]),
  ).toEqual([
    ['first', false],
    ['second', true],
    ['both', false],
    ['outer', false],
  ]);
});

it('measures the time its GPU is busy, once', () => {
  const server = serve('both', 30_000);
  expect(server.takeGpuBusyUs(30_000)).toBe(20_000);
  expect(server.takeGpuBusyUs(40_000)).toBe(0);
});

it('refuses an ensemble of unknown models', () => {
  const context = { events: new EventQueue(), seed: 1, purpose: 'test' };
  const models: readonly ModelSpec[] = [{ kind: 'ensemble', name: 'both', steps: ['nowhere'] }];
  expect(() => new Server(models, context)).toThrow('cannot find model "nowhere"');
});
