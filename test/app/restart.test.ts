import { expect, it } from 'vitest';
import { keptUntilRestart } from '../../src/app/restart.ts';
import { settingsOf } from '../../src/app/settings.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';

function configWith(path: string, value: unknown): Config {
  return settingsOf('the test', [{ path: path.split('.'), value }]).config;
}

const BUILT_IN: readonly (readonly [path: string, value: unknown, name: string])[] = [
  ['retention', '10m', 'retention'],
  ['limits.series', 5, 'limits.series'],
  ['limits.targets', 5, 'limits.targets'],
  ['metrics_api.listen', '127.0.0.1:1', 'metrics_api'],
  ['telemetry.listen', '127.0.0.1:1', 'telemetry'],
  ['engine.remote', { url: 'http://prometheus:9090' }, 'engine'],
  ['kubernetes.enabled', true, 'kubernetes'],
  ['shutdown_delay', '5s', 'shutdown_delay'],
  ['enable_features', ['promql-experimental-functions'], 'enable_features'],
  ['recorder.memory_bytes', 0, 'recorder'],
];

const ASKED_EACH_TIME: readonly (readonly [path: string, value: unknown])[] = [
  ['scrape.interval', '10s'],
  ['scrape_configs', [{ job_name: 'x' }]],
  ['aliases', [{ raw: 'a', canonical: 'gpu_power_watts' }]],
  ['models.m.kind', 'leaf'],
  ['aliases', [{ raw: 'my_gpu_busy', canonical: 'gpu_utilization_ratio', scale: 0.01 }]],
  ['signals.window', '2m'],
  ['limits.body_bytes', 5],
  ['limits.line_bytes', 5],
  ['limits.labels_per_line', 5],
  ['limits.series_per_target', 5],
  ['limits.query_samples', 5],
  ['limits.query_timeout', '5s'],
  ['limits.query_points', 5],
  ['limits.query_bytes', 5],
  ['limits.connections', 5],
  ['log.level', 'debug'],
];

it.each(BUILT_IN)('%s waits for the next start', (path, value, name) => {
  const changed = configWith(path, value);
  expect(keptUntilRestart(configWith('scrape', {}), changed)).toEqual([name]);
  expect(keptUntilRestart(changed, configWith(path, value))).toEqual([]);
});

it('so does a shard, with the metrics API that a collector has not', () => {
  expect(keptUntilRestart(configWith('scrape', {}), configWith('shard', '2/3'))).toEqual(['shard', 'metrics_api']);
  expect(keptUntilRestart(configWith('shard', '1/3'), configWith('shard', '2/3'))).toEqual(['shard']);
});

it.each(ASKED_EACH_TIME)('%s does not', (path, value) => {
  expect(keptUntilRestart(configWith('scrape', {}), configWith(path, value))).toEqual([]);
});

it('no part of the configuration and no limit is forgotten here', () => {
  const paths = ['shard', ...[...BUILT_IN, ...ASKED_EACH_TIME].map(([path]) => path)];
  // A setting without a default is there when it is given only.
  const config = configSchema.parse({ shard: '1/2' });
  const parts = Object.keys(config).filter((part) => part !== 'limits');
  const limits = Object.keys(config.limits).map((limit) => `limits.${limit}`);
  expect(new Set(paths.map((path) => (path.startsWith('limits.') ? path : path.split('.')[0])))).toEqual(new Set([...parts, ...limits]));
});
