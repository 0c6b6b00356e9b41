// Which settings a reload cannot change, because something was built from them.
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/schema.ts';

const FIXED: readonly (readonly [string, (config: Config) => unknown])[] = [
  ['shard', (config) => config.shard],
  ['retention', (config) => config.retention],
  ['limits.series', (config) => config.limits.series],
  ['limits.targets', (config) => config.limits.targets],
  ['metrics_api', (config) => config.metrics_api],
  ['telemetry', (config) => config.telemetry],
  ['engine', (config) => config.engine],
  ['kubernetes', (config) => config.kubernetes],
  ['shutdown_delay', (config) => config.shutdown_delay],
  ['enable_features', (config) => config.enable_features],
  ['recorder', (config) => config.recorder],
  ['prometheus_adapter_config', (config) => config.prometheus_adapter_config],
];

/** Names of the settings that differ and stay as they are until the next start. */
export function keptUntilRestart(current: Config, next: Config): readonly string[] {
  return FIXED.filter(([, of]) => !isDeepStrictEqual(of(current), of(next))).map(([name]) => name);
}
