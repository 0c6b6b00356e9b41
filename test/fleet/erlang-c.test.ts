// The queueing model against theory: mean waits of M/M/c.
import { expect, it } from 'vitest';
import { createFleet } from '../../src/fleet/fleet.ts';
import { constantLoad } from '../../src/fleet/load.ts';
import { fleetSpec, leaf } from './specs.ts';

const INSTANCES = 4;
const SERVICE_SECONDS = 0.01;

/** Erlang's C formula by way of the recursion for B; the mean wait is C ÷ (c·μ − λ). */
function meanWait(perSecond: number, serviceSeconds: number): number {
  const offered = perSecond * serviceSeconds;
  let blocked = 1;
  for (let servers = 1; servers <= INSTANCES; servers += 1) blocked = (offered * blocked) / (servers + offered * blocked);
  const load = offered / INSTANCES;
  const delayed = blocked / (1 - load * (1 - blocked));
  return (delayed * serviceSeconds) / (INSTANCES * (1 - load));
}

// Waits depend steeply on the load when it is high: theory is asked about the rates that the run really drew (checked on their own),
// which halves the variance. The standard error over five million requests at load 0.95 is then 1.3 %.
it.each([
  { load: 0.5, requests: 2e6 },
  { load: 0.8, requests: 2e6 },
  { load: 0.95, requests: 5e6 },
])(
  'waits at load $load agree with Erlang C within 3 %',
  ({ load, requests }) => {
    const model = leaf({ instances: INSTANCES, fixedUs: SERVICE_SECONDS * 1e6, variability: 'exponential' });
    const perSecond = (load * INSTANCES) / SERVICE_SECONDS;
    const seconds = requests / perSecond;
    const fleet = createFleet(fleetSpec({ models: [model], arrivals: [{ model: 'm', load: constantLoad(perSecond) }] }), {
      seed: 1,
      startMs: 0,
    });
    fleet.advanceTo(seconds * 1000);
    const [truth] = fleet.truth();
    const drawn = fleet.snapshot().tritons[0]?.models[0]?.counters.success ?? 0;
    const serviceSeconds = (truth?.executingSeconds ?? 0) / drawn;
    expect(Math.abs(drawn / requests - 1)).toBeLessThan(0.005);
    expect(Math.abs(serviceSeconds / SERVICE_SECONDS - 1)).toBeLessThan(0.005);
    const waited = (truth?.waitingSeconds ?? 0) / drawn;
    expect(Math.abs(waited / meanWait(drawn / seconds, serviceSeconds) - 1)).toBeLessThan(0.03);
  },
  30_000,
);
