// The demo's fleet behind a whole Plimsoll that reads itself too, in process and on a virtual clock.
import { readFileSync } from 'node:fs';
import { createFaces } from '../../src/app/faces.ts';
import { openRecording } from '../../src/app/recording.ts';
import { openServing } from '../../src/app/serving.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { wire } from '../../src/app/wire.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { demoFleet } from '../../src/fleet/demo.ts';
import { fleetFetch, fleetFetchJson } from '../../src/fleet/fetch.ts';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { Fetch } from '../../src/model/fetch.ts';
import { silentLog } from '../../src/model/log.ts';
import { ask, type Reply } from '../app/support/in-process.ts';

const START_MS = 1_800_000_000_000;
const INTERVAL_MS = 5000;
/** Ticks come oftener than scrapes, so that targets are read at moments spread over the interval. */
const TICK_MS = 500;
/** A window of a minute is whole, and there is something to see of a range. */
const SCRAPED_FOR_MS = 150_000;
const AUTOSCALER_MS = 15_000;
const DEMAND = '/apis/custom.metrics.k8s.io/v1beta2/namespaces/demo/pods/*/triton_inflight_requests';
/** What the demo's fleet has not: a board in slices, a Triton whose models nobody explains, and a target that refuses. */
const TEXTS: ReadonlyMap<string, Uint8Array> = new Map([
  ['sliced:9400', textOf('dcgm/authored-4.9-mig-dra-pods.txt')],
  ['mute:8002', textOf('triton/real-2.51.0-cpu.txt')],
]);
const GONE = 'gone:8002';

/** Plimsoll's own address, as its own target, and that of a replica that says the same. */
export const ITSELF = 'plimsoll:9410';
export const REPLICA = 'replica:9410';

export interface DemoWorld {
  readonly nowMs: number;
  /** A GET of telemetry. */
  get(target: string): Promise<Reply>;
}

/** After two and a half minutes of scrapes, with an autoscaler that asks every 15 s. */
export async function openDemoWorld(): Promise<DemoWorld> {
  const clock = new VirtualClock(START_MS);
  const fleet = createFleet(demoFleet(), { seed: 1, startMs: START_MS });
  const { meter, registry } = createRegistryMeter();
  const settings = settingsOf('the test', [
    { path: ['scrape', 'interval'], value: `${INTERVAL_MS}ms` },
    { path: ['scrape_configs'], value: jobsOf(fleet) },
  ]);
  const fetchOfFleet = fleetFetch(fleet, clock);
  const fetch: Fetch = async (target, signal) => {
    const { host } = new URL(target.url);
    if (host === GONE) return { kind: 'failed', error: { failure: 'refused', message: 'connection refused' } };
    if (host === ITSELF || host === REPLICA) return { kind: 'body', bytes: new TextEncoder().encode((await get('/metrics')).body) };
    const bytes = TEXTS.get(host);
    return bytes === undefined ? fetchOfFleet(target, signal) : { kind: 'body', bytes };
  };
  const plimsoll = wire({ settings, clock, log: silentLog, meter, fetch, fetchJson: fleetFetchJson(fleet, clock) });
  const recording = openRecording({ config: settings.config, clock, meter });
  await openServing({ metricsApi: settings.config.metrics_api, clock, log: silentLog, meter });
  const rest = { log: silentLog, version: '1', lastLog: () => [], isStopping: () => false };
  const faces = createFaces({ plimsoll, clock, recording, meter, registry, ...rest });
  const get = (target: string): Promise<Reply> => ask(faces.telemetry, { method: 'GET', target, headers: {} });
  for (let sinceMs = 0; sinceMs < SCRAPED_FOR_MS; sinceMs += TICK_MS) {
    await clock.advance(TICK_MS);
    plimsoll.scraper.tick();
    await plimsoll.scraper.idle();
    if (sinceMs % AUTOSCALER_MS !== 0) continue;
    await ask(faces.metricsApi, { method: 'GET', target: DEMAND, headers: {} });
    await get('/api/v1/query?query=up');
    plimsoll.ingest.sweep();
    recording.measure();
  }
  return { nowMs: clock.nowMs(), get };
}

function textOf(fixture: string): Uint8Array {
  return readFileSync(new URL(`../../fixtures/${fixture}`, import.meta.url));
}

function jobsOf(fleet: Fleet): readonly object[] {
  const jobs = (['triton', 'dcgm'] as const).map((source) => ({
    job_name: source,
    source,
    static_configs: fleet
      .endpoints()
      .filter((endpoint) => endpoint.source === source)
      .map(({ id, labels, namespace, pod }) => ({ targets: [id], labels: { ...labels, namespace, pod } })),
  }));
  return [
    ...jobs,
    { job_name: 'sliced', source: 'dcgm', static_configs: [{ targets: ['sliced:9400'] }] },
    { job_name: 'mute', static_configs: [{ targets: ['mute:8002'], labels: { namespace: 'other', pod: 'mute-7d9c6b84f5-x2k4p' } }] },
    { job_name: 'gone', static_configs: [{ targets: [GONE] }] },
    { job_name: 'self', source: 'generic', honor_labels: true, static_configs: [{ targets: [ITSELF, REPLICA] }] },
  ];
}
