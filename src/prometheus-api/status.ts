// /status/…: what runs here, in the fields that Prometheus has for it. What is not known or means nothing here is left out.
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { type Json, writeYaml } from '../lib/yaml.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Endpoint } from './endpoint.ts';

export interface StatusServices {
  /** Plimsoll's own. */
  readonly version: string;
  readonly hostname: string;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly redact: (document: unknown) => unknown;
}

/** The release whose API this is: Grafana goes by it in what it asks. */
const PROMETHEUS_VERSION = '3.11.3';

export function statusEndpoints(services: StatusServices): readonly Endpoint[] {
  const startedMs = services.clock.nowMs();
  const fixed = (path: string, answer: () => unknown): Endpoint => ({ path, takesForm: false, answer: () => answerOf(answer()) });
  return [
    fixed('/status/buildinfo', () => buildInfo(services)),
    fixed('/status/runtimeinfo', () => runtimeInfo(services, startedMs)),
    fixed('/status/flags', () => flags(services.config())),
    { path: '/status/config', takesForm: false, answer: () => configuration(services) },
  ];
}

function buildInfo({ version }: StatusServices): object {
  return {
    version: PROMETHEUS_VERSION,
    revision: `plimsoll-${version}`,
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}

function runtimeInfo({ clock, hostname, config }: StatusServices, startedMs: number): object {
  return {
    startTime: new Date(startedMs).toISOString(),
    hostname,
    serverTime: new Date(clock.nowMs()).toISOString(),
    storageRetention: formatDuration(config().retention),
  };
}

/** Settings of ours that are flags of Prometheus. */
function flags({ enable_features, retention, limits, log }: Config): object {
  return {
    'enable-feature': enable_features.join(','),
    'log.level': log.level,
    'query.lookback-delta': formatDuration(retention),
    'query.max-samples': String(limits.query_samples),
    'query.timeout': formatDuration(limits.query_timeout),
    'storage.tsdb.retention.time': formatDuration(retention),
  };
}

/** The configuration in force, defaults included; durations are in milliseconds there. */
function configuration({ config, redact }: StatusServices): Answer {
  return answerOf({ yaml: writeYaml(redact(config()) as Json) });
}
