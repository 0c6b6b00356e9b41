// The demo's fleet, scraped on a clock that is moved by hand.
import { demoFleet } from '../../../../src/fleet/demo.ts';
import { fleetFetch, fleetFetchJson } from '../../../../src/fleet/fetch.ts';
import { createFleet, type Endpoint } from '../../../../src/fleet/fleet.ts';
import { type Held, scrapedBy } from './plimsoll.ts';

export function demoSamples(seed: number): Promise<Held> {
  return scrapedBy((clock) => {
    const fleet = createFleet(demoFleet(), { seed, startMs: clock.nowMs() });
    const jobs = (['triton', 'dcgm'] as const).map((source) => ({
      job_name: source,
      source,
      static_configs: fleet
        .endpoints()
        .filter((endpoint) => endpoint.source === source)
        .map(jobOf),
    }));
    return { jobs, fetch: fleetFetch(fleet, clock), fetchJson: fleetFetchJson(fleet, clock) };
  });
}

function jobOf({ id, labels, namespace, pod }: Endpoint): object {
  return { targets: [id], labels: { ...labels, namespace, pod } };
}
