// Every fault at every peer, over real sockets: what is served before, during and after it. FAULTS_FULL=1 takes the shipped intervals.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import { type Run, runFaults, TooBusy } from './run-faults.ts';
import { timelineOf } from './timeline.ts';
import { SHIPPED, SHORT } from './timing.ts';
import { faultsOf, followedWithinMs, seenAfterMs } from './verdict.ts';

const timing = process.env['FAULTS_FULL'] === '1' ? SHIPPED : SHORT;
const PEERS = [
  'Triton, metrics',
  'Triton, metrics without a length',
  'Triton, API',
  'DCGM exporter',
  'kubelet',
  'kube-apiserver, a pod that stays',
  'kube-apiserver, a pod that comes',
  'kube-apiserver, a pod that goes',
  'kube-apiserver, reviews of who asks',
];

let run: Run;
let tooBusy: TooBusy | undefined;
beforeAll(async () => {
  try {
    run = await runFaults(timing);
  } catch (error) {
    if (!(error instanceof TooBusy)) throw error;
    tooBusy = error;
  }
}, 240_000);
beforeEach(({ skip }) => {
  if (tooBusy !== undefined) skip(tooBusy.message);
});

describe.each(PEERS)('%s', (peer) => {
  it.each(FAULTS.map(({ name, title }) => ({ name, title })))('$title', ({ name }) => {
    const watched = run.watched.filter(({ about }) => about.peer === peer && about.fault.name === name);
    expect(watched.length).toBeGreaterThan(0);
    for (const one of watched) {
      const { before, during, after } = timelineOf(one, run.phases, timing.intervalMs / 2);
      expect({ line: `${before}|${during}|${after}`, faults: faultsOf(one, run) }).toEqual({ line: expect.any(String), faults: [] });
      if (one.about.expected === 'comes') expect(seenAfterMs(one, run) ?? 0).toBeLessThan(followedWithinMs(run));
    }
  });
});

it('nobody got in with a token that is nobody’s, and whoever may was let in', () => {
  const asked = run.watched.filter(({ about }) => about.peer.endsWith('who asks')).flatMap(({ looks }) => looks);
  expect(asked.length).toBeGreaterThan(FAULTS.length * 5);
  expect(asked.filter(({ kind }) => kind === 'wrong')).toEqual([]);
});
