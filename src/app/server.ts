// A running Plimsoll: opened in order, stopped in reverse order, each step with a deadline.

import { formatShard } from '../config/shard.ts';
import type { Cluster } from '../discovery/kubernetes/cluster.ts';
import { createRegistryMeter } from '../exporter/meter.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { KubeClient } from '../lib/kube/client.ts';
import type { Log } from '../model/log.ts';
import type { Meter } from '../model/meter.ts';
import { type OpenedRules, openRules } from './adapter/open-rules.ts';
import { type OpenedAdmission, openAdmission } from './admission.ts';
import { type OpenedAutoscalerEvents, openAutoscalerEvents } from './autoscaler-events.ts';
import { followCluster, openCluster } from './cluster.ts';
import { warnOfExposure } from './exposure.ts';
import { createFaces, type Faces } from './faces.ts';
import type { HttpSource } from './http-source.ts';
import { openKubeClient } from './kube-client.ts';
import { keepLastLog } from './last-log.ts';
import { type Listener, type ListenerOptions, listen } from './listener/listener.ts';
import { createLogger, type Logger } from './logger.ts';
import { openRecording, type Recording } from './recording.ts';
import { watchConfig } from './reload.ts';
import type { OpenedRemoteEngine, RemoteEngineOptions } from './remote-engine.ts';
import { keptUntilRestart } from './restart.ts';
import { openServing, openTelemetryServing, type Serving } from './serving.ts';
import type { FollowedFile, Settings } from './settings.ts';
import { createTargetSource } from './target-source.ts';
import { type Plimsoll, wire } from './wire.ts';

export interface ServerOptions {
  readonly settings: Settings;
  readonly version: string;
  /** Writes one line of the log. */
  readonly writeLog: (line: string) => void;
  readonly follow?: FollowedFile;
  /** For jobs that read it; default: the process's. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** How the cluster is asked, where something needs it; default: as the configuration says. */
  readonly kube?: KubeClient;
}

export interface Server {
  readonly plimsoll: Plimsoll;
  readonly clock: Clock;
  readonly log: Log;
  /** Empty in a collector, which serves none. */
  readonly metricsApiUrl: string;
  readonly telemetryUrl: string;
  /** Runs until `stop` is aborted, then stops everything in order; settles when it has, within `shutdown_delay` and five seconds. */
  run(stop: AbortSignal): Promise<void>;
}

/** Answers under way may end for this long after a stop was asked. */
const GRACE_MS = 2000;
/** How often what left the retention is freed, and memory is measured. */
const SWEEP_MS = 10_000;

/** Wires the stages and opens both addresses; rejects with a UserError when one cannot be opened. Nothing is scraped before `run`. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { settings, version } = options;
  const clock = systemClock();
  const lastLog = keepLastLog(options.writeLog);
  const log = createLogger(settings.config.log.level, lastLog.write);
  const { meter, registry } = createRegistryMeter();
  const client = options.kube ?? (await openKubeClient({ config: settings.config, clock, version }));
  const admission = await openAdmission({ config: settings.config, client, clock, log, meter });
  const cluster = openCluster({ config: settings.config, client, clock, log, meter });
  const isCollector = settings.config.shard !== undefined;
  const serving = isCollector ? undefined : await openServing({ metricsApi: settings.config.metrics_api, client, clock, log, meter });
  const telemetryServing = await openTelemetryServing({ telemetry: settings.config.telemetry, clock, log });
  const rules = await openRules({ config: settings.config, clock, log, meter });
  const source = createTargetSource({ config: settings.config, clock, log, version, stdin: options.stdin });
  const remote = await openRemote({ config: settings.config, clock, log, meter, version });
  const plimsoll = wire({ settings, clock, log, meter, fetch: source.fetch, fetchJson: source.fetchJson, cluster, remote });
  if (rules !== undefined) plimsoll.rules.useRules(rules.rules);
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  const events = openAutoscalerEvents({ config: settings.config, client, inventory: plimsoll.inventory, clock, log, meter });
  const recording = openRecording({ config: settings.config, clock, meter, listener: events?.recorder });
  const faces = createFaces({
    plimsoll,
    clock,
    log,
    meter,
    registry,
    version,
    lastLog: lastLog.lines,
    recording,
    admission,
    serving,
    remote,
    isStopping,
  });
  const mostConnections = (): number => plimsoll.config().limits.connections;
  const listeners = await openListeners(settings, { faces, serving, telemetryServing, clock, log, meter, mostConnections });
  const [metricsApi, telemetry] = listeners;
  warnOfExposure(settings.config, log);
  log.info({ version, metricsApi: metricsApi?.url, telemetry: telemetry.url, targets: settings.targets.length }, 'listening');
  tellShard(plimsoll, log);
  return {
    plimsoll,
    clock,
    log,
    metricsApiUrl: metricsApi?.url ?? '',
    telemetryUrl: telemetry.url,
    run: (stop) => {
      const opened = { source, rules, client, cluster, remote, admission, events, recording, serving, telemetryServing, listeners };
      return runUntil(stop, { ...options, ...opened, plimsoll, clock, log, meter, stopping });
    },
  };
}

function tellShard({ shard, scraper }: Plimsoll, log: Log): void {
  if (shard === undefined) return;
  const counts = { targets: [...scraper.book.all()].length, elsewhere: shard.elsewhere() };
  log.info(
    { shard: formatShard(shard), ...counts },
    'a collector: it reads its shard of the targets for /federate, and serves no metrics API',
  );
}

/** Undefined where signals are computed here. */
async function openRemote(options: Omit<RemoteEngineOptions, 'settings'>): Promise<OpenedRemoteEngine | undefined> {
  const { remote: settings } = options.config.engine;
  if (settings === undefined) return undefined;
  const { openRemoteEngine } = await import('./remote-engine.ts');
  return openRemoteEngine({ ...options, settings });
}

