// The composition root: the stages in the order of the data's way, each handed what it needs and nothing more.
import type { Config } from '../config/schema.ts';
import type { Shard } from '../config/shard.ts';
import type { LearnedTarget } from '../discovery/inventory.ts';
import type { Cluster } from '../discovery/kubernetes/cluster.ts';
import type { Clock } from '../lib/clock.ts';
import type { DescribeRequest } from '../model/description.ts';
import type { EvidenceSource } from '../model/evidence.ts';
import type { SignalExplainer } from '../model/explanation.ts';
import type { Fetch, FetchJson } from '../model/fetch.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Log } from '../model/log.ts';
import type { MetadataSource } from '../model/metadata.ts';
import type { Meter } from '../model/meter.ts';
import type { NewestSeries } from '../model/newest-series.ts';
import type { QueryEngine } from '../model/query-engine.ts';
import type { SeriesShapes } from '../model/series-shapes.ts';
import type { Signals } from '../model/signal.ts';
import type { TargetBook } from '../model/target.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../promql/engine.ts';
import { createNewestSeries } from '../promql/newest.ts';
import { createScraper, type Scraper } from '../scrape/loop.ts';
import { engineShapes } from '../signals/rules/engine-shapes.ts';
import { createRuleMetrics, type FollowedRuleMetrics } from '../signals/rules/rule-metrics.ts';
import { createSignals } from '../signals/signals.ts';
import { describeTriton } from '../sources/triton/describe.ts';
import { createStore } from '../store/store.ts';
import { storeShapes } from './adapter/store-shapes.ts';
import { type Discovered, Discovery } from './discovered.ts';
import { enginesByLookback } from './engines-by-lookback.ts';
import { createEvidence } from './evidence.ts';
import { createIngest, type Ingest } from './ingest/ingest.ts';
import { createMetadata } from './metadata.ts';
import type { Settings } from './settings.ts';
import { shardGauges } from './shard-gauges.ts';

export interface WireOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** How a target is read, given the configuration in force: HTTP, a fleet in process, or what a test says. */
  readonly fetch: Fetch;
  /** How a target's own API is read; without it no target is asked about itself. */
  readonly fetchJson?: FetchJson | undefined;
  /** Where pods, workloads and further targets are found; undefined: the configuration names them all. */
  readonly cluster?: ClusterView | undefined;
  /** Who computes signals instead of the embedded engine. */
  readonly remote?: RemoteSource | undefined;
}

/** An engine that is asked over the network, and the targets that it knows of. */
export interface RemoteSource {
  readonly engine: QueryEngine;
  readonly book: TargetBook & { readonly targets: readonly LearnedTarget[] };
  /** Its address, without secrets. */
  readonly url: string;
}

/** What is asked of a cluster that somebody else keeps up to date. */
export type ClusterView = Pick<Cluster, 'snapshot' | 'isSynced' | 'unreadable'>;

/** Pods and targets as they were at the last look. */
interface Known extends Discovered {
  /** Whether they are all that the configuration and the cluster have. */
  readonly isWhole: boolean;
  /** When the targets were last others than before. */
  readonly targetsSinceMs: number;
}

export interface Plimsoll {
  readonly scraper: Scraper;
  readonly ingest: Ingest;
  /** The embedded one: what was scraped here. */
  readonly engine: QueryEngine;
  /** Who computes signals: `embedded`, or the address of a remote engine. */
  readonly engineName: string;
  /** The targets that signals are about: those scraped here, or those that a remote engine knows of. */
  readonly book: TargetBook;
  /** The same with another reach back for the sample of an instant. */
  readonly engineLookingBack: (lookbackMs: number) => QueryEngine;
  /** What is there now of the samples, for others to keep. */
  readonly newest: NewestSeries;
  readonly signals: Signals & SignalExplainer;
  /** Metrics of prometheus-adapter's rules: none before there are rules. */
  readonly rules: FollowedRuleMetrics;
  /** The samples and lines behind signals. */
  readonly evidence: EvidenceSource;
  readonly metadata: MetadataSource;
  readonly inventory: () => Inventory;
  readonly config: () => Config;
  /** When the targets were last others than before. */
  readonly targetsSinceMs: () => number;
  readonly cluster: ClusterView | undefined;
  /** Which part of the targets is read here, and how many are left to others; undefined where all are. */
  readonly shard: (Shard & { readonly elsewhere: () => number }) | undefined;
  /** Whether pods and targets are those of a whole cluster; true where none is asked. */
  readonly hasListed: () => boolean;
  /** The cluster has changed: its pods and targets are looked at again. */
  lookAgain(): void;
  /** Puts other settings in force; what needs a restart is the caller's to refuse. */
  apply(settings: Settings): void;
}

