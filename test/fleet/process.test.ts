import { expect, it } from 'vitest';
import { EventQueue } from '../../src/fleet/event-queue.ts';
import { Process } from '../../src/fleet/process.ts';
import type { Fault } from '../../src/fleet/spec.ts';

interface Story {
  readonly name: string;
  readonly startMs?: number;
  readonly faults: readonly [number, Fault['kind']][];
  readonly phases: Readonly<Record<number, string>>;
  readonly log: readonly string[];
}

it.each<Story>([
  { name: 'cold start', faults: [], phases: { 0: 'starting', 9: 'starting', 10: 'up' }, log: ['start'] },
  { name: 'later start', startMs: 50, faults: [], phases: { 49: 'down', 50: 'starting', 60: 'up' }, log: ['start'] },
  { name: 'started before', startMs: -10, faults: [], phases: { 0: 'up' }, log: ['start'] },
  { name: 'half started before', startMs: -4, faults: [], phases: { 5: 'starting', 6: 'up' }, log: ['start'] },
  { name: 'kill', faults: [[20, 'kill']], phases: { 19: 'up', 20: 'down', 99: 'down' }, log: ['start', 'end'] },
  { name: 'kill while it starts', faults: [[5, 'kill']], phases: { 5: 'down', 10: 'down' }, log: ['start', 'end'] },
  {
    name: 'killed twice',
    faults: [
      [20, 'kill'],
      [30, 'kill'],
    ],
    phases: { 30: 'down' },
    log: ['start', 'end'],
  },
  {
    name: 'restart',
    faults: [[20, 'restart']],
    phases: { 20: 'starting', 29: 'starting', 30: 'up' },
    log: ['start', 'end', 'start'],
  },
  {
    name: 'restart while it starts begins anew',
    faults: [[5, 'restart']],
    phases: { 10: 'starting', 14: 'starting', 15: 'up' },
    log: ['start', 'end', 'start'],
  },
  { name: 'restart before the start', startMs: 50, faults: [[5, 'restart']], phases: { 15: 'up', 60: 'up' }, log: ['start'] },
  {
    name: 'hang and resume',
    faults: [
      [20, 'hang'],
      [30, 'resume'],
    ],
    phases: { 20: 'hanging', 30: 'up' },
    log: ['start'],
  },
  {
    name: 'hang while down',
    faults: [
      [20, 'kill'],
      [30, 'hang'],
    ],
    phases: { 30: 'down' },
    log: ['start', 'end'],
  },
  { name: 'resume while up', faults: [[20, 'resume']], phases: { 20: 'up' }, log: ['start'] },
  {
    name: 'restart ends a hang',
    faults: [
      [20, 'hang'],
      [30, 'restart'],
    ],
    phases: { 40: 'up' },
    log: ['start', 'end', 'start'],
  },
])('$name', ({ startMs = 0, faults, phases, log }) => {
  const events = new EventQueue();
  const seen: string[] = [];
  const process = new Process(events, { coldStartMs: 10, onStart: () => seen.push('start'), onEnd: () => seen.push('end') });
  process.startAt(startMs);
  for (const [atMs, kind] of faults) events.at(atMs * 1000, () => process.apply(kind));
  for (const [atMs, phase] of Object.entries(phases)) {
    events.runUntil(Number(atMs) * 1000);
    expect(`${atMs} ${process.phase}`).toBe(`${atMs} ${phase}`);
  }
  expect(seen).toEqual(log);
});
