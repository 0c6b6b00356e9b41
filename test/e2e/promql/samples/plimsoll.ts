// What Plimsoll holds of what it scraped: raw series, canonical ones and facts.
import { type Settings, settingsOf } from '../../../../src/app/settings.ts';
import { type Plimsoll, wire } from '../../../../src/app/wire.ts';
import type { Fetch, FetchJson } from '../../../../src/model/fetch.ts';
import { labelsKey } from '../../../../src/model/labels.ts';
import { silentLog } from '../../../../src/model/log.ts';
import { nullMeter } from '../../../../src/model/meter.ts';
import type { QueryEngine } from '../../../../src/model/query-engine.ts';
import { SteppedClock } from '../../../bench/stepped-clock.ts';
import { type DataSet, valueText } from './data-set.ts';

/** Of scrapes, as in the configuration that is shipped. */
const INTERVAL_MS = 5000;
/** Targets are scraped at moments spread over the interval. */
const TICK_MS = 500;
/** Nine minutes and a half: longer than any window of a signal, shorter than what is kept. */
const ROUNDS = 114;
const RETENTION = '10m';

export interface Held {
  /** Over Plimsoll's own store. */
  readonly engine: QueryEngine;
  readonly data: DataSet;
  readonly nowMs: number;
}

export interface Scraped {
  readonly jobs: readonly object[];
  readonly fetch: Fetch;
  readonly fetchJson: FetchJson;
  /** Called before each round. */
  readonly before?: () => Promise<void>;
}

/** Scrapes on a clock that is moved by hand. */
export async function scrapedBy(about: (clock: SteppedClock) => Scraped): Promise<Held> {
  const clock = new SteppedClock();
  const { jobs, fetch, fetchJson, before } = about(clock);
  const plimsoll = wire({ settings: settingsFor(jobs), clock, log: silentLog, meter: nullMeter, fetch, fetchJson });
  for (let round = 0; round < ROUNDS; round += 1) {
    await before?.();
    await scrapeAll(plimsoll, clock);
  }
  const nowMs = clock.nowMs();
  return { engine: plimsoll.engine, data: await dump(plimsoll.engine, nowMs), nowMs };
}

function settingsFor(jobs: readonly object[]): Settings {
  return settingsOf('the comparison', [
    { path: ['scrape', 'interval'], value: `${INTERVAL_MS}ms` },
    { path: ['retention'], value: RETENTION },
    { path: ['scrape_configs'], value: jobs },
  ]);
}

async function scrapeAll({ scraper, ingest }: Plimsoll, clock: SteppedClock): Promise<void> {
  for (let tick = 0; tick < INTERVAL_MS / TICK_MS; tick += 1) {
    clock.step(TICK_MS);
    scraper.tick();
    await scraper.idle();
  }
  ingest.sweep();
}

/** Every sample that is held, in the order of the store's rows: sums are taken in it, and an answer of ranges is sorted. */
async function dump(engine: QueryEngine, timeMs: number): Promise<DataSet> {
  const everything = `{__name__=~".+"}[${RETENTION}]`;
  const ordered = await engine.instant({ expr: `last_over_time(${everything})`, timeMs });
  const result = await engine.instant({ expr: everything, timeMs });
  if (ordered.kind !== 'vector' || result.kind !== 'matrix') throw new Error(`BUG: a range is a ${result.kind}`);
  const series = new Map(result.series.map((one) => [labelsKey(one.labels), one]));
  return ordered.series.flatMap(({ labels }) => {
    const held = series.get(labelsKey(labels));
    return held === undefined ? [] : [{ labels: Object.fromEntries(labels), timesMs: held.timesMs, values: held.values.map(valueText) }];
  });
}
