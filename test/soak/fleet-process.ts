// A process that serves a fleet on loopback until its parent goes: `node fleet-process.ts PODS MINUTES`. Tells its parent where.
import { createFleet } from '../../src/fleet/fleet.ts';
import { serveFleet } from '../../src/fleet/serve.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { soakFleet } from './fleet-spec.ts';

export interface ServedPod {
  readonly pod: string;
  readonly service: string;
  readonly port: number;
  readonly apiPort: number;
}

const [pods = 0, minutes = 0] = process.argv.slice(2).map(Number);
const clock = systemClock();
const fleet = createFleet(soakFleet({ pods, minutes }), { seed: 1, startMs: clock.nowMs() });
const served = await serveFleet(fleet, { clock, host: '127.0.0.1' });
const portOf = (url: string | undefined): number => Number(new URL(url ?? '').port);
process.send?.(
  fleet.endpoints().map(({ id, pod, labels }): ServedPod => {
    return { pod, service: labels['service'] ?? '', port: portOf(served.urls.get(id)), apiPort: portOf(served.apiUrls.get(id)) };
  }),
);
process.on('disconnect', () => process.exit());
