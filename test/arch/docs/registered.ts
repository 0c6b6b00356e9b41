// Every metric that Plimsoll says of itself: what the wired stages register, and the families that the metrics page writes.
import { isDeepStrictEqual } from 'node:util';
import { Registry } from 'prom-client';
import { openRules } from '../../../src/app/adapter/open-rules.ts';
import { openAdmission } from '../../../src/app/admission.ts';
import { openAutoscalerEvents } from '../../../src/app/autoscaler-events.ts';
import { openCluster } from '../../../src/app/cluster.ts';
import { createFaces } from '../../../src/app/faces.ts';
import { Connections } from '../../../src/app/listener/connections.ts';
import { openRecording } from '../../../src/app/recording.ts';
import { watchConfig } from '../../../src/app/reload.ts';
import { openRemoteEngine } from '../../../src/app/remote-engine.ts';
import { openServing } from '../../../src/app/serving.ts';
import { settingsOf } from '../../../src/app/settings.ts';
import { wire } from '../../../src/app/wire.ts';
import { signalFamilies } from '../../../src/exporter/signal-families.ts';
import { targetFamilies } from '../../../src/exporter/target-families.ts';
import type { WrittenFamily } from '../../../src/exposition/write.ts';
import { VirtualClock } from '../../../src/lib/virtual-clock.ts';
import { labelsOf, METRIC_NAME } from '../../../src/model/labels.ts';
import { silentLog } from '../../../src/model/log.ts';
import type { Meter, MetricSpec } from '../../../src/model/meter.ts';
import type { SignalAnswer } from '../../../src/model/signal.ts';
import type { TargetStatus } from '../../../src/model/target.ts';
import { CATALOGUE } from '../../../src/signals/catalogue.ts';

export interface Metric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Of the meter, by name. Throws when two stages mean different things by one name. */
export async function registeredMetrics(): Promise<readonly Metric[]> {
  const metrics = new Map<string, Metric>();
  const settings = settingsOf('the test', []);
  const options = { clock: new VirtualClock(), log: silentLog, meter: collectingMeter(metrics) };
  const plimsoll = wire({ ...options, settings, fetch: () => Promise.reject(new Error('nothing is read here')) });
  const recording = openRecording({ ...options, config: settings.config });
  createFaces({ ...options, plimsoll, recording, registry: new Registry(), version: '0', lastLog: () => [], isStopping: () => false });
  new Connections({ ...options, face: 'telemetry', most: () => 1 });
  const url = 'http://prometheus:9090';
  const { config } = settingsOf('the test', [
    { path: ['engine', 'remote'], value: { url } },
    { path: ['metrics_api', 'authentication'], value: 'delegated' },
    { path: ['kubernetes', 'enabled'], value: true },
    { path: ['kubernetes', 'events'], value: true },
  ]);
  await openAdmission({ ...options, config, client: NO_CLUSTER });
  await openRules({ ...options, config });
  await openServing({ ...options, metricsApi: settings.config.metrics_api });
  openCluster({ ...options, config, client: NO_CLUSTER });
  openAutoscalerEvents({ ...options, config, client: NO_CLUSTER, inventory: plimsoll.inventory });
  const { remote } = config.engine;
  if (remote !== undefined) openRemoteEngine({ ...options, config, settings: remote, version: '0' });
  const follow = { file: 'none.yaml', version: '', read: async () => settings };
  await watchConfig({ ...options, follow, apply: () => {} }, AbortSignal.abort());
  return [...metrics.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function collectingMeter(metrics: Map<string, Metric>): Meter {
  const add = (type: string, { name, help, labels = [] }: MetricSpec): void => {
    const metric = { name, type, labels, help };
    const known = metrics.get(name) ?? metric;
    if (!isDeepStrictEqual(known, metric)) throw new Error(`${name} is registered twice, and not as the same`);
    metrics.set(name, metric);
  };
  return {
    counter(spec) {
      add('counter', spec);
      return { add: () => {} };
    },
    gauge(spec) {
      add('gauge', spec);
      return { set: () => {} };
    },
    histogram(spec) {
      add('histogram', spec);
      return { observe: () => {} };
    },
  };
}

const never = (): never => {
  throw new Error('nothing is asked here');
};
const NO_CLUSTER = { server: '', request: never, watch: never, close: async () => {} };

const POD = { namespace: 'demo', name: 'triton-0', labels: labelsOf({}), ready: true };
const ANSWER: SignalAnswer = {
  kind: 'value',
  value: 1,
  newestMs: 0,
  coverage: { expected: 1, contributing: 1, missing: [] },
  estimated: false,
  warnings: [],
};
const URL_OF_TARGET = 'http://127.0.0.1:8002/metrics';
/** Everything that a status can say, so that each family has a sample whose labels can be read. */
const STATUS: TargetStatus = {
  target: {
    id: 'a',
    job: 'a',
    source: 'triton',
    url: URL_OF_TARGET,
    labels: labelsOf({}),
    honorLabels: false,
    intervalMs: 1,
    timeoutMs: 1,
  },
  lastAttemptMs: 0,
  lastDurationMs: 0,
  lastError: { failure: 'refused', message: 'connection refused' },
  warnings: [{ code: 'model-kinds-unknown', message: 'no kind' }],
  startedUnderObservation: false,
  consecutiveFailures: 1,
  samples: 0,
};

/** Of the metrics page, in its order: about targets, then one a signal, then their coverage. */
export async function pageMetrics(): Promise<readonly Metric[]> {
  const book = { version: 0, firstOverdueMs: 0, all: () => [STATUS], get: () => STATUS };
  const never = (): Promise<never> => Promise.reject(new Error('not asked here'));
  const signals = {
    list: () => CATALOGUE,
    ofPods: async () => [{ pod: POD, answer: ANSWER }],
    ofObject: never,
    ofExternal: never,
  };
  const inventory = () => ({ podsOf: () => [POD], podsIn: () => [POD], allPods: () => [POD], objects: () => [] });
  const families = await signalFamilies({ signals, inventory, failures: { add: () => {} }, log: silentLog });
  return [...targetFamilies(book), ...families].map(metricOf);
}

function metricOf({ name, type, help, samples }: WrittenFamily): Metric {
  const [sample] = samples;
  const labels = [...(sample?.labels.keys() ?? [])].filter((label) => label !== METRIC_NAME);
  return { name, type, labels, help };
}
