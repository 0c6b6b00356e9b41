// The door behind which a scrape becomes samples: exposition, sources, facts and store, target by target.
import type { Config } from '../../config/schema.ts';
import { createScanResult } from '../../exposition/result.ts';
import { Ownership } from '../../facts/ownership.ts';
import type { Clock } from '../../lib/clock.ts';
import { compileRelabel, type Relabel } from '../../lib/relabel.ts';
import { type Labels, labelsOf, METRIC_NAME } from '../../model/labels.ts';
import type { Meter } from '../../model/meter.ts';
import type { Pipeline } from '../../model/pipeline.ts';
import type { RowId } from '../../model/sample-source.ts';
import { SOURCE_NAMES, type SourceName, type Target } from '../../model/target.ts';
import type { SampleStore } from '../../store/store.ts';
import type { WrittenLines } from './feeding-lines.ts';
import { Jetsons } from './jetsons.ts';
import { REPORT } from './reserved-names.ts';
import { TargetFeed } from './target-feed.ts';

export interface IngestOptions {
  readonly store: SampleStore;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Asked at each scrape, so that a reload may replace it. */
  readonly config: () => Config;
  /** Every target there is, read or not. */
  readonly targets: () => readonly Target[];
  /** Whether somebody asks targets about themselves: their first facts then wait for the answer. Default: nobody does. */
  readonly asksApis?: boolean;
}

export interface Ingest extends Pipeline {
  /** Frees what left the retention and what is no longer said. */
  sweep(): void;
  /** Plans every line anew at the next scrape: relabelling, or what is known of models, has changed. */
  recompile(): void;
  /** What a target said, by its id; undefined before its first attempt. */
  said(targetId: string): WrittenLines | undefined;
}

const UP = labelsOf({ [METRIC_NAME]: REPORT.up });
const DURATION = labelsOf({ [METRIC_NAME]: REPORT.duration });
const SAMPLES = labelsOf({ [METRIC_NAME]: REPORT.samples });
const INTERVALS: ReadonlyMap<SourceName, Labels> = new Map(
  SOURCE_NAMES.map((source) => [source, labelsOf({ [METRIC_NAME]: REPORT.interval, source })]),
);

export function createIngest({ store, clock, meter, config, targets, asksApis = false }: IngestOptions): Ingest {
  const ownership = new Ownership(targets);
  const jetsons = new Jetsons(targets);
  const feeds = new Map<string, TargetFeed>();
  const written = new Set<string>();
  let relabels = relabelsOf(config());
  const result = createScanResult();
  const malformed = meter.counter({
    name: 'plimsoll_exposition_malformed_lines_total',
    help: 'Lines that could not be read, by reason; each cost itself only.',
    labels: ['reason'],
  });

  const feedOf = (target: Target): TargetFeed => {
    const known = feeds.get(target.id);
    if (known !== undefined) return known;
    const feed = new TargetFeed(target, { store, config, relabel: () => relabels.get(target.job), asksApis, ownership, jetsons, result });
    feeds.set(target.id, feed);
    return feed;
  };

  return {
    ingest: (target, bytes, sentMs) => {
      const feed = feedOf(target);
      const error = feed.plan(target, bytes);
      for (const [reason, count] of result.malformed.byReason) malformed.add(count, { reason });
      if (error !== undefined) return { kind: 'failed', error };
      const beganAnew = feed.write(sentMs);
      written.add(target.id);
      return { kind: 'ingested', samples: result.count, warnings: feed.warnings, describable: feed.describable, beganAnew };
    },
    report: (target, sentMs, { up, durationSeconds, samples }) => {
      const feed = feedOf(target);
      if (!written.delete(target.id)) feed.miss(sentMs);
      feed.note(UP, up ? 1 : 0);
      feed.note(DURATION, durationSeconds);
      feed.note(SAMPLES, samples);
      const interval = INTERVALS.get(target.source);
      if (interval !== undefined) feed.note(interval, target.intervalMs / 1000);
    },
    describe: (target, result, sentMs) => {
      const feed = feedOf(target);
      feed.describe(result, sentMs);
      return feed.warnings;
    },
    forget: (target) => {
      feeds.get(target.id)?.close(clock.nowMs());
      feeds.delete(target.id);
    },
    sweep: () => {
      const freed = new Map<string, Set<RowId>>();
      for (const { targetId, row } of store.sweep(clock.nowMs())) {
        const rows = freed.get(targetId) ?? new Set<RowId>();
        freed.set(targetId, rows.add(row));
      }
      for (const [targetId, rows] of freed) feeds.get(targetId)?.recompile(rows);
      for (const feed of feeds.values()) feed.forgetOldLines();
    },
    recompile: () => {
      relabels = relabelsOf(config());
      for (const feed of feeds.values()) feed.recompile();
    },
    said: (targetId) => feeds.get(targetId)?.said,
  };
}

/** By job, for the jobs that have rules. */
function relabelsOf(config: Config): ReadonlyMap<string, Relabel> {
  const jobs = config.scrape_configs.filter((job) => job.metric_relabel_configs.length > 0);
  return new Map(jobs.map((job) => [job.job_name, compileRelabel(job.metric_relabel_configs)]));
}
