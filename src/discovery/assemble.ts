// From what is known of an endpoint to a target, by way of Prometheus's relabelling.
import { createHash } from 'node:crypto';
import type { ScrapeJob } from '../config/schema.ts';
import { formatDuration, parseDurationMs } from '../lib/duration.ts';
import { quote } from '../lib/quote.ts';
import type { Relabel } from '../lib/relabel.ts';
import { withoutSecrets } from '../lib/without-secrets.ts';
import type { Fact } from '../model/fact.ts';
import type { Labels } from '../model/labels.ts';
import type { Target } from '../model/target.ts';
import { isLocalSource, isMachine, notAMachine } from './local.ts';
import { OWN_LABELS, takenLabel } from './own-labels.ts';

export interface Timing {
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export interface Endpoint {
  readonly job: ScrapeJob;
  readonly timing: Timing;
  /** `host:port` or `[ipv6]:port`. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  readonly metricsPath: string;
  /** Labels of the target, and those that only rules see (`__meta_…`). Empty ones are absent. */
  readonly labels: Labels;
  /** Port of the server's own API. */
  readonly apiPort: number;
  /** What tells apart two endpoints of one job and URL, such as the uid of a pod; '' where the URL does. */
  readonly identity: string;
  readonly relabel: Relabel;
  readonly facts?: readonly Fact[];
}

export type Assembled =
  /** The problem is in words, with what to change; the target does without what is wrong. */
  | { readonly kind: 'target'; readonly target: Target; readonly problem?: string }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'wrong'; readonly problem: string };

/** As Prometheus's scrape package: rules see and may change address, scheme, path and timing; labels that begin with `__` end here. */
export function assemble(endpoint: Endpoint): Assembled {
  const labels = endpoint.relabel(labelsBefore(endpoint));
  if (labels === undefined) return { kind: 'dropped' };
  const { job, identity, facts } = endpoint;
  const address = labels.get('__address__') ?? '';
  const scheme = labels.get('__scheme__') ?? '';
  const timing = timingAfter(labels, endpoint.timing);
  const isLocal = isLocalSource(job.source);
  if (isLocal && !isMachine(address)) return { kind: 'wrong', problem: notAMachine(address) };
  if (!isLocal && !isAddress(address)) return { kind: 'wrong', problem: notAnAddress(address) };
  if (!isLocal && scheme !== 'http' && scheme !== 'https') return { kind: 'wrong', problem: notAScheme(scheme, address) };
  if (timing === undefined) return { kind: 'wrong', problem: notATiming(address) };
  const url = isLocal ? `${job.source}:${address}` : `${scheme}://${address}${pathAfter(labels)}`;
  const { kept, taken } = labelsAfter(labels, { endpoint, address });
  const target = {
    id: [job.job_name, ...(identity === '' ? [] : [identity]), shown(url)].join('|'),
    job: job.job_name,
    source: job.source,
    url,
    ...(job.source === 'triton' &&
      job.triton_api.enabled && { apiUrl: `${job.triton_api.scheme ?? scheme}://${hostOf(address)}:${endpoint.apiPort}` }),
    labels: kept,
    ...(facts && { facts }),
    honorLabels: job.honor_labels,
    ...timing,
  };
  return { kind: 'target', target, ...(taken !== undefined && { problem: takenLabel(taken, job.source) }) };
}

/** Ids are in logs, and a query may hold a token: its digest tells it from others. */
function shown(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? url : `${url.slice(0, mark)}?${createHash('sha256').update(url.slice(mark)).digest('hex').slice(0, 16)}`;
}

function labelsBefore({ job, timing, address, scheme, metricsPath, labels }: Endpoint): Labels {
  return new Map([
    ['job', job.job_name],
    ...[...labels].filter(([, value]) => value !== ''),
    ['__address__', address],
    ['__scheme__', scheme],
    ['__metrics_path__', metricsPath],
    ['__scrape_interval__', written(timing.intervalMs)],
    ['__scrape_timeout__', written(timing.timeoutMs)],
  ]);
}

/** `taken`: one that rules gave it and that its series have themselves. */
function labelsAfter(
  labels: Labels,
  { endpoint, address }: { readonly endpoint: Endpoint; readonly address: string },
): { readonly kept: Labels; readonly taken: string | undefined } {
  const kept = new Map([...labels].filter(([name]) => !name.startsWith('__')));
  if (!kept.has('instance')) kept.set('instance', address);
  const taken = OWN_LABELS[endpoint.job.source].filter((name) => kept.has(name) && !endpoint.labels.has(name));
  for (const name of taken) kept.delete(name);
  return { kept, taken: taken[0] };
}

/** Without the slash, what follows the port could pass for another host. */
function pathAfter(labels: Labels): string {
  const path = labels.get('__metrics_path__') ?? '';
  return path.startsWith('/') ? path : `/${path}`;
}

/** Undefined when rules changed it to what cannot be kept. */
function timingAfter(labels: Labels, before: Timing): Timing | undefined {
  const after = (name: string, beforeMs: number): number => {
    const text = labels.get(name) ?? '';
    return text === written(beforeMs) ? beforeMs : (parseDurationMs(text) ?? 0);
  };
  const intervalMs = after('__scrape_interval__', before.intervalMs);
  const timeoutMs = after('__scrape_timeout__', before.timeoutMs);
  if (intervalMs === before.intervalMs && timeoutMs === before.timeoutMs) return before;
  return timeoutMs > 0 && timeoutMs <= intervalMs ? { intervalMs, timeoutMs } : undefined;
}

/** Half an interval may have a fraction, which no duration has. */
function written(ms: number): string {
  return formatDuration(Math.ceil(ms));
}

const ADDRESS = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]\\]+):(?<port>\d{1,5})$/;

/** `host:port` or `[ipv6]:port`. */
function isAddress(text: string): boolean {
  const port = Number(ADDRESS.exec(text)?.groups?.['port'] ?? 0);
  return port > 0 && port <= 65_535;
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, '');
}

function notAnAddress(text: string): string {
  const change = text.includes('/')
    ? 'write host:port here, the protocol under scheme and the path under metrics_path'
    : 'write host:port such as 10.0.0.7:8002 or [::1]:8002';
  return `cannot read target ${quote(withoutSecrets(text))}: it is not host:port; ${change}`;
}

function notAScheme(scheme: string, address: string): string {
  return `cannot ask ${quote(address)} by ${quote(scheme)}: the schemes are http and https; see what the rules write to __scheme__`;
}

function notATiming(address: string): string {
  const change = 'see what the rules write to __scrape_interval__ and __scrape_timeout__';
  return `cannot time ${quote(address)}: its interval is no duration, or shorter than its time-out; ${change}`;
}