export function wire({ settings, clock, log, meter, fetch, fetchJson, cluster, remote }: WireOptions): Plimsoll {
  const startedMs = clock.nowMs();
  let current = settings;
  const config = (): Config => current.config;
  const { retention, limits, shard } = config();
  const discovery = new Discovery({ log, owners: config().kubernetes.owners, shard });
  const tellShard = shardGauges(meter, shard);
  const look = (before?: Known): Known => {
    const atMs = clock.nowMs();
    const isWhole = cluster?.isSynced() ?? true;
    const found = discovery.look({ settings: current, snapshot: cluster?.snapshot(), learned: remote?.book.targets ?? [], atMs });
    tellShard(found);
    return { ...found, isWhole, targetsSinceMs: found.targets === before?.targets ? before.targetsSinceMs : atMs };
  };
  let known = look();
  const inventory = (): Inventory => known.inventory;

  const store = createStore({ retentionMs: retention, seriesLimit: limits.series, meter });
  const ingest = createIngest({ store, clock, config, targets: () => known.targets, meter, asksApis: fetchJson !== undefined });
  const describe = fetchJson && {
    ask: (request: DescribeRequest) => describeTriton(request, fetchJson),
    everyMs: () => statisticsEveryMs(config()),
  };
  const scraper = createScraper({ fetch, describe, pipeline: ingest, clock, log, meter, maxTargets: limits.targets });
  const engineOptions = { source: store, clock, meter, ...featuresOf(config()) };
  const engineLookingBack = enginesByLookback(engineOptions);
  const engine = createEmbeddedEngine({ ...engineOptions, lookbackMs: retention });
  const computing =
    remote === undefined ? { engine, book: scraper.book } : { engine: remote.engine, book: remote.book, careful: 'always' as const };
  const signals = createSignals({ ...computing, inventory, clock, config, startedMs, meter });
  const shapes = remote === undefined ? storeShapes(store) : remoteShapes(remote.engine, { clock, config });
  // Waiting for answers holds nothing up, so a look at remote series may go on until they may be others.
  const budget = remote === undefined ? {} : { budgetMs: SHAPES_EVERY_MS };
  const rules = createRuleMetrics({ engine: computing.engine, shapes, clock, log, meter, config, ...budget });
  const evidence = createEvidence({ source: store, ingest, clock, lookbackMs: retention });
  scraper.setTargets(known.targets);
  const lookAgain = (): void => {
    const before = known;
    known = look(before);
    if (known.targets !== before.targets) scraper.setTargets(known.targets);
  };

  return {
    scraper,
    ingest,
    engine,
    engineName: remote?.url ?? 'embedded',
    book: computing.book,
    engineLookingBack,
    newest: createNewestSeries({ source: store, clock, lookbackMs: retention }),
    signals,
    rules,
    evidence,
    metadata: createMetadata(ingest),
    inventory,
    config,
    targetsSinceMs: () => known.targetsSinceMs,
    cluster,
    shard: shard && { ...shard, elsewhere: () => known.elsewhere },
    hasListed: () => known.isWhole,
    lookAgain,
    apply: (next) => {
      current = next;
      ingest.recompile();
      lookAgain();
    },
  };
}

// The least of the windows that signals have by default.
const LEAST_WINDOW_MS = 60_000;

/** Four readings in a window: as many as the longest scrape interval leaves in it. */
function statisticsEveryMs({ signals }: Config): number {
  return Math.min(signals.window ?? LEAST_WINDOW_MS, LEAST_WINDOW_MS) / 4;
}

function featuresOf({ enable_features }: Config): Pick<EmbeddedEngineOptions, 'experimentalFunctions' | 'delayedNameRemoval'> {
  return {
    experimentalFunctions: enable_features.includes('promql-experimental-functions'),
    delayedNameRemoval: enable_features.includes('promql-delayed-name-removal'),
  };
}

/** Half of how often prometheus-adapter is usually told to look for series. */
const SHAPES_EVERY_MS = 30_000;
const MOST_SHAPES_MS = 5000;

function remoteShapes(engine: QueryEngine, { clock, config }: { readonly clock: Clock; readonly config: () => Config }): SeriesShapes {
  const timeoutMs = (): number => config().engine.remote?.timeout ?? MOST_SHAPES_MS;
  return engineShapes({ engine, clock, lookbackMs: config().retention, everyMs: SHAPES_EVERY_MS, timeoutMs });
}
