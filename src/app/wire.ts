// The composition root: the stages in the order of the data's way, each handed what it needs and nothing more.
import type { Config } from '../config/schema.ts';
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
import type { QueryEngine } from '../model/query-engine.ts';
import type { Signals } from '../model/signal.ts';
import { createEmbeddedEngine, type EmbeddedEngineOptions } from '../promql/engine.ts';
import { createScraper, type Scraper } from '../scrape/loop.ts';
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
  readonly engine: QueryEngine;
  /** The same with another reach back for the sample of an instant. */
  readonly engineLookingBack: (lookbackMs: number) => QueryEngine;
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
  /** Whether pods and targets are those of a whole cluster; true where none is asked. */
  readonly hasListed: () => boolean;
  /** The cluster has changed: its pods and targets are looked at again. */
  lookAgain(): void;
  /** Puts other settings in force; what needs a restart is the caller's to refuse. */
  apply(settings: Settings): void;
}

export function wire({ settings, clock, log, meter, fetch, fetchJson, cluster }: WireOptions): Plimsoll {
  const startedMs = clock.nowMs();
  let current = settings;
  const config = (): Config => current.config;
  const { retention, limits } = config();
  const discovery = new Discovery({ log, owners: config().kubernetes.owners });
  const look = (before?: Known): Known => {
    const atMs = clock.nowMs();
    const isWhole = cluster?.isSynced() ?? true;
    const found = discovery.look({ settings: current, snapshot: cluster?.snapshot(), atMs });
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
  const signals = createSignals({ engine, inventory, book: scraper.book, clock, config, startedMs, meter });
  const rules = createRuleMetrics({ engine, shapes: storeShapes(store), clock, log, meter, config });
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
    engineLookingBack,
    signals,
    rules,
    evidence,
    metadata: createMetadata(ingest),
    inventory,
    config,
    targetsSinceMs: () => known.targetsSinceMs,
    cluster,
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
