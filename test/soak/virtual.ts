// The soak on a virtual clock, in process: a day in minutes, and everything that can be counted counted each hour.
import { createFaces } from '../../src/app/faces.ts';
import { type Listener, listen } from '../../src/app/listener/listener.ts';
import { openRecording } from '../../src/app/recording.ts';
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { type Plimsoll, wire } from '../../src/app/wire.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { VirtualClock } from '../../src/lib/virtual-clock.ts';
import type { FetchJson } from '../../src/model/fetch.ts';
import { silentLog } from '../../src/model/log.ts';
import { createAsker } from './ask.ts';
import { pathOf } from './askers.ts';
import { collect } from './collect.ts';
import type { ServedPod } from './fleet-process.ts';
import { SERVICES } from './fleet-spec.ts';
import { ChangingTargets } from './targets.ts';
import { VirtualTritons } from './virtual-tritons.ts';

export interface VirtualSoak {
  readonly hours: number;
  readonly targets: number;
  readonly hpas: number;
  /** Targets that others take the place of, every five minutes. */
  readonly churn: number;
}

/** At the end of an hour. */
export interface Hour {
  readonly hour: number;
  /** After a collection, with what lies outside the heap; NaN without --expose-gc. */
  readonly usedBytes: number;
  readonly series: number;
  readonly lines: number;
  readonly storeTargets: number;
  readonly storeBytes: number;
  /** Time series that Plimsoll has of itself. */
  readonly ownSeries: number;
  readonly answered: number;
  readonly without: number;
  readonly unanswered: number;
}

const START_MS = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
const CHURN_EVERY = 5;
const ASK_EVERY = 5;
/** A day of the default five seconds would take six times as long, and keep no more. */
const INTERVAL = '30s';
/** Of so many questions one is asked once and never again, where it has a selector. */
const NEW_EVERY = 4;

export async function virtualSoak(spec: VirtualSoak, progress: (hour: Hour) => void): Promise<readonly Hour[]> {
  const clock = new VirtualClock(START_MS);
  const tritons = new VirtualTritons(clock);
  const targets = new ChangingTargets(podsOf(Math.ceil(spec.targets * 1.25)), spec.targets);
  const { meter, registry } = createRegistryMeter();
  const fetchJson: FetchJson = async ({ path }) => ({ kind: 'answer', status: 200, json: tritons.api(path) });
  const plimsoll = wire({
    settings: settingsWith(targets.change(0)),
    clock,
    log: silentLog,
    meter,
    fetch: (target) => tritons.read(target),
    fetchJson,
  });
  const recording = openRecording({ config: plimsoll.config(), clock, meter });
  const rest = { log: silentLog, version: '1.2.3', lastLog: () => [], isStopping: () => false };
  const faces = createFaces({ plimsoll, clock, meter, registry, recording, ...rest });
  const face = await listen({ handler: faces.metricsApi, address: { host: '127.0.0.1', port: 0 }, log: silentLog, flag: 'listen' });
  const stop = new AbortController();
  const running = plimsoll.scraper.start(stop.signal);
  const asker = createAsker();
  const hours: Hour[] = [];
  for (let minute = 1; minute <= spec.hours * 60; minute += 1) {
    await clock.advance(STEP_MS);
    if (minute % CHURN_EVERY === 0) plimsoll.apply(settingsWith(targets.change(spec.churn)));
    plimsoll.ingest.sweep();
    if (minute % ASK_EVERY === 0) await askAll(spec, { asker, face, minute });
    if (minute % 60 !== 0) continue;
    const hour = { hour: minute / 60, ...(await counted(plimsoll, registry)), ...asker.take() };
    hours.push(hour);
    progress(hour);
  }
  stop.abort();
  await clock.advance(HOUR_MS);
  await running;
  await asker.close();
  await face.close(0);
  return hours;
}

interface AskingAll {
  readonly asker: ReturnType<typeof createAsker>;
  readonly face: Listener;
  readonly minute: number;
}

async function askAll({ hpas }: VirtualSoak, { asker, face, minute }: AskingAll): Promise<void> {
  for (let at = 0; at < hpas; at += 1) {
    const path = pathOf(at);
    const isNew = at % NEW_EVERY === 0 && path.includes('?');
    await asker.ask(`${face.url}${path}${isNew ? neverAsked(minute, at) : ''}`);
  }
}

/** One more condition, which excludes nothing. */
function neverAsked(minute: number, at: number): string {
  return encodeURIComponent(`,version!=${minute}-${at}`);
}

async function counted(
  { scraper }: Plimsoll,
  registry: ReturnType<typeof createRegistryMeter>['registry'],
): Promise<Omit<Hour, 'hour' | 'answered' | 'without' | 'unanswered'>> {
  await scraper.idle();
  await collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const families = await registry.getMetricsAsJSON();
  const value = (name: string): number => families.find((family) => family.name === name)?.values[0]?.value ?? Number.NaN;
  let ownSeries = 0;
  for (const { values } of families) ownSeries += values.length;
  return {
    usedBytes: globalThis.gc === undefined ? Number.NaN : heapUsed + arrayBuffers,
    series: value('plimsoll_store_series'),
    lines: value('plimsoll_store_lines'),
    storeTargets: value('plimsoll_store_targets'),
    storeBytes: value('plimsoll_store_bytes'),
    ownSeries,
  };
}

function podsOf(count: number): ServedPod[] {
  return Array.from({ length: count }, (_, at) => ({
    pod: `triton-${at}`,
    service: `service-${at % SERVICES}`,
    port: 20_000 + at,
    apiPort: 30_000 + at,
  }));
}

function settingsWith(static_configs: readonly object[]): Settings {
  return settingsOf('the soak', [
    { path: ['scrape'], value: { interval: INTERVAL } },
    // Full within hours: what is bounded must not pass for what grows.
    { path: ['recorder', 'memory_bytes'], value: 128 * 1024 },
    { path: ['scrape_configs'], value: [{ job_name: 'triton', static_configs }] },
  ]);
}
