// A remote engine as the configuration has it: opened, its targets followed, its state told. Loaded only where there is one.
import type { Config, RemoteEngineSettings } from '../config/schema.ts';
import { LIVE_INTERVALS, RemoteBook } from '../discovery/remote/book.ts';
import type { HealthCheck } from '../exporter/health.ts';
import type { Clock } from '../lib/clock.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import { QueryError } from '../model/query-engine.ts';
import { createRemoteEngine, type RemoteEngine } from '../promql/remote/engine.ts';
import { createTransport } from '../promql/remote/transport.ts';
import { windowsFor } from '../signals/windows.ts';
import type { RemoteSource } from './wire.ts';

export interface RemoteEngineOptions {
  readonly config: Config;
  readonly settings: RemoteEngineSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Plimsoll's own. */
  readonly version: string;
}

export interface OpenedRemoteEngine extends RemoteSource {
  readonly engine: RemoteEngine;
  readonly book: RemoteBook;
  /** Of readiness. */
  readonly check: HealthCheck;
  /** Asks for targets until `signal` is aborted; `changed` is called when pods may be others. */
  follow(changed: () => void, signal: AbortSignal): Promise<void>;
}

/** Four times an interval: with the pause of the engine's own scrapes a dead pod leaves within two. */
const BUCKETS_PER_INTERVAL = 4;
/** Targets are asked for twice an interval. */
const LOOKS_PER_INTERVAL = 2;

/** Asks nothing before `follow`. */
export function openRemoteEngine({ config, settings, clock, log, meter, version }: RemoteEngineOptions): OpenedRemoteEngine {
  const { interval } = config.scrape;
  const engine = createRemoteEngine({
    settings,
    transport: createTransport({ settings, clock, version }),
    clock,
    meter,
    bucketMs: settings.bucket ?? interval / BUCKETS_PER_INTERVAL,
    liveMs: () => LIVE_INTERVALS * Math.max(interval, book.longestIntervalMs),
    namespaces: () => namespacesIn(book),
  });
  const book: RemoteBook = new RemoteBook({ engine, clock, windowMs: (targets) => windowsFor(targets, config.signals.window).windowMs });
  const look = teller(log, book);
  return {
    engine,
    book,
    url: withoutSecrets(settings.url),
    check: { name: 'remote-engine', check: () => stateOf({ engine, book }) },
    follow: async (changed, signal) => {
      while (!signal.aborted) {
        const before = book.targets;
        await look();
        if (book.targets !== before) changed();
        await clock.sleep(interval / LOOKS_PER_INTERVAL, signal);
      }
    },
  };
}

function namespacesIn(book: RemoteBook): readonly string[] {
  return [...new Set([...book.all()].flatMap(({ target }) => target.labels.get('namespace') ?? []))];
}

/** A look at the targets; that there is no answer is told once, as is that there is one again. */
function teller(log: Log, book: RemoteBook): () => Promise<void> {
  let hasFailed = false;
  return async () => {
    try {
      await book.refresh();
      if (hasFailed) log.info({ targets: book.targets.length }, 'the remote engine answers again');
      hasFailed = false;
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      if (!hasFailed) log.warn({ problem: error.message }, 'the remote engine does not answer: signals are absent until it does');
      hasFailed = true;
    }
  };
}

/** Once it has answered it does not take readiness away: what it does not answer is absent, with the reason. */
function stateOf({ engine, book }: { readonly engine: RemoteEngine; readonly book: RemoteBook }): ReturnType<HealthCheck['check']> {
  const { breaker, reason } = engine.state();
  const trouble = {
    closed: reason === '' ? '' : `; last: ${reason}`,
    'half-open': `; it is tried again: ${reason}`,
    open: `; not asked for now: ${reason}`,
  };
  const state = `${book.isRead ? `it tells of ${book.targets.length} targets` : 'it has not answered yet'}${trouble[breaker]}`;
  return { ok: book.isRead, why: state };
}
