// The face alone: the answer for a thousand pods over TLS, of signals that cost nothing, beside Node's own https.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { listen } from '../../src/app/listener/listener.ts';
import { staticInventory } from '../../src/discovery/inventory.ts';
import { FlightRecorder } from '../../src/explain/recorder.ts';
import { createRegistryMeter } from '../../src/exporter/meter.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createMetricsApi } from '../../src/metrics-api/app.ts';
import { labelsOf } from '../../src/model/labels.ts';
import { silentLog } from '../../src/model/log.ts';
import type { PodAnswer, SignalAnswer, Signals } from '../../src/model/signal.ts';
import type { Target } from '../../src/model/target.ts';
import { selfSignedCertificate } from '../../src/tls/self-signed.ts';
import { NAMESPACE, podName } from './fleet.ts';
import { cpuMs, quantile, shown } from './measure.ts';
import { report, verdictOf } from './report.ts';

const PODS = 1000;
const METRIC = 'triton_pending_requests';
/** Sets of values, a request each in turn: nothing may be kept from one answer to the next. */
const VARIANTS = 16;
const ROUNDS = 5;
const ROUND_MS = 2000;
const PAUSE_MS = 1;
/** Questions of a round that are not counted: the connection, and what became of the code meanwhile. */
const UNCOUNTED = 20;
const MOST_CPU_MS = 0.7;
/** The default. */
const RECORDER_BYTES = 32 * 1024 * 1024;

const clock = systemClock();
const inventory = staticInventory({ targets: [...Array(PODS).keys()].map(targetOf), listedMs: 0 });
const pods = inventory.allPods();
const variants = [...Array(VARIANTS).keys()].map((variant) =>
  pods.map((pod, index): PodAnswer => ({ pod, answer: answerFor(variant, index) })),
);
let asked = 0;
const api = createMetricsApi({
  signals: freeSignals(),
  inventory: () => inventory,
  owners: [],
  clock,
  meter: createRegistryMeter().meter,
  log: silentLog,
  version: 'bench',
  recorder: new FlightRecorder({ memoryBytes: RECORDER_BYTES, startMs: clock.nowMs() }),
});
const bytes = Buffer.from(JSON.stringify(listOf(nextAnswers())));

const HANDLERS = {
  face: api,
  stringify: (_request, response) => send(response, JSON.stringify(listOf(nextAnswers()))),
  bytes: (_request, response) => send(response, bytes),
} satisfies Readonly<Record<string, RequestListener>>;

const tls = await selfSignedCertificate({ hosts: ['127.0.0.1'], notBefore: new Date(), days: 1 });
let handler: RequestListener = api;
/** CPU time of this process at the start of each request of a round. */
let started: number[] = [];
const listener = await listen({
  handler: (request, response) => {
    started.push(cpuMs());
    handler(request, response);
  },
  address: { host: '127.0.0.1', port: 0 },
  tls,
  log: silentLog,
  flag: 'bench',
});
const url = `${listener.url}/apis/custom.metrics.k8s.io/v1beta2/namespaces/${NAMESPACE}/pods/*/${METRIC}`;
const figures: Record<keyof typeof HANDLERS, number[]> = { face: [], stringify: [], bytes: [] };
let size = 0;
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const name of ['face', 'stringify', 'bytes'] as const) {
    handler = HANDLERS[name];
    const figure = await cpuMsPerAnswer();
    // The first round is for the compiler.
    if (round > 0) figures[name].push(figure);
  }
}
const face = quantile(figures.face, 0.5);
report({
  work: `the face alone: pods/* of ${PODS} pods over TLS, ${Math.round(size / 1024)} KiB`,
  measured: `${shown(face)} CPU ms, least of ${ROUNDS} rounds ${shown(Math.min(...figures.face))}`,
  reference: `Node’s https with JSON.stringify ${shown(quantile(figures.stringify, 0.5))} CPU ms, with the bytes at hand ${shown(quantile(figures.bytes, 0.5))}`,
  reach: `≤ ${MOST_CPU_MS} CPU ms`,
  verdict: verdictOf(face <= MOST_CPU_MS),
});
await listener.close(0);

async function cpuMsPerAnswer(): Promise<number> {
  started = [];
  const asker = fileURLToPath(new URL('./asker.ts', import.meta.url));
  const child = fork(asker, [url, String(ROUND_MS), String(PAUSE_MS)], { execArgv: [] });
  const [answered] = (await once(child, 'message')) as [{ readonly bytes: number }];
  size = answered.bytes;
  const counted = started.slice(UNCOUNTED);
  return ((counted.at(-1) ?? 0) - (counted[0] ?? 0)) / (counted.length - 1);
}

function freeSignals(): Signals {
  const infos = [{ name: METRIC, unit: 'requests', help: 'Waiting and executing.', labels: [] }];
  const unasked = async (): Promise<SignalAnswer> => ({ kind: 'absent', reason: 'no-data', detail: 'nobody asks' });
  return { list: () => infos, ofPods: async () => nextAnswers(), ofObject: unasked, ofExternal: unasked };
}

function nextAnswers(): readonly PodAnswer[] {
  asked += 1;
  return variants[asked % VARIANTS] ?? [];
}

/** Whole and broken numbers of different length, of samples within one scrape interval. */
function answerFor(variant: number, index: number): SignalAnswer {
  const mixed = Math.imul(index * VARIANTS + variant, 2_654_435_761) >>> 0;
  const value = mixed % 4 === 0 ? (mixed % 100_000) / 1000 : mixed % 100;
  const coverage = { expected: 1, contributing: 1, missing: [] };
  const newestMs = 1_790_000_000_000 + variant * 50 + (mixed % 5000);
  return { kind: 'value', value, newestMs, windowMs: 60_000, coverage, estimated: false, warnings: [] };
}

function targetOf(index: number): Target {
  const name = podName(index);
  const labels = labelsOf({ namespace: NAMESPACE, pod: name, deployment: 'triton' });
  return { id: name, job: 'bench', source: 'triton', url: name, labels, honorLabels: false, intervalMs: 5000, timeoutMs: 2500 };
}

/** What the answer says, as objects: without quantities, which Node has not. */
function listOf(answers: readonly PodAnswer[]): object {
  const items = answers.map(({ pod, answer }) => ({
    describedObject: { kind: 'Pod', namespace: pod.namespace, name: pod.name, apiVersion: 'v1' },
    metric: { name: METRIC, selector: null },
    timestamp: new Date(answer.kind === 'value' ? answer.newestMs : 0).toISOString(),
    value: String(answer.kind === 'value' ? answer.value : 0),
    windowSeconds: 60,
  }));
  return { kind: 'MetricValueList', apiVersion: 'custom.metrics.k8s.io/v1beta2', metadata: {}, items };
}

function send(response: ServerResponse, body: string | Buffer): void {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