interface Listening extends Pick<ListenerOptions, 'log' | 'clock' | 'meter' | 'mostConnections'> {
  readonly faces: Faces;
  /** Undefined where no metrics API is served. */
  readonly serving: Serving | undefined;
  /** Plain HTTP without. */
  readonly telemetryServing: Serving | undefined;
}

type Listeners = readonly [metricsApi: Listener | undefined, telemetry: Listener];

async function openListeners({ config }: Settings, { faces, serving, telemetryServing, ...rest }: Listening): Promise<Listeners> {
  const { metrics_api, telemetry } = config;
  const first =
    serving &&
    (await listen({
      handler: faces.metricsApi,
      address: metrics_api.listen,
      tls: serving.certificate,
      asksCertificates: metrics_api.authentication === 'delegated',
      ...rest,
      flag: 'metrics-api-listen',
    }));
  try {
    const second = await listen({
      handler: faces.telemetry,
      address: telemetry.listen,
      ...(telemetryServing && { tls: telemetryServing.certificate }),
      asksCertificates: telemetry.authentication === 'delegated' || telemetry.authentication === 'certificate',
      ...rest,
      flag: 'telemetry-listen',
    });
    return [first, second];
  } catch (error) {
    await first?.close(0);
    throw error;
  }
}

interface Running extends ServerOptions {
  readonly plimsoll: Plimsoll;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: Meter;
  readonly source: HttpSource;
  readonly rules: OpenedRules | undefined;
  readonly client: KubeClient | undefined;
  readonly cluster: Cluster | undefined;
  readonly remote: OpenedRemoteEngine | undefined;
  readonly admission: OpenedAdmission;
  readonly events: OpenedAutoscalerEvents | undefined;
  readonly recording: Recording;
  readonly serving: Serving | undefined;
  readonly telemetryServing: Serving | undefined;
  readonly listeners: Listeners;
  /** Aborted when a stop was asked for, while questions are still answered. */
  readonly stopping: AbortController;
}

async function runUntil(stop: AbortSignal, running: Running): Promise<void> {
  const { plimsoll, log, source, rules, client, cluster, remote, admission, events, serving, telemetryServing, listeners } = running;
  const [metricsApi, telemetry] = listeners;
  const ended = new AbortController();
  const { signal } = ended;
  try {
    await Promise.all([
      endAfter(stop, { ended, running }),
      plimsoll.scraper.start(signal),
      sweepUntil(signal, running),
      followConfig(signal, running),
      remote?.follow(plimsoll.lookAgain, signal),
      rules?.follow(plimsoll.rules.useRules, signal),
      rules && plimsoll.rules.follow(signal),
      cluster?.start(signal),
      cluster && followCluster(signal, { ...running, cluster }),
      admission.follow(listeners, signal),
      events?.run(signal),
      metricsApi && serving?.follow(metricsApi.useCertificate, signal),
      telemetryServing?.follow(telemetry.useCertificate, signal),
    ]);
  } finally {
    // One loop that fails ends them all: half a Plimsoll would serve numbers that grow old.
    ended.abort();
    log.info({}, 'stopping');
    await Promise.all(listeners.map((listener) => listener?.close(GRACE_MS)));
    await Promise.all([source.close(), remote?.engine.close(), client?.close()]);
    log.info({}, 'stopped');
  }
}

/** From a stop on readiness says no; what was scraped until then is kept fresh for as long as questions may still come. */
async function endAfter(
  stop: AbortSignal,
  { ended, running }: { readonly ended: AbortController; readonly running: Running },
): Promise<void> {
  const { clock, log, settings, stopping } = running;
  await aborted(AbortSignal.any([stop, ended.signal]));
  stopping.abort();
  const delayMs = settings.config.shutdown_delay;
  if (!ended.signal.aborted && delayMs > 0) {
    log.info({ delayMs }, 'a stop was asked for: no longer ready, still answering');
    await clock.sleep(delayMs, ended.signal);
  }
  ended.abort();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function sweepUntil(signal: AbortSignal, { clock, plimsoll, recording }: Running): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SWEEP_MS, signal);
    plimsoll.ingest.sweep();
    recording.measure();
  }
}

async function followConfig(signal: AbortSignal, { settings, follow, plimsoll, clock, log, meter, source }: Running): Promise<void> {
  if (follow === undefined) return;
  const apply = (next: Settings): void => {
    log.useLevel(next.config.log.level);
    const kept = keptUntilRestart(settings.config, next.config);
    if (kept.length > 0) log.warn({ settings: kept }, 'some settings change at the next start only');
    source.use(next.config);
    plimsoll.apply(next);
  };
  await watchConfig({ follow, apply, clock, log, meter }, signal);
}
