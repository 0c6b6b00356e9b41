// A Plimsoll whose scraped peers each stand behind a fault of their own: every fault at every peer, all at once.
import { type Settings, settingsOf } from '../../src/app/settings.ts';
import { EPHEMERAL } from '../app/support/server.ts';
import { bytesUntil, exactly, type FaultCase, rateOf } from './case.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { FAULTS, type NamedFault } from './faults.ts';
import { BUSY, exporter, framed, INSTANCES, kubelet, listen, MODELS, type Peer, REQUESTS, tritonApi, unframed } from './peers.ts';
import { Said } from './said.ts';
import type { Timing } from './timing.ts';

export interface ScrapedWorld extends AsyncDisposable {
  readonly cases: readonly FaultCase[];
  readonly settings: Settings;
}

interface Making {
  readonly stack: AsyncDisposableStack;
  readonly timing: Timing;
  /** Of a Triton that is always well. */
  readonly wellPort: number;
  readonly jobs: object[];
}

const FIRST = 71_000;
/** A sample is live until the next attempt has failed: so late after it was sent, and a look at the schedule later. */
const TICK_MS = 200;

export async function openScraped(timing: Timing): Promise<ScrapedWorld> {
  await using opening = new AsyncDisposableStack();
  const well = opening.use(await listen(framed(new Said(FIRST))));
  const making: Making = { stack: opening, timing, wellPort: well.port, jobs: [] };
  const cases: FaultCase[] = [];
  for (const fault of FAULTS) {
    cases.push(...(await tritonCases(making, { fault, peer: 'Triton, metrics', name: 'metrics', listener: framed })));
    cases.push(...(await tritonCases(making, { fault, peer: 'Triton, metrics without a length', name: 'unframed', listener: unframed })));
    cases.push(...(await apiCases(making, fault)));
    cases.push(await exporterCase(making, fault));
    cases.push(await kubeletCase(making, fault));
  }
  const stack = opening.move();
  return { cases, settings: settingsFor(making), [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function settingsFor({ jobs, timing }: Making): Settings {
  const { intervalMs, timeoutMs, windowMs } = timing;
  return settingsOf('the test', [
    ...EPHEMERAL,
    { path: ['scrape'], value: { interval: `${intervalMs}ms`, timeout: `${timeoutMs}ms` } },
    { path: ['signals', 'window'], value: `${windowMs}ms` },
    { path: ['scrape_configs'], value: jobs.map((job) => ({ scrape_interval: `${intervalMs}ms`, ...job })) },
  ]);
}

async function behind({ stack }: Making, peer: Peer): Promise<FaultProxy> {
  stack.use(peer);
  return stack.use(await startFaultProxy({ toPort: peer.port }));
}

/** A job of one target. */
function job(
  name: string,
  { port, labels, ...rest }: { readonly port: number; readonly labels: Readonly<Record<string, string>>; readonly [key: string]: unknown },
): object {
  return { job_name: name, static_configs: [{ targets: [`127.0.0.1:${port}`], labels }], ...rest };
}

const NO_API = { triton_api: { enabled: false } };
/** Of a Triton that is there so that its pod is. */
const SELDOM = { ...NO_API, scrape_interval: '30s' };

interface TritonCase {
  readonly fault: NamedFault;
  readonly peer: string;
  readonly name: string;
  readonly listener: typeof framed;
}

async function tritonCases(making: Making, { fault, peer, name, listener }: TritonCase): Promise<FaultCase[]> {
  const said = new Said(FIRST);
  const triton = await listen(listener(said));
  const proxy = await behind(making, triton);
  const pod = `${fault.name}-${name}`;
  making.jobs.push(job(pod, { port: proxy.port, labels: { namespace: 'demo', pod }, ...NO_API }));
  const middle = (await bytesUntil(triton.port, { path: '/metrics', text: /model="two",version="1"} 71/ })) + 1;
  const { intervalMs, timeoutMs } = making.timing;
  // The mean of the live window, over both models.
  const memoryMs = 3 * intervalMs + timeoutMs + TICK_MS;
  const judge: FaultCase['judge'] = (value, moment) => said.judge(value / MODELS.length, { moment, memoryMs });
  const common = { fault, peer, pod, proxy, middle, expected: fault.isHarmless ? 'stays' : 'absent' } as const;
  return [
    { ...common, signal: 'triton_pending_requests', judge },
    { ...common, signal: 'triton_requests_per_second', ...steadily(MODELS.length * REQUESTS) },
  ];
}

function steadily(rate: number): Pick<FaultCase, 'judge' | 'rate'> {
  return { judge: rateOf(rate), rate };
}

/** What the server is stays known while its API says nothing; what it does does not. */
async function apiCases(making: Making, fault: NamedFault): Promise<FaultCase[]> {
  const api = await listen(tritonApi);
  const proxy = await behind(making, api);
  const pod = `${fault.name}-api`;
  const triton_api = { port: proxy.port };
  making.jobs.push(job(pod, { port: making.wellPort, labels: { namespace: 'demo', pod }, triton_api }));
  const middle = await bytesUntil(api.port, { path: '/v2/models/one/versions/1/config', text: /"count":/ });
  const common = { fault, peer: 'Triton, API', pod, proxy, middle };
  return [
    { ...common, signal: 'triton_capacity_requests', judge: exactly(MODELS.length * INSTANCES), expected: 'stays' },
    {
      ...common,
      signal: 'triton_busy_instances_ratio',
      ...steadily(BUSY),
      expected: fault.isHarmless ? 'stays' : 'absent',
    },
  ];
}

async function exporterCase(making: Making, fault: NamedFault): Promise<FaultCase> {
  const pod = `${fault.name}-dcgm`;
  const said = new Said(FIRST);
  const dcgm = await listen(exporter(said, { pod }));
  const proxy = await behind(making, dcgm);
  making.jobs.push(job(pod, { port: making.wellPort, labels: { namespace: 'demo', pod, node: pod }, ...SELDOM }));
  making.jobs.push(job(`${pod}-exporter`, { source: 'dcgm', port: proxy.port, labels: { node: pod } }));
  const middle = (await bytesUntil(dcgm.port, { path: '/metrics', text: /USAGE{[^}]*} 71/ })) + 1;
  return { ...oneNumber(making, { said, fault }), peer: 'DCGM exporter', pod, signal: 'gpu_power_watts', proxy, middle };
}

/** Past the head, in what is compressed and encrypted. */
const WITHIN_TLS = 250;

async function kubeletCase(making: Making, fault: NamedFault): Promise<FaultCase> {
  const pod = `${fault.name}-kubelet`;
  const said = new Said(FIRST);
  const proxy = await behind(making, await listen(kubelet(said, { pod }), { isSecure: true }));
  const tls_config = { insecure_skip_verify: true };
  making.jobs.push(job(pod, { port: making.wellPort, labels: { namespace: 'demo', pod, node: pod }, ...SELDOM }));
  making.jobs.push(job(`${pod}-kubelet`, { source: 'kubelet', port: proxy.port, labels: { node: pod }, tls_config }));
  return { ...oneNumber(making, { said, fault }), peer: 'kubelet', pod, signal: 'pod_memory_working_set_bytes', proxy, middle: WITHIN_TLS };
}

/** Of a signal that is the number of the last scrape as it is. */
function oneNumber(
  { timing }: Making,
  { said, fault }: { readonly said: Said; readonly fault: NamedFault },
): Pick<FaultCase, 'fault' | 'judge' | 'expected'> {
  const memoryMs = timing.intervalMs + timing.timeoutMs + TICK_MS;
  return { fault, judge: (value, moment) => said.judge(value, { moment, memoryMs }), expected: fault.isHarmless ? 'stays' : 'absent' };
}
