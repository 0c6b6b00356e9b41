// Ingest on a store of its own: what targets say goes in as text, what the store then holds comes out as text.
import { createIngest, type Ingest } from '../../../src/app/ingest/ingest.ts';
import { type Settings, settingsOf } from '../../../src/app/settings.ts';
import { writeSample } from '../../../src/exposition/write.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { METRIC_NAME } from '../../../src/model/labels.ts';
import type { IngestResult } from '../../../src/model/pipeline.ts';
import type { Target } from '../../../src/model/target.ts';
import { createStore, type SampleStore } from '../../../src/store/store.ts';
import { recordingMeter } from './meter.ts';

export const START_MS = 1_800_000_000_000;
export const INTERVAL_MS = 5000;

/** A job of the configuration, its one target at `a:1` unless it says otherwise. */
export interface Job {
  readonly job_name?: string;
  readonly source?: string;
  readonly honor_labels?: boolean;
  readonly metric_relabel_configs?: readonly object[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Feed {
  readonly ingest: Ingest;
  readonly store: SampleStore;
  readonly clock: VirtualClock;
  readonly targets: readonly Target[];
  /** Values of metrics by `name{label values}`. */
  readonly metrics: ReadonlyMap<string, number>;
  /** One scrape of a target, an interval after the last one of this feed; no text is a scrape that failed. */
  scrape(text: string | undefined, target?: Target): Promise<IngestResult | undefined>;
  /** Other settings from now on. */
  configure(jobs: readonly Job[], rest?: Readonly<Record<string, unknown>>): void;
}

export function createFeed(jobs: readonly Job[], rest: Readonly<Record<string, unknown>> = {}): Feed {
  const clock = new VirtualClock(START_MS);
  const metrics = new Map<string, number>();
  const meter = recordingMeter(metrics);
  let { config, targets } = settingsFor(jobs, rest);
  const store = createStore({ retentionMs: config.retention, seriesLimit: config.limits.series, meter });
  const ingest = createIngest({ store, clock, meter, targets: () => targets, config: () => config });
  const feed: Feed = {
    ingest,
    store,
    clock,
    metrics,
    get targets() {
      return targets;
    },
    async scrape(text, target = targetAt(targets, 0)) {
      await clock.advance(INTERVAL_MS);
      const sentMs = clock.nowMs();
      const result = text === undefined ? undefined : ingest.ingest(target, new TextEncoder().encode(text), sentMs);
      const samples = result?.kind === 'ingested' ? result.samples : 0;
      ingest.report(target, sentMs, { up: result?.kind === 'ingested', durationSeconds: 0.25, samples });
      return result;
    },
    configure(nextJobs, nextRest = {}) {
      ({ config, targets } = settingsFor(nextJobs, nextRest));
      ingest.recompile();
    },
  };
  return feed;
}

export function targetAt(targets: readonly Target[], index: number): Target {
  const target = targets[index];
  if (target === undefined) throw new Error(`no target ${index}`);
  return target;
}

function settingsFor(jobs: readonly Job[], rest: Readonly<Record<string, unknown>>): Settings {
  const scrapeConfigs = jobs.map(({ labels = {}, ...job }, index) => {
    const address = `${String.fromCharCode('a'.charCodeAt(0) + index)}:1`;
    return { job_name: `job-${index}`, ...job, static_configs: [{ targets: [address], labels }] };
  });
  const overrides = Object.entries({ ...rest, scrape_configs: scrapeConfigs }).map(([key, value]) => ({ path: key.split('.'), value }));
  return settingsOf('the test', overrides);
}

/** The report's own series, which every target has. */
const REPORTED = /^(up|scrape_duration_seconds|scrape_samples_scraped|scrape_interval_seconds)$/;

interface Show {
  /** Only series whose names match; without it all but `up` and its like. */
  readonly names?: RegExp;
  /** Default: the time of the last scrape. */
  readonly atMs?: number;
  /** Labels left out; by default those that every static target has. */
  readonly without?: readonly string[];
  /** Labels shown besides the name; by default all. */
  readonly only?: readonly string[];
}

/** The series that an instant query would find, sorted, one line each. */
export function held({ store, clock }: Feed, { names, atMs = clock.nowMs(), without = ['job', 'instance'], only }: Show = {}): string[] {
  const newest = { values: new Float64Array(1), newestMs: new Float64Array(1) };
  const lines: string[] = [];
  for (const row of store.select([])) {
    const name = store.labels(row).get(METRIC_NAME) ?? '';
    if (names === undefined ? REPORTED.test(name) : !names.test(name)) continue;
    store.readNewest(Int32Array.of(row), { fromMs: Number.NEGATIVE_INFINITY, toMs: atMs }, newest);
    if (Number.isNaN(newest.newestMs[0])) continue;
    const isShown = (label: string): boolean => !without.includes(label) && (only === undefined || [METRIC_NAME, ...only].includes(label));
    const labels = new Map([...store.labels(row)].filter(([label]) => isShown(label)).sort());
    lines.push(writeSample({ labels, value: newest.values[0] ?? Number.NaN }).trim());
  }
  return lines.sort();
}

/** Rows of the store, stale ones included. */
export function rowCount({ store }: Feed): number {
  return store.select([]).length;
}

/** What is known of models, by the labels that no test needs more than. */
export function models(feed: Feed): string[] {
  return held(feed, { names: /^triton_model_info$/, only: ['kind', 'model', 'version'] });
}
